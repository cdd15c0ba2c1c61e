"""`schakel explain`, `preview` and `holdback`: why somebody has what it has, what it would have, and what is kept from it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from hub.cases.delivery import open_delivery
from hub.cases.explained import own_page, received_page
from hub.cases.foreseen import Foreseen, of_case
from hub.cases.holding import HeldFact, Hold, hold_back, hold_page, lift
from hub.cases.intake import Receipt, take_in
from hub.cases.queries import own_code_behind
from hub.cases.reasons import Explained, RecipientPage, hold_in_dutch
from hub.cases.runs import Bound, outlook
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.errors import NotFound
from hub.partners.queries import partner_named
from hub.partners.rules import Partner
from hub.pseudonyms.mint import read, show
from hub.sharing.dutch import fact_text
from hub.sharing.facts import FACTS
from hub.sharing.projection import written

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")


@click.command()
@click.argument("code")
@AS
@click.option("--receiver", help="Met --as de gever: wat deze ontvanger van de zaak heeft, met alle redenen.")
@as_json
def explain(code: str, partner: str, receiver: str | None) -> None:
    """Waarom een partner van een zaak ziet wat hij ziet; met --receiver alles wat de gever daarover weet."""
    with open_desk() as desk:
        told, lines = _to_giver(desk, partner, read(code), receiver) if receiver else _to_recipient(desk, partner, read(code))
    answer(told, lines=lines)


def _to_recipient(desk: Desk, partner: str, code: str) -> tuple[dict[str, Any], Sequence[str]]:
    with desk.work(partner) as (work, _):
        page = received_page(work, house=desk.house, code=code)
    words = desk.house.book.vocabulary.facts
    facts = {one.name: {"value": written(one.value), "why": one.why} for one in page.facts}
    told = {"code": show(code), "giver": page.row.giver.slug, "policy": page.policy.name, "version": page.policy.version, "facts": facts,
            "until": page.row.shown_until.isoformat()}  # fmt: skip
    head = f"{show(code)}, gedeeld door {page.row.giver.name} volgens '{page.policy.title}', versie {page.policy.version}."
    return told, [head, *(f"{words[one.name].dutch}: {_value(one)} {one.why}" for one in page.facts)]


def _to_giver(desk: Desk, partner: str, code: str, receiver: str) -> tuple[dict[str, Any], Sequence[str]]:
    with desk.work(partner) as (work, _):
        whom = partner_named(work, slug=receiver)
        own = own_code_behind(work, code=code)
        page = own_page(work, house=desk.house, code=own or code)
    found = [one for one in page.recipients if one.given.recipient.id == whom.id]
    if not found:
        raise NotFound(f"Er is geen afspraak waardoor {whom.name} deze zaak zou kunnen ontvangen.")
    told = [recipient_as_plain(one) for one in found]
    lines = [line for one in found for line in _reasons(one, desk)]
    return {"code": show(page.case.code), "recipient": whom.slug, "rows": told}, [f"{show(page.case.code)} voor {whom.name}", *lines]


def recipient_as_plain(one: RecipientPage) -> dict[str, Any]:
    """What one recipient has of an own case, or would have, for a program: states, values, and every reason with its source."""
    facts = {
        fact.name: {"state": one.given.states[fact.name], "value": written(fact.value), "why": fact.why}
        for fact in one.facts  # none of a row that is closed
    }
    policy = {"name": one.policy.name, "version": one.policy.version, "decision": one.policy.decision.reference} if one.policy else None
    return {
        "recipient": one.given.recipient.slug, "kind": one.given.kind, "state": one.given.state, "policy": policy,
        "code": show(one.given.code) if one.given.code else None, "because": list(one.given.because), "reasons": list(one.because),
        "grounds": list(one.grounds), "until": one.given.shown_until.isoformat() if one.given.shown_until else None, "facts": facts,
    }  # fmt: skip


def _reasons(one: RecipientPage, desk: Desk) -> list[str]:
    words = desk.house.book.vocabulary.facts
    facts = [f"  {words[fact.name].dutch}: {_value(fact)} {fact.why}" for fact in one.facts]
    state = f"gedeeld tot en met {one.given.shown_until}" if one.given.state == "shown" else "niet gedeeld"
    return [f"{one.given.recipient.name} ({one.given.kind}): {state}.", one.agreement, *one.because, *one.grounds, *facts]


def _value(one: Explained) -> str:
    return "—" if one.value is None else f"{fact_text(one.value, fact=one.name).removesuffix('.')}."


@click.command()
@click.argument("thing", metavar="FILE|CASE")
@AS
@click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Bij een bestand: dit koppelbestand.")
@as_json
def preview(thing: str, partner: str, mapping: Path | None) -> None:
    """Wie ziet dit straks: van een export die nog niet is ingelezen, of van een eigen zaak; er blijft niets bewaard."""
    if Path(thing).is_file():
        told, lines = _of_file(Path(thing), partner, mapping)
    else:
        told, lines = _of_case(partner, thing)
    answer(told, lines=lines)


class _Undone(Exception):
    """Carries what an export would come to out of a work that leaves nothing behind."""

    def __init__(self, receipt: Receipt, bound: Sequence[Bound]) -> None:
        self.receipt, self.bound = receipt, bound


def _of_file(file: Path, partner: str, mapping: Path | None) -> tuple[dict[str, Any], Sequence[str]]:
    try:
        with open_desk() as desk, desk.work(partner) as (work, giver):
            assert isinstance(giver, Partner)
            with open_delivery(file, partner=giver, mapping=mapping, vocabulary=desk.house.book.vocabulary) as delivery:
                receipt = take_in(work, reading=delivery, house=desk.house)
            raise _Undone(receipt, outlook(work, run=receipt.run, house=desk.house))
    except _Undone as undone:
        receipt, bound = undone.receipt, undone.bound
    rows = [_bound(one) for one in bound]
    head = f"Vooruitblik, er is niets bewaard: {receipt.received} rijen, {receipt.new} nieuw, {receipt.updated} bijgewerkt."
    return {"received": receipt.received, "new": receipt.new, "updated": receipt.updated, "recipients": rows}, [
        head, *(line for one in bound for line in _bound_lines(one)),
    ]  # fmt: skip


def _bound(one: Bound) -> dict[str, Any]:
    return {
        "recipient": one.recipient.slug,
        "kind": one.kind,
        "shared": one.shared,
        "kept": [{"reason": why, "cases": n} for why, n in one.kept],
    }


def _bound_lines(one: Bound) -> list[str]:
    return [f"{one.recipient.name}: {one.shared} gedeeld", *(f"  {number} niet: {why}" for why, number in one.kept)]


def _of_case(partner: str, code: str) -> tuple[dict[str, Any], Sequence[str]]:
    with open_desk() as desk, desk.work(partner) as (work, _):
        own = own_code_behind(work, code=read(code)) or read(code)
        found = of_case(work, code=own, house=desk.house)
    told = {"code": show(own), "recipients": [_foreseen(one) for one in found]}
    lines = [line for one in found for line in [*(["Pas als de melder ja zegt:"] if one.needs_yes else []), *_reasons(one.page, desk)]]
    return told, [f"Vooruitblik, er is niets bewaard: {show(own)}", *lines]


def _foreseen(one: Foreseen) -> dict[str, Any]:
    changed = None if one.changed is None else [fact for fact in FACTS if fact in one.changed]
    return {**recipient_as_plain(one.page), "needs_yes": one.needs_yes, "changed": changed, "alike": one.alike}


@click.group()
def holdback() -> None:
    """Inhouden: een gegeven van een eigen zaak grover of niet delen."""


@holdback.command("list")
@click.argument("code")
@AS
@as_json
def list_holds(code: str, partner: str) -> None:
    """Wat van deze eigen zaak wordt of werd ingehouden."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        page = hold_page(work, code=read(code), house=desk.house)
    rows = [_hold(one) for one in page.holds]
    lines = [f"{one.no:>3}  {_stand(one)}  {hold_in_dutch(one, vocabulary=desk.house.book.vocabulary)}" for one in page.holds]
    answer(rows, lines=lines or ["Van deze zaak wordt niets ingehouden."])


