"""`schakel cases` and `schakel consent`: what a partner holds and received, and consent, on the command line."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click

from hub.cases.actions import ConsentAsked, record_consent, withdraw_consent
from hub.cases.queries import Given, OwnLine, OwnWanted, own_case, own_cases
from hub.cases.received import COMMAND, Received, Wanted, received, received_case
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import NotFound
from hub.partners.rules import Partner
from hub.pseudonyms.mint import read, show
from hub.sharing.facts import FACTS, Absence, Value
from hub.sharing.projection import written
from hub.sharing.sentences import value_in_dutch
from hub.sharing.vocabulary import Vocabulary

NOT_SHARED = "niet gedeeld"
ABSENT = {"unknown": "onbekend", "not_asked": "niet gevraagd", "erased": "gewist"}
AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")
LIMIT = click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="Hoeveel rijen hoogstens.")


@click.group()
def cases() -> None:
    """De zaken van een partner: eigen en ontvangen."""


@click.group()
def consent() -> None:
    """Toestemming van de melder, per ontvanger."""


def _own_facts(facts: Mapping[str, Value | Absence]) -> dict[str, object]:
    told: dict[str, object] = {}
    for fact in FACTS:
        value = facts[fact]
        told[fact] = {"state": value.value, "value": None} if isinstance(value, Absence) else {"state": "known", "value": written(value)}
    return told


def _received_facts(row: Received) -> dict[str, object]:
    return {fact: {"state": row.states[fact], "value": written(row.facts.get(fact))} for fact in FACTS}


def own_line(line: OwnLine, *, partner: Partner) -> dict[str, object]:
    """A row of `cases list --own` for a program."""
    facts = _own_facts(line.facts)
    return {
        "code": show(line.code),
        "giver": partner.slug,
        "facts": facts,
        "updated": today(line.changed_at).isoformat(),
        "state": line.state,
    }


def received_line(row: Received) -> dict[str, object]:
    """A row of `cases list --inbox` for a program: nothing that the inbox row does not hold."""
    facts = _received_facts(row)
    return {
        "code": show(row.code),
        "giver": row.giver.slug,
        "facts": facts,
        "updated": row.changed_on.isoformat(),
        "until": row.shown_until.isoformat(),
    }


@cases.command("list")
@AS
@click.option("--own", "which", flag_value="own", help="De eigen zaken.")
@click.option("--inbox", "which", flag_value="inbox", default=True, help="Wat anderen deelden (als u niets kiest).")
@LIMIT
@as_json
def list_cases(partner: str, which: str, limit: int) -> None:
    """De nieuwste zaken van deze partner."""
    with open_desk() as desk, desk.work(partner) as (work, me):
        rows = _rows(work, desk, me if which == "own" else None, limit)
    lines = [_line(row) for row in rows]
    answer(rows, lines=lines or ["Er is nog niets. Lees een export in (schakel take-in), of wacht tot een ander deelt."])


def _rows(work: Work, desk: Desk, owner: Partner | None, limit: int) -> list[dict[str, Any]]:
    if owner is not None:
        return [own_line(line, partner=owner) for line in own_cases(work, house=desk.house, wanted=OwnWanted(limit=limit))[:limit]]
    return [received_line(row) for row in received(work, house=desk.house, wanted=Wanted(limit=limit), outlet=COMMAND).rows]


def _line(row: Mapping[str, Any]) -> str:
    shown = ("incident_date", "place", "ground", "nature", "status")
    words = [_cell(row["facts"][fact]) for fact in shown]
    return f"{row['code']}  {row['giver']:<26} {row['updated']}  " + " · ".join(words)


def _cell(told: Mapping[str, Any]) -> str:
    """One fact in a line of the list: its value, or in Dutch why there is none."""
    value = told["value"]
    if value is None:
        return ABSENT.get(told["state"], NOT_SHARED)
    return ", ".join(value) if isinstance(value, list) else str(value)


@cases.command("show")
@click.argument("code")
@AS
@as_json
def show_case(code: str, partner: str) -> None:
    """Eén zaak van deze partner, eigen of ontvangen, met de geschiedenis."""
    with open_desk() as desk, desk.work(partner) as (work, me):
        told, lines = _told(work, desk, me, read(code))
    answer(told, lines=lines)


def _told(work: Work, desk: Desk, me: Partner | None, code: str) -> tuple[dict[str, Any], Sequence[str]]:
    vocabulary = desk.house.book.vocabulary
    try:
        row = received_case(work, house=desk.house, code=code, outlet=COMMAND)
    except NotFound:
        return _own_told(work, desk, me, code)
    told = {**received_line(row), "history": [{"on": day.isoformat()} for day in row.revised_on]}
    lines = [f"{vocabulary.facts[fact].dutch}: {_said(row.facts.get(fact), fact, vocabulary)}" for fact in FACTS]
    return told, [f"{told['code']}, gedeeld door {row.giver.name}", *lines]


def _own_told(work: Work, desk: Desk, me: Partner | None, code: str) -> tuple[dict[str, Any], Sequence[str]]:
    case, vocabulary = own_case(work, house=desk.house, code=code), desk.house.book.vocabulary
    history = [{"no": step.no, "at": step.made_at.isoformat(), "changed": list(step.changed)} for step in case.revisions]
    given = [_given(one) for one in case.given]
    consents = [{"recipient": one.recipient.slug, "state": one.state} for one in case.consents]
    told: dict[str, Any] = {"code": show(case.code), "giver": me.slug if me else "", "facts": _own_facts(case.facts)}
    updated = today(case.revisions[0].made_at).isoformat()
    told.update(updated=updated, state=case.state, history=history, given=given, consents=consents)
    values = {fact: None if isinstance(value, Absence) else value for fact, value in case.facts.items()}
    lines = [f"{vocabulary.facts[fact].dutch}: {_said(values[fact], fact, vocabulary)}" for fact in FACTS]
    return told, [
        f"{told['code']}, eigen zaak",
        *lines,
        *(f"{one['recipient']}: {one['state']} {', '.join(one['because'])}" for one in given),
    ]


def _given(one: Given) -> dict[str, Any]:
    facts = {fact: {"state": one.states[fact], "value": written(one.shown.get(fact))} for fact in FACTS}
    return {"recipient": one.recipient.slug, "kind": one.kind, "state": one.state, "because": list(one.because), "facts": facts}


def _said(value: Value | None, fact: str, vocabulary: Vocabulary) -> str:
    return NOT_SHARED if value is None else value_in_dutch(value, fact=fact, vocabulary=vocabulary)


@consent.command("give")
@click.argument("code")
@AS
@click.option("--recipient", required=True, help="De ontvanger (de korte naam).")
@click.option("--purpose", "purposes", multiple=True, required=True, help="Waarvoor; mag vaker.")
@click.option("--guardian", is_flag=True, help="De wettelijk vertegenwoordiger gaf de toestemming.")
@click.option(
    "--how", default="talk", type=click.Choice(["talk", "phone", "letter", "code"]), show_default=True, help="Hoe het gevraagd is."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="De laatste dag waarop zij geldt.")
@click.option("--asked-on", type=click.DateTime(["%Y-%m-%d"]), help="De dag waarop het gevraagd is, als dat niet vandaag was.")
@click.option("--fact", "facts", multiple=True, help="Alleen dit gegeven; mag vaker. Zonder deze optie alles wat de afspraak deelt.")
@as_json
def give(**said: Any) -> None:
    """Leg vast dat de melder toestemming gaf om deze zaak met één ontvanger te delen."""
    by = "guardian" if said["guardian"] else "reporter"
    days = {"until": _day(said["until"]), "asked_on": _day(said["asked_on"])}
    asked = ConsentAsked("given", said["purposes"], by, said["how"], facts=said["facts"] or None, **days)
    with open_desk() as desk, desk.work(said["partner"]) as (work, _):
        delivery = record_consent(work, code=read(said["code"]), recipient=said["recipient"], asked=asked, house=desk.house)
    told = {"recipient": said["recipient"], "state": "narrowed" if said["facts"] else "given", "shared": dict(delivery.shared)}
    is_shared = said["recipient"] in delivery.shared
    after = "De zaak is gedeeld." if is_shared else "Er is niets gedeeld: iets anders houdt deze zaak nog tegen (schakel cases show)."
    answer(told, lines=[f"Toestemming vastgelegd. {after}"])


@consent.command("withdraw")
@click.argument("code")
@AS
@click.option("--recipient", required=True, help="De ontvanger (de korte naam).")
@as_json
def withdraw(code: str, partner: str, recipient: str) -> None:
    """Trek de toestemming voor één ontvanger in: de rij daar verdwijnt op hetzelfde moment."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        receipt = withdraw_consent(work, code=read(code), recipient=recipient, house=desk.house)
    gone = [{"recipient": one.recipient.slug, "code": show(one.code), "was_opened": one.was_opened} for one in receipt.gone]
    lines = [
        f"Bij {one.recipient.name} is rij {show(one.code)} verdwenen" + (" (was daar al bekeken)." if one.was_opened else ".")
        for one in receipt.gone
    ]
    told = {"code": show(receipt.code), "recipient": receipt.recipient.slug, "gone": gone}
    answer(told, lines=["Toestemming ingetrokken.", *(lines or ["Er stond geen rij bij deze ontvanger."])])


def _day(moment: Any) -> date | None:
    return moment.date() if moment is not None else None
