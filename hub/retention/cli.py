"""`schakel retention`: how long a partner keeps its cases, what will go, what is held, and doing what was announced."""

from datetime import datetime

import click

from hub.desk import answer, as_json, open_desk
from hub.kernel.errors import Invalid
from hub.pseudonyms.mint import read, show
from hub.retention.actions import Done, announce, carry_out, end_old_holds, hold, release_hold, set_term
from hub.retention.queries import Board, board
from hub.retention.queries import term as term_of
from hub.retention.rules import REASONS, CountedFrom, HoldReason, Term
from hub.retention.schemas import PreviewSchema, TermLineSchema
from hub.sharing.dutch import short_day

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")
DAY = click.DateTime(["%Y-%m-%d"])
NO_TERM = "Deze partner koos geen bewaartermijn: alles blijft."


@click.group()
def retention() -> None:
    """Bewaren: de eigen termijn, wat verdwijnt en wanneer, en wat wordt vastgehouden."""


@retention.command("preview")
@AS
@as_json
def preview_retention(partner: str) -> None:
    """Laat zien wat de komende dertig dagen aan de beurt is, en kondig het aan; wat niet is aangekondigd, verdwijnt niet."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        end_old_holds(work)
        announce(work)
        found = board(work)
    answer(PreviewSchema().dump(found), lines=_lines(found))


@retention.command("run")
@AS
@as_json
def run_retention(partner: str) -> None:
    """Voer uit wat dertig dagen geleden of langer is aangekondigd en nu aan de beurt is; zegt wat er is gedaan."""
    done = Done(0, (), 0)
    with open_desk() as desk:
        while True:
            with desk.work(partner) as (work, _):
                some = carry_out(work)
            done = Done(done.rows + some.rows, done.cases + some.cases, done.forgotten + some.forgotten)
            if not some.count:
                break
    lines = [
        f"{done.rows} rijen bij ontvangers weggehaald; de zaken zelf gaan een dag later." if done.rows else "",
        *(f"Verwijderd: {show(code)}." for code in done.cases),
        f"{done.forgotten} bewijzen ouder dan vijf jaar opgeruimd." if done.forgotten else "",
    ]
    told = {"rows": done.rows, "cases": list(done.cases), "forgotten": done.forgotten}
    answer(told, lines=[line for line in lines if line] or ["Er was niets aan de beurt."])


@retention.command("hold")
@click.argument("code")
@AS
@click.option("--reason", type=click.Choice([one.value for one in HoldReason]), required=True, help="Waarom; een woord uit de lijst.")
@click.option("--until", type=DAY, help="De laatste dag; zonder deze optie tot de zaak wordt losgelaten.")
@as_json
def hold_case(code: str, partner: str, reason: str, until: datetime | None) -> None:
    """Houd een eigen zaak vast: zij wordt niet verwijderd, wat de termijn ook zegt."""
    last = until.date() if until else None
    with open_desk() as desk, desk.work(partner) as (work, _):
        hold(work, code=read(code), reason=HoldReason(reason), until=last)
    told = {"code": read(code), "reason": reason, "until": last.isoformat() if last else None}
    answer(told, lines=[f"{show(read(code))} wordt vastgehouden: {REASONS[HoldReason(reason)]}."])


@retention.command("release")
@click.argument("code")
@AS
@as_json
def release_case(code: str, partner: str) -> None:
    """Laat een vastgehouden zaak los; zij verdwijnt op zijn vroegst dertig dagen later."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        release_hold(work, code=read(code))
    answer({"code": read(code)}, lines=[f"{show(read(code))} is losgelaten."])


@retention.command("term")
@AS
@click.option("--months", type=int, help="Na zoveel maanden gaat een zaak weg.")
@click.option("--from", "counted_from", type=click.Choice([one.value for one in CountedFrom]), help="Vanaf welke dag de maanden tellen.")
@click.option("--keep", is_flag=True, help="Bewaar alles, tot er een ander besluit is.")
@click.option("--decision", help="Het besluit waar dit op rust.")
@click.option("--decided-on", type=DAY, help="De dag van dat besluit.")
@as_json
def choose_term(**said: object) -> None:
    """De bewaartermijn van een partner; met een besluit erbij stelt dit hem in."""
    wanted = _wanted(said)
    with open_desk() as desk, desk.work(str(said["partner"])) as (work, _):
        if wanted is not None:
            set_term(work, wanted=wanted)
        found = term_of(work)
    told = TermLineSchema().dump(found) if found else None
    lines = [found.sentence(), f"Besluit van {short_day(found.decided_on)}: {found.decision}"] if found else [NO_TERM]
    answer(told, lines=lines)


def _wanted(said: dict[str, object]) -> Term | None:
    """The term that was asked for; None when only a look at it was."""
    months, counted, decided = said["months"], said["counted_from"], said["decided_on"]
    if not (months or counted or said["keep"] or said["decision"] or decided):
        return None
    if not isinstance(decided, datetime) or not said["decision"] or bool(said["keep"]) == isinstance(months, int):
        raise Invalid("Noem --months met --from, of --keep, en daarbij --decision en --decided-on.")
    number = months if isinstance(months, int) else None
    return Term(number, CountedFrom(str(counted)) if counted else None, str(said["decision"]), decided.date())


def _lines(found: Board) -> list[str]:
    lines = [found.term.sentence() if found.term else NO_TERM]
    lines += [f"{show(one.code)}  verdwijnt op {short_day(one.goes_on)}" for one in found.going]
    lines += [f"{show(one.code)}  wordt vastgehouden: {REASONS[one.reason]}" for one in found.held]
    lines += [f"{show(one.code)}  bij {one.other.slug} te zien tot en met {short_day(one.last_day)}" for one in found.given]
    lines += [f"{show(one.code)}  van {one.other.slug} te zien tot en met {short_day(one.last_day)}" for one in found.received]
    return [*lines, *(["Er is meer dan hier staat."] if found.has_more else [])]
