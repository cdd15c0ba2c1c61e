"""The courier and a real mail server: everything arrives at least once under one name, and what goes wrong delays nothing else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from hub import courier
from hub.courier import MailServerSilent, knock, send_waiting
from hub.desk import Desk
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.kernel.settings import MailServer, Settings, Wrapping
from hub.kernel.words import Secret
from hub.people.actions import set_mail, try_again
from hub.people.queries import accounts, outgoing, stuck_letters
from tests.cast import DRENTHE, EVERYBODY, GRONINGEN, NOON, OM, POLICE, Cast
from tests.postbox import ELSEWHERE, Postbox, certificate, free_port, open_postbox

HENDRIK, ROOS, MARIJKE = "hendrik.d@voorbeeld.invalid", "roos.k@voorbeeld.invalid", "marijke.v@voorbeeld.invalid"
Open = Callable[[MailServer], Desk]


@pytest.fixture
def at(app: Flask, settings: Settings, cast: Cast) -> Open:
    """The hub with its mail going there."""
    return lambda mail: Desk(app, replace(settings, mail=mail), cast.house)


@pytest.fixture
def box() -> Iterator[Postbox]:
    with open_postbox() as opened:
        yield opened


def tell(cast: Cast, slug: str = DRENTHE, *, dedup: str = "2026-10/drenthe", kind: NoticeKind = NoticeKind.COLLECTION_DELIVERED,
         roles: tuple[str, ...] = ("coordinator",)) -> None:  # fmt: skip
    with cast.as_clerk(slug) as work:
        put_down(work, notice=Notice(cast.id(slug), dedup, kind, "/verzamelingen/drenthe/2026-10", roles, NOON))


def later(superuser: psycopg.Connection) -> None:
    """As if two days had passed."""
    superuser.execute("UPDATE hub.message SET not_before = not_before - interval '2 days' WHERE state = 'waiting'")


def states(superuser: psycopg.Connection) -> list[tuple[str, int, str | None]]:
    return superuser.execute("SELECT state, tries, code FROM hub.message ORDER BY put_at, id").fetchall()


def test_a_notice_reaches_the_people_with_that_role_at_that_partner_and_nobody_else(cast: Cast, at: Open, box: Postbox):
    tell(cast, roles=("coordinator", "privacy_officer"))

    assert send_waiting(at(box.mail())) == 2
    assert sorted(box.recipients) == [HENDRIK, ROOS]
    assert send_waiting(at(box.mail())) == 0


def test_what_was_sent_is_not_kept(cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection):
    tell(cast)
    send_waiting(at(box.mail()))

    kept = superuser.execute("SELECT state, body, address, done_at IS NOT NULL FROM hub.message").fetchall()
    assert kept == [("sent", None, None, True)]


def test_the_same_notice_put_down_again_is_sent_once(cast: Cast, at: Open, box: Postbox):
    for _ in range(2):
        tell(cast)
        send_waiting(at(box.mail()))

    assert box.recipients == [HENDRIK]


def test_a_deed_that_is_undone_tells_nobody(cast: Cast, at: Open, box: Postbox):
    with pytest.raises(RuntimeError), cast.as_person(DRENTHE) as work:
        put_down(work, notice=Notice(work.partner, "x", NoticeKind.ADDENDUM, "/", ("coordinator",), NOON))
        raise RuntimeError

    assert send_waiting(at(box.mail())) == 0


def test_a_recipient_that_is_refused_for_good_is_a_dead_letter_and_delays_no_other(
    cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection
):
    box.answers[HENDRIK] = "550 5.1.1 no such user"
    tell(cast, roles=("coordinator", "privacy_officer", "case_worker"))

    assert send_waiting(at(box.mail())) == 2
    assert sorted(state for state in states(superuser)) == [("dead", 1, "550"), ("sent", 1, None), ("sent", 1, None)]
    with cast.as_person(POLICE, roles=frozenset({"operator"})) as work:
        [stuck] = stuck_letters(work)
    assert (stuck.is_dead, stuck.tries, stuck.code, stuck.since) == (True, 1, "550", NOON.date())


def test_a_dead_letter_that_is_tried_again_goes_to_the_address_of_now_under_the_same_name(
    cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection
):
    box.answers[HENDRIK] = "550 no"
    tell(cast)
    send_waiting(at(box.mail()))
    [(before,)] = superuser.execute("SELECT body FROM hub.message").fetchall()
    with cast.as_clerk(DRENTHE) as work:
        hendrik = next(one for one in accounts(work) if one.email == HENDRIK)
        set_mail(work, account=hendrik.id, email="hd@voorbeeld.invalid")
    with cast.as_person(POLICE, roles=frozenset({"operator"})) as work:
        [stuck] = stuck_letters(work)
        try_again(work, letter=stuck.id)

    sent = send_waiting(at(box.mail()))
    with cast.as_clerk(DRENTHE) as work:
        set_mail(work, account=hendrik.id, email=HENDRIK)

    assert (sent, box.recipients) == (1, ["hd@voorbeeld.invalid"])
    [mail] = box.mails
    assert mail["To"] == "hd@voorbeeld.invalid"
    assert f"Message-ID: {mail['Message-ID']}".encode() in before
    assert superuser.execute("SELECT count(*) FROM hub.undelivered").fetchone() == (0,)


def test_a_busy_server_is_asked_again_after_ever_longer_waits_and_then_given_up(
    cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection
):
    box.answers[HENDRIK] = "451 later"
    tell(cast)
    waits = []
    for _ in range(7):
        assert send_waiting(at(box.mail())) == 0
        assert send_waiting(at(box.mail())) == 0  # it is not its time yet
        [(state, wait)] = superuser.execute("SELECT state, extract(epoch FROM not_before)::bigint FROM hub.message").fetchall()
        waits.append((state, wait - int(courier.clock.now().timestamp())))
        later(superuser)

    assert [state for state, _ in waits] == ["waiting"] * 6 + ["dead"]
    for (_, found), minutes in zip(waits, (1, 4, 16, 64, 240, 1440), strict=False):
        assert minutes * 60 - 10 <= found <= minutes * 60 + 1
    assert states(superuser) == [("dead", 7, "451")]


def test_a_line_that_is_cut_before_the_answer_sends_again_under_the_same_name(
    cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection
):
    box.breaks_off = 1
    tell(cast)

    assert send_waiting(at(box.mail())) == 0
    assert states(superuser) == [("waiting", 1, "verbroken")]
    later(superuser)
    assert send_waiting(at(box.mail())) == 1

    assert len(box.letters) == 2
    assert len(set(box.letters)) == 1  # the same bytes, so a receiver that knows Message-IDs keeps one
    assert len({mail["Message-ID"] for mail in box.mails}) == 1


def test_two_couriers_at_once_send_each_letter_once(cast: Cast, at: Open, box: Postbox, app: Flask):
    for number in range(20):
        tell(cast, dedup=f"n{number}", roles=("coordinator", "case_worker"))
    desk = at(box.mail())

    def send(_: int) -> int:
        with app.app_context():
            return send_waiting(desk)

    with ThreadPoolExecutor(3) as several:
        sent = sum(several.map(send, range(3)))

    assert sent + send_waiting(desk) == 40
    assert len(box.letters) == len({mail["Message-ID"] for mail in box.mails}) == 40


def test_a_courier_that_dies_with_a_letter_in_hand_leaves_it_to_the_next_after_a_while(
    cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection
):
    tell(cast)
    box.to_data = "451 not now"
    send_waiting(at(box.mail()))
    box.to_data = ""
    later(superuser)
    assert courier._take(cast.id(DRENTHE)) is not None  # and that was the last that was heard of it

    assert send_waiting(at(box.mail())) == 0
    later(superuser)
    assert send_waiting(at(box.mail())) == 1


def test_a_letter_over_which_every_courier_dies_is_laid_aside_and_the_next_one_is_sent(
    cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection
):
    tell(cast)
    box.to_data = "451 not now"
    send_waiting(at(box.mail()))
    superuser.execute("UPDATE hub.message SET tries = 7, not_before = not_before - interval '2 days'")
    box.to_data = ""
    tell(cast, dedup="2026-11/drenthe")

    assert send_waiting(at(box.mail())) == 1
    assert sorted(states(superuser)) == [("dead", 7, "opgegeven"), ("sent", 1, None)]


def test_a_server_that_is_gone_costs_one_try_a_round_and_hinders_no_deed(cast: Cast, at: Open, superuser: psycopg.Connection):
    nowhere = MailServer("127.0.0.1", free_port(), Wrapping.LOOPBACK, "schakel@voorbeeld.invalid")
    tell(cast, roles=("coordinator", "case_worker", "privacy_officer"))

    assert send_waiting(at(nowhere)) == 0
    tell(cast, GRONINGEN)
    assert sorted(states(superuser)) == [("waiting", 0, None), ("waiting", 0, None), ("waiting", 1, "geen-verbinding")]
    with pytest.raises(MailServerSilent, match="geen-verbinding"):
        knock(at(nowhere).settings)


def test_a_server_that_refuses_our_own_address_kills_no_letter(cast: Cast, at: Open, box: Postbox, superuser: psycopg.Connection):
    box.to_sender = "550 sender unknown"
    tell(cast, roles=("coordinator", "case_worker"))

    assert send_waiting(at(box.mail())) == 0
    assert sorted(states(superuser)) == [("waiting", 0, None), ("waiting", 1, "550")]


def test_without_starttls_nothing_goes_over_a_line_to_another_machine(cast: Cast, at: Open, superuser: psycopg.Connection):
    tell(cast)
    with open_postbox(ELSEWHERE) as box:
        assert send_waiting(at(box.mail(Wrapping.STARTTLS))) == 0

    assert (box.letters, states(superuser)) == ([], [("waiting", 1, "geen-tls")])


@pytest.mark.parametrize("wrapping", [Wrapping.STARTTLS, Wrapping.TLS])
def test_a_closed_line_is_used_when_its_certificate_is_right_and_only_then(
    cast: Cast, at: Open, superuser: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrapping: Wrapping
):
    context = certificate(tmp_path, host=ELSEWHERE)
    how = {"tls_context": context, "require_starttls": True} if wrapping is Wrapping.STARTTLS else {"ssl_context": context}
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    tell(cast)
    with open_postbox(ELSEWHERE, **how) as box:
        refused = send_waiting(at(box.mail(wrapping)))
        before = states(superuser)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        later(superuser)
        sent = send_waiting(at(box.mail(wrapping)))

    assert (refused, before, sent) == (0, [("waiting", 1, "tls-ongeldig")], 1)
    assert box.recipients == [HENDRIK]
    assert box.was_closed == [True] or wrapping is Wrapping.TLS


@pytest.mark.parametrize(("password", "expected"), [("goed", ("sent", 1, None)), ("fout", ("waiting", 1, "535"))])
def test_the_hub_logs_in_where_the_server_asks_for_it(
    cast: Cast, at: Open, superuser: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str,
    expected: tuple[str, int, str | None],
):  # fmt: skip
    context = certificate(tmp_path, host=ELSEWHERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tell(cast)
    with open_postbox(ELSEWHERE, login="hub:goed", tls_context=context, require_starttls=True) as box:
        send_waiting(at(box.mail(Wrapping.STARTTLS, login=("hub", Secret(password)))))

    assert states(superuser) == [expected]


@pytest.mark.parametrize("slug", [slug for slug in EVERYBODY if slug != DRENTHE])
def test_what_is_on_its_way_to_one_partner_no_other_sees(cast: Cast, at: Open, slug: str):
    tell(cast)
    send_waiting(at(MailServer("127.0.0.1", free_port(), Wrapping.LOOPBACK, "schakel@voorbeeld.invalid")))

    with cast.as_clerk(DRENTHE) as work:
        assert [one.state for one in outgoing(work)] == ["waiting"]
    with cast.as_clerk(slug) as work:
        assert outgoing(work) == ()


def test_a_letter_is_offered_to_no_round_while_another_partner_has_many(
    cast: Cast, at: Open, box: Postbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(courier, "MOST", 3)
    for number in range(3):
        tell(cast, dedup=f"n{number}", roles=("coordinator", "case_worker"))
    tell(cast, OM, roles=("case_worker",))

    rounds = [send_waiting(at(box.mail())) for _ in range(4)]

    assert rounds == [3, 3, 1, 0]
