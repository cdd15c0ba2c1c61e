"""Fills an empty demo: partners, people, policies, and the autumn until now, through the same actions that production uses."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from hub.demo.agreeing import agree, propose_next
from hub.demo.autumn import live_autumn
from hub.demo.personas import PERSONAS, SIGNERS
from hub.desk import Desk
from hub.kernel import clock
from hub.kernel.days import moment
from hub.partners.actions import add_partner
from hub.partners.queries import partners
from hub.people.actions import admit, set_mail
from hub.sharing.schemas import load_policies

Say = Callable[[str], None]
BEGAN = moment(date(2026, 9, 1), at=time(7))
PROPOSED = moment(date(2026, 11, 2), at=time(10))


def fill(desk: Desk, *, directory: Path, issuer: str, say: Say) -> None:
    """Fill the hub if nobody is in it yet; a demo that was filled before goes on where it was."""
    with desk.work() as (work, _):
        if partners(work):
            return
    say("Partners, afspraken en mensen …")
    with clock.placed_at(BEGAN):
        _admit_everybody(desk, issuer)
    exports = directory / "exports"
    exports.mkdir(exist_ok=True)
    live_autumn(desk, exports=exports, say=say)
    with clock.placed_at(PROPOSED), desk.work() as (work, _):
        propose_next(work, book=desk.house.book)


def _admit_everybody(desk: Desk, issuer: str) -> None:
    book = load_policies(desk.settings.policies)
    with desk.work() as (work, _):
        for partner in book.partners.values():
            add_partner(work, slug=partner.slug, name=partner.name, kind=partner.kind.value, provinces=partner.provinces)
    for persona in (*PERSONAS, *SIGNERS):
        with desk.work(persona.partner) as (work, _):
            account = admit(work, issuer=issuer, subject=persona.subject, name=persona.name, roles=persona.roles)
            if persona in PERSONAS:
                set_mail(work, account=account, email=persona.email)
    with desk.work() as (work, _):
        agree(work, policies=book.policies, book=book)
