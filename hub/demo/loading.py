"""Fills an empty demo: partners, people, policies and a month of exports, through the same actions that production uses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hub.cases.delivery import open_delivery
from hub.cases.intake import take_in
from hub.demo.personas import PERSONAS
from hub.demo.story import write_month, write_second_delivery
from hub.desk import Desk
from hub.kernel import clock
from hub.partners.actions import add_partner
from hub.partners.queries import partners
from hub.partners.rules import Partner
from hub.people.actions import admit, set_mail
from hub.sharing.actions import put_in_force
from hub.sharing.schemas import load_policies

Say = Callable[[str], None]


def fill(desk: Desk, *, directory: Path, issuer: str, say: Say) -> None:
    """Fill the hub if nobody is in it yet; a demo that was filled before goes on where it was."""
    with desk.work() as (work, _):
        if partners(work):
            return
    say("Partners, afspraken en mensen …")
    _admit_everybody(desk, issuer)
    exports = directory / "exports"
    exports.mkdir(exist_ok=True)
    for days_ago, files in ((2, write_month(exports)), (1, write_second_delivery(exports))):
        for slug, file in files:
            _take_in(desk, slug, file, clock.now() - timedelta(days=days_ago), say)


def _take_in(desk: Desk, slug: str, file: Path, now: datetime, say: Say) -> None:
    with desk.work(slug, now=now) as (work, partner):
        assert isinstance(partner, Partner)
        with open_delivery(file, partner=partner, mapping=None, vocabulary=desk.house.book.vocabulary) as delivery:
            receipt = take_in(work, reading=delivery, house=desk.house)
        given = sum(receipt.shared.values())
        say(f"{partner.name}: {receipt.received} rijen gelezen, {receipt.refused_count} geweigerd, {given} keer gedeeld.")


def _admit_everybody(desk: Desk, issuer: str) -> None:
    book = load_policies(desk.settings.policies)
    with desk.work() as (work, _):
        for partner in book.partners.values():
            add_partner(work, slug=partner.slug, name=partner.name, kind=partner.kind.value, provinces=partner.provinces)
        put_in_force(work, book=book, demo=desk.settings.demo)
    for persona in PERSONAS:
        with desk.work(persona.partner) as (work, _):
            account = admit(work, issuer=issuer, subject=persona.subject, name=persona.name, roles=persona.roles)
            set_mail(work, account=account, email=persona.email)