def _hold(one: Hold) -> dict[str, Any]:
    whom, until = one.recipient.slug if one.recipient else None, one.until.isoformat() if one.until else None
    lifted = one.lifted_at.isoformat() if one.lifted_at else None
    what = {"no": one.no, "recipient": whom, "fact": one.fact, "precision": one.precision, "because": one.because}
    return {**what, "until": until, "at": one.at.isoformat(), "lifted_at": lifted, "is_at_work": one.is_at_work}


def _stand(one: Hold) -> str:
    return "geldt    " if one.is_at_work else "opgeheven" if one.lifted_at else "voorbij  "


@holdback.command("add")
@click.argument("code")
@AS
@click.option("--recipient", help="Voor deze ontvanger (de korte naam); zonder deze optie voor alle.")
@click.option("--fact", help="Dit gegeven; zonder deze optie de hele zaak.")
@click.option("--precision", help="Niet preciezer dan dit; zonder deze optie gaat het gegeven niet mee.")
@click.option("--because", required=True, help="Waarom; alleen de eigen organisatie leest het.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="De laatste dag.")
@as_json
def add_hold(**said: Any) -> None:
    """Houd iets in; het werkt meteen, en er gaat nooit meer mee dan de afspraak deelt."""
    held = HeldFact(said["because"], said["fact"], said["precision"], said["until"].date() if said["until"] else None)
    with open_desk() as desk, desk.work(said["partner"]) as (work, _):
        delivery = hold_back(work, code=read(said["code"]), recipient=said["recipient"], held=held, house=desk.house)
        no = hold_page(work, code=read(said["code"]), house=desk.house).holds[0].no
    gone = Counter(one.recipient.slug for one in delivery.gone)
    lines = [f"Ingehouden, onder nummer {no}.", *(f"Bij {slug} is de zaak verdwenen." for slug in gone)]
    answer({"no": no, "changed": dict(delivery.shared), "gone": sorted(gone)}, lines=lines)


@holdback.command("lift")
@click.argument("code")
@AS
@click.option("--no", "number", required=True, type=int, help="Het nummer uit de lijst.")
@as_json
def lift_hold(code: str, partner: str, number: int) -> None:
    """Hef één inhouding op; wat de afspraken delen, komt meteen terug."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        delivery = lift(work, code=read(code), no=number, house=desk.house)
    answer({"no": number, "changed": dict(delivery.shared)}, lines=["Opgeheven.", *(f"Bijgewerkt bij {slug}." for slug in delivery.shared)])
