"""
The autumn of the demo, moment by moment: two months come in, are collected and delivered, and a third one has begun.

Every moment is lived as in production: the people's deeds are the ordinary actions, and after them the clock's own jobs get their turn.
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from functools import partial
from pathlib import Path

from hub.agendas.jobs import keep_agendas
from hub.cases.actions import withdraw_consent
from hub.cases.delivery import open_delivery
from hub.cases.intake import take_in
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import LIST, Wanted, received, received_case
from hub.casuistry.actions import LateGiver, allow_late
from hub.casuistry.lifecycle import PAPERS
from hub.casuistry.statements import Statement, state_complete, state_nothing
from hub.contacts import actions as contacts
from hub.contacts.rules import Desk as Office
from hub.demo.conferring import found_bodies, hold_meeting, meet_in_groningen, propose_a_year, propose_years, send_minutes
from hub.demo.story import Delivered, write_late_delivery, write_month, write_second_delivery, write_september
from hub.desk import Desk
from hub.invitations.jobs import send_invitations
from hub.kernel import clock
from hub.kernel.database import Work
from hub.kernel.days import moment
from hub.kernel.words import Month
from hub.partners.queries import partner_named
from hub.partners.rules import Partner
from hub.timetable import JOBS
from hub.turns import plan_jobs, run_due
from hub.watches.actions import settle
from hub.watches.queries import sight

Say = Callable[[str], None]
Deed = Callable[[Desk], object]
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
BUREAUS = DRENTHE, EMMEN, GRONINGEN, FRYSLAN = ("bureau-drenthe", "bureau-emmen", "bureau-groningen", "bureau-fryslan")
POLICE = "politie-noord-nederland"
EVERYWHERE = ("drenthe", "groningen", "fryslan")
AT_ONCE = tuple(job for job in JOBS if job.name != PAPERS)  # making papers takes longest: the demo's clock does so once it runs
EVERY_MORNING = {"contacts", "watch", "members", "agreements_due", "minutes", "addenda", "policies"}  # nothing to do in a quiet week
BUSY_FROM = date(2026, 10, 28)
OFFICE = Office("M. Veenstra, casusbehandelaar", "phone", "het nummer van kantoor", "op werkdagen tot 16.00 uur")
THEIR_OFFICE = Office("N. Oosting, netwerk diversiteit", "phone", "het nummer van kantoor", "dinsdag en donderdag")
LATE = "Twee zaken bleven liggen; het meldpunt belde zelf."


def live_autumn(desk: Desk, *, exports: Path, say: Say) -> None:
    """Let September and October pass, and November begin."""
    for day, at, deeds in _autumn(exports, say):
        with clock.placed_at(moment(day, at=at)):
            for deed in deeds:
                deed(desk)
            jobs = tuple(job for job in AT_ONCE if day >= BUSY_FROM or job.name not in EVERY_MORNING)
            plan_jobs(desk, jobs=jobs)
            run_due(desk, jobs=jobs, worker="demo")
            keep_agendas(desk)


def _autumn(exports: Path, say: Say) -> Sequence[tuple[date, time, Sequence[Deed]]]:
    """When what was done; the clock's jobs follow by themselves."""
    take = partial(_take_in_all, say=say)
    everything = partial(_say_something, say=state_complete)
    return (
        (date(2026, 9, 1), time(8), (found_bodies, send_invitations)),
        (date(2026, 9, 30), time(15), (
            meet_in_groningen, take(write_september(exports)), everything(SEPTEMBER, (*BUREAUS, POLICE)),
        )),
        (date(2026, 10, 1), time(0, 5), ()),
        (date(2026, 10, 1), time(17), ()),
        (date(2026, 10, 2), time(9), ()),
        (date(2026, 10, 15), time(12, 5), (propose_a_year,)),
        (date(2026, 10, 22), time(16, 5), (hold_meeting,)),
        (date(2026, 10, 28), time(10), (send_minutes,)),
        (date(2026, 10, 30), time(15), (
            take(write_month(exports)), everything(OCTOBER, (DRENTHE, FRYSLAN)), _say_something(OCTOBER, (EMMEN,), say=state_nothing),
        )),
        (date(2026, 11, 1), time(0, 5), ()),
        (date(2026, 11, 2), time(10), (take(write_second_delivery(exports)), everything(OCTOBER, (POLICE,)))),
        (date(2026, 11, 2), time(15), (_withdraw(DRENTHE),)),
        (date(2026, 11, 2), time(17), ()),
        (date(2026, 11, 3), time(9), ()),
        (date(2026, 11, 3), time(11), (
            _ask_contact(FRYSLAN), _agree_on_contact(DRENTHE), _settle_old_terms(POLICE), take(write_late_delivery(exports)),
        )),
        (date(2026, 11, 3), time(14), (_allow_late(GRONINGEN), propose_years, send_invitations)),
        (date(2026, 11, 4), time(7, 30), ()),
    )  # fmt: skip


