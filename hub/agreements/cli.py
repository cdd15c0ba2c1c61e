"""`schakel actions`: the agreed actions of a partner on the command line."""

import click

from hub.agreements.actions import take_step
from hub.agreements.queries import Agreement, Wanted, agreement_coded, agreements
from hub.agreements.rules import STAND_IN_DUTCH, Word
from hub.agreements.schemas import ActionSchema
from hub.agreements.typed import STANDS, WHOSE, read_day
from hub.desk import answer, as_json, open_desk
from hub.sharing.dutch import short_day

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")


@click.group()
def actions() -> None:
    """Actiepunten: wat in overleggen is afgesproken, en hoe het daarmee staat."""


@actions.command("list")
@AS
@click.option("--whose", type=click.Choice(list(WHOSE)), default="eigen", show_default=True, help="Van wie.")
@click.option("--stand", type=click.Choice(list(STANDS)), default="open", show_default=True, help="Welke.")
@click.option("--body", default=None, help="Van één overleg (de korte naam).")
@as_json
def list_actions(partner: str, whose: str, stand: str, body: str | None) -> None:
    """De actiepunten die deze partner mag zien, de eerste einddatum bovenaan."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = agreements(work, wanted=Wanted(WHOSE[whose], STANDS[stand], body))
    answer(ActionSchema(many=True).dump(found), lines=[_line(one) for one in found] or ["Geen actiepunten."])


@actions.command("update")
@click.argument("code")
@AS
@click.option("--word", type=click.Choice([word.value for word in Word]), required=True, help="Wat deze partner vastlegt.")
@click.option("--because", default=None, help="Waarom; nodig bij deferred, reopened en dropped.")
@click.option("--due", default="", help="De nieuwe dag bij deferred, bijvoorbeeld 2027-01-15.")
@as_json
def update_action(code: str, partner: str, word: str, because: str | None, due: str) -> None:
    """Leg vast hoe het met een actiepunt staat; sluiten kan alleen een andere organisatie dan de eigenaar."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = agreement_coded(work, code=code)
        stand = take_step(work, agreement=found.id, word=Word(word), because=because, due=read_day(due))
    answer({"code": found.code, "stand": stand.value}, lines=[f"{found.code}: {STAND_IN_DUTCH[stand]}."])


def _line(one: Agreement) -> str:
    late = f", {one.days_late} dagen te laat" if one.days_late else ""
    return f"{one.code}  {short_day(one.due)}  {STAND_IN_DUTCH[one.stand]}{late}  {one.owner.name}: {one.what}"
