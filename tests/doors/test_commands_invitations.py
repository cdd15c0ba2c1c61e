"""The commands of invitations and calendars, and an answer that comes in by mail."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from hub.cli import main
from hub.courier import send_waiting
from hub.desk import Desk
from hub.invitations.jobs import INVITATION_JOBS, quorum_days, reminders, send_invitations
from hub.kernel.settings import Settings
from hub.people.actions import set_mail
from hub.people.notices import readdress
from tests.calendar_rules import wrong_in_feed, wrong_in_mail
from tests.cast import DRENTHE, NOON, POLICE, Cast
from tests.consulting import MEETS, make_body, make_consultation
from tests.inviting import account_of, change, reply_to, send_somebody
from tests.postbox import open_postbox
from tests.scaffold import Place, environment_for

MARIJKE = "marijke.v@voorbeeld.invalid"
Run = Callable[..., Result]


@pytest.fixture
def run(cast: Cast, place: Place) -> Run:
    def command(*words: str, typed: bytes = b"", **more: str) -> Result:
        return CliRunner().invoke(main, words, env={**environment_for(place), **more}, input=typed)

    return command


@pytest.fixture
def meeting(cast: Cast, superuser: psycopg.Connection, app: Flask, settings: Settings) -> UUID:
    make_body(cast)
    made = make_consultation(cast)
    send_somebody(cast, DRENTHE, account_of(superuser, cast, DRENTHE))
    send_invitations(Desk(app, settings, cast.house))
    return made


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_invitations_are_listed_with_their_keys(run: Run, meeting: UUID):
    [one] = told(run("invitations", "list", "--as", DRENTHE, "--json"))

    assert set(one) == {"id", "consultation", "name", "account", "starts", "ends", "state", "sequence", "answer", "is_current"}
    assert (one["consultation"], one["answer"], one["sequence"]) == (str(meeting), None, 0)
    assert told(run("invitations", "list", "--as", POLICE, "--json")) == []


def test_a_calendar_address_is_made_shown_and_revoked_by_command(run: Run, meeting: UUID, cast: Cast, superuser: psycopg.Connection):
    who = ("--as", DRENTHE, "--account", str(account_of(superuser, cast, DRENTHE)))
    made = told(run("feed", "make", *who, "--json"))
    shown = told(run("feed", "show", *who, "--json"))
    revoked = told(run("feed", "revoke", *who, "--json"))
    refused = run("feed", "show", *who)

    assert made["webcal"].partition("://")[2] == made["https"].partition("://")[2]
    assert wrong_in_feed(shown["calendar"].encode()) == set()
    assert (revoked["revoked"], refused.exit_code, refused.stderr.strip()) == (True, 1, "Deze persoon heeft geen agenda-adres.")
    assert run("feed", "make", "--as", POLICE, *who[2:]).exit_code == 1


def test_an_answer_by_mail_is_refused_unless_the_partners_allowed_it(run: Run, meeting: UUID, superuser: psycopg.Connection):
    [(uid,)] = superuser.execute("SELECT uid FROM hub.invitation").fetchall()
    reply = reply_to(uid, sender=MARIJKE, status="DECLINED")
    refused = run("mail-in", typed=reply)
    taken = [
        told(run("mail-in", "--json", typed=raw, SCHAKEL_MAIL_REPLIES="on"))["outcome"]
        for raw in (reply, reply_to(uid, sender="ander@voorbeeld.invalid"), reply_to("x@y", sender=MARIJKE), b"\xff\x00")
    ]

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert taken == ["recorded", "other_sender", "unknown", "unknown"]
    assert superuser.execute("SELECT answer, parked FROM hub.answer WHERE partner <> writer").fetchall() == [("declined", "other_sender")]


def test_the_mail_that_arrives_at_a_real_server_breaks_no_rule(
    meeting: UUID, app: Flask, settings: Settings, cast: Cast, superuser: psycopg.Connection
):
    with open_postbox() as box:
        made = Settings(**{**{name: getattr(settings, name) for name in Settings.__slots__}, "mail": box.mail()})
        desk = Desk(app, made, cast.house)
        superuser.execute("DELETE FROM hub.message")
        superuser.execute("DELETE FROM hub.invitation")
        send_invitations(desk)
        send_waiting(desk)
        change(cast, meeting, state="cancelled", because="ziekte")
        send_invitations(desk)
        send_waiting(desk)
        letters = list(box.letters)

    assert [recipient for recipient, _ in letters] == [MARIJKE, MARIJKE]
    assert [wrong_in_mail(raw) for _, raw in letters] == [set(), set()]


def test_who_did_not_answer_is_reminded_on_two_mornings_and_the_coordinator_hears_of_too_few(
    meeting: UUID, app: Flask, settings: Settings, cast: Cast, superuser: psycopg.Connection
):
    desk = Desk(app, settings, cast.house)
    dues = list(reminders(desk, NOON, MEETS))
    warned = list(quorum_days(desk, NOON, MEETS))
    remind, warn = INVITATION_JOBS
    for due in (*dues, *dues):
        with cast.as_clerk(DRENTHE, now=due.at) as work:
            remind.deed(work, cast.house, due.period)
    for due in warned:
        with cast.as_clerk(POLICE, now=due.at) as work:
            warn.deed(work, cast.house, due.period)

    assert [str(due.at.date()) for due in dues] == ["2026-11-05", "2026-11-18"]
    told = superuser.execute("SELECT kind, partner, path FROM hub.notice WHERE kind IN ('answer_wanted', 'quorum_low') ORDER BY kind, at")
    drenthe, police = cast.id(DRENTHE), cast.id(POLICE)
    wanted = ("answer_wanted", drenthe, "/uitnodigingen")
    assert told.fetchall() == [wanted, wanted, ("quorum_low", police, f"/bijeenkomsten/{meeting}")]


def test_whoever_got_the_invitation_today_is_not_reminded_today(
    meeting: UUID, app: Flask, settings: Settings, cast: Cast, superuser: psycopg.Connection
):
    [first, second] = reminders(Desk(app, settings, cast.house), NOON, MEETS)
    superuser.execute("UPDATE hub.invitation SET stamped_at = %s", (first.at - timedelta(hours=1),))
    for due in (first, second):
        with cast.as_clerk(DRENTHE, now=due.at) as work:
            INVITATION_JOBS[0].deed(work, cast.house, due.period)

    told = superuser.execute("SELECT at FROM hub.notice WHERE kind = 'answer_wanted'").fetchall()
    assert told == [(second.at,)]


def test_a_reminder_for_a_date_that_was_moved_reminds_nobody(
    meeting: UUID, app: Flask, settings: Settings, cast: Cast, superuser: psycopg.Connection
):
    desk = Desk(app, settings, cast.house)
    [first, _] = reminders(desk, NOON, MEETS)
    change(cast, meeting, starts=MEETS.replace(day=30), ends=MEETS.replace(day=30, hour=15))
    send_invitations(desk)
    with cast.as_clerk(DRENTHE, now=first.at) as work:
        INVITATION_JOBS[0].deed(work, cast.house, first.period)

    assert superuser.execute("SELECT count(*) FROM hub.notice WHERE kind = 'answer_wanted'").fetchone() == (0,)


def test_a_stuck_invitation_goes_again_to_whom_its_calendar_names(
    meeting: UUID, app: Flask, settings: Settings, cast: Cast, superuser: psycopg.Connection
):
    [(letter, before)] = superuser.execute("SELECT id, body FROM hub.message").fetchall()
    superuser.execute("UPDATE hub.message SET state = 'dead', done_at = now(), code = '550'")
    try:
        with cast.as_clerk(DRENTHE) as work:
            set_mail(work, account=account_of(superuser, cast, DRENTHE), email="nieuw@voorbeeld.invalid")
            assert readdress(work, letters=[letter]) == [letter]
    finally:
        superuser.execute("UPDATE hub.account SET email = %s WHERE email = 'nieuw@voorbeeld.invalid'", (MARIJKE,))

    assert superuser.execute("SELECT state, address, body FROM hub.message").fetchall() == [("waiting", MARIJKE, before)]