def _take_in_all(files: Sequence[Delivered], *, say: Say) -> Deed:
    def do(desk: Desk) -> None:
        for slug, file in files:
            _take_in(desk, slug, file, say)

    return do


def _take_in(desk: Desk, slug: str, file: Path, say: Say) -> None:
    with desk.work(slug) as (work, partner):
        assert isinstance(partner, Partner)
        with open_delivery(file, partner=partner, mapping=None, vocabulary=desk.house.book.vocabulary) as delivery:
            receipt = take_in(work, reading=delivery, house=desk.house)
        given = sum(receipt.shared.values())
        say(f"{partner.name}: {receipt.received} rijen gelezen, {receipt.refused_count} geweigerd, {given} keer gedeeld.")


def _say_something(month: Month, slugs: Sequence[str], *, say: Callable[..., Statement]) -> Deed:
    """Each of these says so about every province in which it is asked."""

    def do(desk: Desk) -> None:
        for slug in slugs:
            for province in _provinces(slug):
                with desk.work(slug) as (work, _):
                    say(work, province=province, month=month, house=desk.house)

    return do


def _provinces(slug: str) -> Sequence[str]:
    return {EMMEN: ("drenthe",), POLICE: EVERYWHERE}.get(slug) or (slug.removeprefix("bureau-"),)


def _withdraw(slug: str) -> Deed:
    """A reporter takes back that this bureau gives a case of September to the police, who saw it, just before October is frozen."""

    def do(desk: Desk) -> None:
        with desk.work(slug) as (work, _):
            lines = own_cases(work, house=desk.house, wanted=OwnWanted(month=SEPTEMBER))
            cases = (own_case(work, house=desk.house, code=line.code) for line in lines)
            told = next(case for case in cases if any(one.recipient.slug == POLICE and one.state == "given" for one in case.consents))
        theirs = next(one.code for one in told.given if one.recipient.slug == POLICE and one.code)
        with desk.work(POLICE) as (work, _):
            received_case(work, house=desk.house, code=theirs, outlet=LIST)
        with desk.work(slug) as (work, _):
            withdraw_consent(work, code=told.code, recipient=POLICE, house=desk.house)

    return do


def _ask_contact(slug: str) -> Deed:
    """This bureau asks the police about the newest case it got; the question waits for an answer."""

    def do(desk: Desk) -> None:
        with desk.work(slug) as (work, _):
            contacts.propose(work, code=_newest(work, desk), desk=OFFICE)

    return do


def _agree_on_contact(slug: str) -> Deed:
    """This bureau asks too, and the police says yes."""

    def do(desk: Desk) -> None:
        with desk.work(slug) as (work, _):
            contact = contacts.propose(work, code=_newest(work, desk), desk=OFFICE)
        with desk.work(POLICE) as (work, _):
            contacts.confirm(work, contact=contact, desk=THEIR_OFFICE)

    return do


def _settle_old_terms(slug: str) -> Deed:
    """Terms of this partner that ended before November were dealt with."""

    def do(desk: Desk) -> None:
        with desk.work(slug) as (work, _):
            for one in sight(work).over:
                if one.last_day < date(2026, 11, 1):
                    settle(work, watch=one.id, how="klaar")

    return do


def _newest(work: Work, desk: Desk) -> str:
    """The newest case that the police gave, by the code under which the acting partner knows it."""
    police = partner_named(work, slug=POLICE)
    return received(work, house=desk.house, wanted=Wanted(giver=police.id, limit=1)).rows[0].code


def _allow_late(slug: str) -> Deed:
    """The police's coordinator lets this bureau's forgotten cases of October come as an addendum."""

    def do(desk: Desk) -> None:
        with desk.work(POLICE) as (work, _):
            late = LateGiver(partner_named(work, slug=slug), LATE)
            allow_late(work, province=_provinces(slug)[0], month=OCTOBER, late=late, house=desk.house)

    return do
