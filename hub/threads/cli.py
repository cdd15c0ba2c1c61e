"""`schakel recall`: what a partner has to remove of what it took out of the hub, and what others still have to, on the command line."""

from uuid import UUID

import click

from hub.desk import answer, as_json, open_desk
from hub.pseudonyms.mint import show
from hub.sharing.dutch import short_day
from hub.threads.actions import write
from hub.threads.queries import Recall, recalls
from hub.threads.rules import REASONS, STATES, Said, Side, ThreadKind, Word
from hub.threads.schemas import LineSchema

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")
WHY = list(REASONS[ThreadKind.RECALL, Word.NOT_POSSIBLE])


@click.group()
def recall() -> None:
    """Terugroepingen: wat moet worden verwijderd, en of dat is gebeurd."""


@recall.command("list")
@AS
@as_json
def list_recalls(partner: str) -> None:
    """De open terugroepingen van deze partner, als ontvanger en als gever; de eerste uiterste dag bovenaan."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = recalls(work)
    answer(LineSchema(many=True).dump(found), lines=[_line(one) for one in found] or ["Er staan geen terugroepingen open."])


@recall.command("confirm")
@click.argument("thread", type=click.UUID)
@AS
@click.option("--not-possible", "reason", type=click.Choice(WHY), default=None, help="Verwijderen kan niet; waarom niet.")
@as_json
def confirm_recall(thread: UUID, partner: str, reason: str | None) -> None:
    """Bevestig dat deze partner heeft verwijderd wat zij uit de hub overnam, of leg vast waarom dat niet kan."""
    word = Word.CONFIRMED if reason is None else Word.NOT_POSSIBLE
    with open_desk() as desk, desk.work(partner) as (work, _):
        state = write(work, thread=thread, said=Said(word, reason))
    answer({"id": str(thread), "state": state.value}, lines=[f"{STATES[state]}."])


def _line(one: Recall) -> str:
    late = ", te laat" if one.is_late else ""
    who = f"aan {one.other.slug}" if one.side is Side.GIVER else f"van {one.other.slug}"
    return f"{one.id}  {show(one.code)}  {who}  uiterlijk {short_day(one.answer_due)}{late}  {STATES[one.state]}"
