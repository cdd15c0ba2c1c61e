"""Invitations follow the meetings: who is sent is invited, a move raises the sequence, and answers reach who leads the body."""

import re
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from hub.invitations import actions, queries
from hub.invitations.replies import Worth, read
from hub.invitations.rules import Said, Word
from hub.kernel.actor import Doorkeeper
from hub.kernel.database import begin_work
from hub.kernel.errors import NotFound
from hub.kernel.words import Secret
from hub.people.actions import set_mail, switch_off
from hub.people.tables import hash_of
from tests.cast import DRENTHE, EMMEN, NOON, OM, POLICE, Cast
from tests.consulting import MEETS, make_block, make_body, make_consultation
from tests.inviting import account_of, bodies_of_mail, calendar_in, change, keep, read_mail, reply_to, send_somebody

LINK = re.compile(r"/uitnodiging/([A-Za-z0-9_-]{22})")
MARIJKE = "marijke.v@voorbeeld.invalid"
Play = tuple[UUID, UUID]


@pytest.fixture
def play(cast: Cast, superuser: psycopg.Connection) -> Play:
    """A meeting to which Drenthe sends one person."""
    make_body(cast)
    consultation, account = make_consultation(cast), account_of(superuser, cast, DRENTHE)
    send_somebody(cast, DRENTHE, account)
    return consultation, account


def value(raw: bytes, name: str) -> str:
    lines = calendar_in(raw).decode().replace("\r\n ", "").split("\r\n")
    found = [line for line in lines if re.match(f"{name}[;:]", line)]
    assert found, name
    return found[-1].rpartition(":")[2]


def trace(superuser: psycopg.Connection) -> list[tuple[str, str, str]]:
    mails = sorted(bodies_of_mail(superuser), key=lambda raw: value(raw, "DTSTAMP"))
    return [(value(raw, "METHOD"), value(raw, "SEQUENCE"), value(raw, "DTSTART")) for raw in mails]


def test_who_is_sent_is_invited_once_and_nobody_else_is(cast: Cast, play: Play, superuser: psycopg.Connection):
    assert [keep(cast, slug).mails for slug in (DRENTHE, EMMEN, POLICE, OM)] == [1, 0, 0, 0]
    assert keep(cast, DRENTHE).mails == 0

    [mail] = map(read_mail, bodies_of_mail(superuser))
    assert mail["Subject"] == "Uitnodiging: Casuïstiekbespreking Drenthe, 26 november 2026"


def test_a_move_back_and_a_cancellation_keep_one_name_and_raise_the_sequence_each_time(
    cast: Cast, play: Play, superuser: psycopg.Connection
):
    keep(cast, DRENTHE)
    for number, different in enumerate((
        {"starts": MEETS + timedelta(days=7), "ends": MEETS + timedelta(days=7, hours=2)},
        {"starts": MEETS, "ends": MEETS + timedelta(hours=2)}, {"state": "cancelled", "because": "ziekte"},
    )):  # fmt: skip
        change(cast, play[0], **different)
        keep(cast, DRENTHE, now=NOON + timedelta(milliseconds=number))  # within one second: the stamp rises all the same

    assert trace(superuser) == [
        ("REQUEST", "0", "20261126T133000"), ("REQUEST", "1", "20261203T133000"), ("REQUEST", "2", "20261126T133000"),
        ("CANCEL", "3", "20261126T133000"),
    ]  # fmt: skip
    assert len({value(raw, "UID") for raw in bodies_of_mail(superuser)}) == 1
    assert keep(cast, DRENTHE).mails == 0


def test_another_title_or_address_is_mailed_without_raising_the_sequence(cast: Cast, play: Play, superuser: psycopg.Connection):
    keep(cast, DRENTHE)
    with cast.as_person(DRENTHE) as work:
        actions.choose_title(work, account=play[1], is_neutral=True)
    keep(cast, DRENTHE)
    for email in ("nieuw@voorbeeld.invalid", MARIJKE):
        with cast.as_clerk(DRENTHE) as work:
            set_mail(work, account=play[1], email=email)
        keep(cast, DRENTHE)

    mails = sorted(bodies_of_mail(superuser), key=lambda raw: value(raw, "DTSTAMP"))
    assert [(value(raw, "SEQUENCE"), value(raw, "SUMMARY"), read_mail(raw)["To"]) for raw in mails] == [
        ("0", "Casuïstiekbespreking Drenthe", MARIJKE), ("0", "Overleg Schakel", MARIJKE),
        ("0", "Overleg Schakel", "nieuw@voorbeeld.invalid"), ("0", "Overleg Schakel", MARIJKE),
    ]  # fmt: skip
    assert "Drenthe" not in read_mail(mails[1])["Subject"]


def test_the_times_are_those_of_the_own_blocks_and_the_whole_meeting_while_there_are_none(
    cast: Cast, play: Play, superuser: psycopg.Connection
):
    keep(cast, DRENTHE)
    make_block(cast, consultation=play[0], seats=(DRENTHE, POLICE), starts=MEETS + timedelta(minutes=30), minutes=20)
    make_block(cast, consultation=play[0], seats=(DRENTHE, OM, POLICE), no=2, starts=MEETS + timedelta(minutes=50), minutes=40)
    make_block(cast, consultation=play[0], seats=(OM, POLICE), no=3, starts=MEETS + timedelta(minutes=90), minutes=30)
    keep(cast, DRENTHE)

    mails = sorted(bodies_of_mail(superuser), key=lambda raw: value(raw, "DTSTAMP"))
    assert [value(raw, "DTSTART") + value(raw, "DTEND")[8:] for raw in mails] == ["20261126T133000T153000", "20261126T140000T150000"]


def test_who_is_sent_no_more_or_left_gets_a_cancellation_and_the_others_nothing(cast: Cast, play: Play, superuser: psycopg.Connection):
    other = account_of(superuser, cast, DRENTHE, role="coordinator")
    send_somebody(cast, DRENTHE, other)
    keep(cast, DRENTHE)
    with cast.as_clerk(DRENTHE) as work:
        switch_off(work, account=other)

    assert keep(cast, DRENTHE).mails == 1
    superuser.execute("UPDATE hub.account SET active = true WHERE id = %s", (other,))
    states = superuser.execute("SELECT account, state, sequence FROM hub.invitation").fetchall()
    assert {(account, state, number) for account, state, number in states} == {(play[1], "invited", 0), (other, "cancelled", 1)}


def test_a_meeting_that_began_is_not_called_off(cast: Cast, play: Play, superuser: psycopg.Connection):
    keep(cast, DRENTHE)
    change(cast, play[0], state="going", actual_start=MEETS)

    assert keep(cast, DRENTHE, now=MEETS + timedelta(minutes=1)).mails == 0


def test_an_answer_by_the_link_reaches_who_leads_the_body_and_no_other_member(cast: Cast, play: Play, superuser: psycopg.Connection):
    keep(cast, DRENTHE)
    [token] = LINK.findall(read_mail(bodies_of_mail(superuser)[0]).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    with begin_work(Doorkeeper(), now=NOON) as work:
        actions.answer_by_link(work, token=Secret(token), said=Said(Word.DEPUTY, "B. Bos"))
    keep(cast, DRENTHE)

    told = {}
    for slug in (POLICE, DRENTHE, EMMEN):
        with cast.as_person(slug) as work:
            told[slug] = [(one.answer, one.remark, one.is_current) for one in queries.answers(work, consultation=play[0])]
    assert told == {POLICE: [("deputy", "B. Bos", True)], DRENTHE: [("deputy", "B. Bos", True)], EMMEN: []}


@pytest.mark.parametrize("spoil", ["wrong", "left", "old", "renewed"])
def test_a_link_opens_nothing_when_it_is_wrong_old_renewed_or_its_owner_left(
    cast: Cast, play: Play, superuser: psycopg.Connection, spoil: str
):
    keep(cast, DRENTHE)
    [token] = LINK.findall(read_mail(bodies_of_mail(superuser)[0]).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    if spoil == "left":
        superuser.execute("UPDATE hub.account SET active = false WHERE id = %s", (play[1],))
    if spoil == "renewed":
        change(cast, play[0], place="Stadhuis")
        keep(cast, DRENTHE)
    now = MEETS + timedelta(days=15) if spoil == "old" else NOON

    with pytest.raises(NotFound), begin_work(Doorkeeper(), now=now) as work:
        actions.answer_by_link(work, token=Secret("x" * 22 if spoil == "wrong" else token), said=Said(Word.ACCEPTED))
    superuser.execute("UPDATE hub.account SET active = true WHERE id = %s", (play[1],))


def test_nobody_answers_the_invitation_of_a_colleague_or_of_another_partner(cast: Cast, play: Play, superuser: psycopg.Connection):
    keep(cast, DRENTHE)
    [(invitation,)] = superuser.execute("SELECT id FROM hub.invitation").fetchall()
    colleague = account_of(superuser, cast, DRENTHE, role="coordinator")
    for slug, account in ((DRENTHE, colleague), (EMMEN, play[1])):
        with pytest.raises(NotFound), cast.as_person(slug) as work:
            actions.answer_own(work, invitation=invitation, account=account, said=Said(Word.ACCEPTED))

    assert superuser.execute("SELECT answer FROM hub.invitation").fetchall() == [(None,)]


def test_an_answer_to_an_earlier_date_is_shown_as_one(cast: Cast, play: Play, superuser: psycopg.Connection):
    keep(cast, DRENTHE)
    raw = bodies_of_mail(superuser)[0]
    change(cast, play[0], place="Stadhuis")
    keep(cast, DRENTHE)
    reply = reply_to(value(raw, "UID"), sender=MARIJKE)

    with cast.as_clerk(DRENTHE) as work:
        assert actions.take_reply(work, reply=read(reply)) is Worth.EARLIER
    with cast.as_person(POLICE) as work:
        assert [(one.answer, one.is_current) for one in queries.answers(work, consultation=play[0])] == [("accepted", False)]


def test_a_calendar_shows_what_its_owner_may_see_now_and_dies_with_its_address(cast: Cast, play: Play, superuser: psycopg.Connection):
    keep(cast, DRENTHE)
    with cast.as_person(DRENTHE) as work:
        token = actions.make_feed(work, account=play[1], public_url="http://localhost:8000")

    def fetched(**more: object) -> str | None:
        with begin_work(Doorkeeper(), now=NOON) as work:
            found = queries.calendar(work, token_hash=hash_of(token))
        return None if found is None else found.body.decode()

    first = fetched()
    change(cast, play[0], state="cancelled", because="ziekte")
    keep(cast, DRENTHE)
    with cast.as_clerk(DRENTHE) as work:
        assert actions.renew_feeds(work, public_url="http://localhost:8000") == 1
    second = fetched()
    with cast.as_person(DRENTHE) as work:
        actions.revoke_feed(work, account=play[1])

    assert first and second
    assert ("STATUS:CONFIRMED" in first, "STATUS:CANCELLED" in second) == (True, True)
    assert fetched() is None
