"""`schakel consultations` and `schakel sessions`: bodies, the plan of a year, and meetings on the command line."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import click

from hub.consultations import progress, sentences, typed, years
from hub.consultations.combined import planned_together
from hub.consultations.joint import Progress
from hub.consultations.planner import PlanRules, explain, plan_year
from hub.consultations.queries import bodies, body, question, series, series_of
from hub.consultations.rules import LEVEL_IN_DUTCH, STATE_IN_DUTCH, Level, Series, SeriesState
from hub.consultations.schemas import BodySchema, MeetingSchema
from hub.consultations.seats import SEAT_IN_DUTCH
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound
from hub.partners.queries import partners

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")
BECAUSE = click.option("--because", required=True, help="Waarom; alle leden lezen dit. Noem geen zaak.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def consultations() -> None:
    """De overleggen: wie erin zit, en het jaarplan."""


@consultations.command("bodies")
@as_json
def list_bodies() -> None:
    """Alle overleggen, met wie ze leidt."""
    found = []
    with open_desk() as desk:
        for slug in _everybody(desk):
            with desk.work(slug) as (work, _):
                mine = [one for one in bodies(work) if one.coordinator == work.partner]
                found += [{**BodySchema().dump(one), "led_by": slug} for one in mine]
    lines = [f"{one['slug']:<32} {one['name']}, geleid door {one['led_by']}, {len(one['members'])} leden" for one in found]
    answer(found, lines=lines or ["Er is nog geen overleg. Stel er een in: schakel consultations found."])


@consultations.command("found")
@AS
@click.option("--name", required=True, help="De naam; alle partners kunnen die lezen.")
@click.option(
    "--level", type=click.Choice([one.value for one in Level]), default="case", show_default=True, help="Zaken, thema of cijfers."
)
@click.option("--purpose", required=True, help="Waarvoor het is.")
@click.option("--basis", required=True, help="De grondslag.")
@click.option("--province", default="", help="De provincie; leeg voor meer dan een.")
@click.option(
    "--collaboration", "collaborations", multiple=True, help="De samenwerking in de afspraken waaronder zaken besproken worden; mag vaker."
)
@click.option("--needs", multiple=True, help="Een lid dat bij elke bijeenkomst nodig is; mag vaker.")
@click.option("--member", "members", multiple=True, help="Een lid dat niet elke keer nodig is; mag vaker.")
@click.option("--chair", default="", help="Wie voorzit; anders wie het overleg leidt.")
@click.option("--per-year", default="5", show_default=True, help="Hoe vaak per jaar.")
@click.option("--weekday", default="4", show_default=True, help="De vaste dag: 1 is maandag, 5 is vrijdag.")
@click.option("--at", "starts_at", default="13.30", show_default=True, help="Wanneer het begint.")
@click.option("--minutes", default="150", show_default=True, help="Hoe lang het duurt.")
@click.option("--place", required=True, help="Waar.")
@click.option("--link", default="", help="Een link voor wie online meedoet.")
@click.option("--lead", default="10", show_default=True, help="Werkdagen tussen het bevriezen en de bijeenkomst.")
@click.option("--min-gap", default="56", show_default=True, help="Minstens zoveel dagen tussen twee bijeenkomsten.")
@click.option("--max-gap", default="98", show_default=True, help="Hoogstens zoveel dagen tussen twee bijeenkomsten.")
@click.option("--quorum", default="2", show_default=True, help="Hoeveel leden er minstens zijn.")
@as_json
def found(partner: str, needs: tuple[str, ...], members: tuple[str, ...], **said: Any) -> None:
    """Stel een overleg in dat deze partner leidt; de blokken krijgen een eerste indeling."""
    seated = {f"{typed.MEMBER}{slug}": ["lid"] for slug in members} | {f"{typed.MEMBER}{slug}": ["nodig"] for slug in needs}
    told = {name: list(value) if isinstance(value, tuple) else [value] for name, value in said.items()}
    with open_desk() as desk, desk.work(partner) as (work, _):
        slug = typed.found(work, typed=told | seated)
        made = BodySchema().dump(body(work, slug=slug))
    answer(made, lines=[f"{made['name']} is ingesteld als {slug}, over {LEVEL_IN_DUTCH[Level(said['level'])]}."])


@consultations.command("plan-year")
@click.option("--body", "slug", required=True, help="Het overleg (de korte naam).")
@click.option("--year", type=int, required=True, help="Het jaar.")
@click.option("--previous", type=DAY, help="De laatste bijeenkomst daarvoor, als Schakel die niet kent.")
@click.option("--explain", "asked", type=DAY, help="Zeg van deze dag waarom die wel of niet kan.")
@click.option("--save", is_flag=True, help="Bewaar het plan als concept voor wie het overleg leidt.")
@as_json
def plan(slug: str, year: int, previous: datetime | None, asked: datetime | None, *, save: bool) -> None:
    """Zoek de dagen van een jaar die zo min mogelijk botsen, met de reden van elke dag."""
    with open_desk() as desk, desk.work(_leader(desk, slug)) as (work, _):
        before = previous.date() if previous else None
        saved = years.draft_year(work, body=slug, year=year, previous=before) if save else None
        rules = _rules(work, slug, (year, before))
        if asked is not None:
            explained = explain(rules, day=asked.date())
            answer(sentences.day_as_json(explained), lines=sentences.lines_of_day(explained))
            return
        planned = plan_year(rules)
    told = {**sentences.as_json(planned), "series": str(saved) if saved else None}
    answer(told, lines=[*sentences.lines_of(planned), *([f"Bewaard als concept: {saved}."] if saved else [])])


@consultations.command("plan-together")
@AS
@click.option(
    "--body", "slugs", multiple=True, required=True, help="Een overleg dat deze partner leidt (de korte naam); twee of meer keer."
)
@click.option("--year", type=int, required=True, help="Het jaar.")
@as_json
def plan_some(partner: str, slugs: tuple[str, ...], year: int) -> None:
    """Zoek de jaren van meer overleggen tegelijk, zonder dat iemand op een dag in twee ervan zit; er wordt niets bewaard."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        together = planned_together(work, bodies=slugs, year=year, told=_say)
    answer(sentences.joint_as_json(together), lines=sentences.lines_of_joint(together))


@consultations.command("propose-year")
@click.option("--body", "slug", required=True, help="Het overleg (de korte naam).")
@click.option("--year", type=int, required=True, help="Het jaar.")
@click.option("--previous", type=DAY, help="De laatste bijeenkomst daarvoor, als Schakel die niet kent.")
@click.option("--lock", "locks", multiple=True, help="Zet een bijeenkomst vast op een dag, bijvoorbeeld 2=2027-04-20; mag vaker.")
@as_json
def propose_year(slug: str, year: int, previous: datetime | None, locks: tuple[str, ...]) -> None:
    """Stel het jaarplan voor aan de leden; een concept dat er nog niet is, wordt gemaakt. De leden krijgen tien werkdagen voor bezwaar."""
    fixed = [_lock(one) for one in locks]
    with open_desk() as desk, desk.work(_leader(desk, slug)) as (work, _):
        kept = next((one.id for one in series_of(work, body=slug) if one.year == year), None)
        made = kept or years.draft_year(work, body=slug, year=year, previous=previous.date() if previous else None)
        for place, day in fixed:
            years.lock(work, series=made, place=place, day=day)
        if not fixed or series(work, id=made).state is SeriesState.DRAFT:
            years.propose(work, series=made)
        _answer_year(series(work, id=made), "voorgesteld; bezwaar kan tot en met")


@consultations.command("settle-year")
@click.option("--body", "slug", required=True, help="Het overleg (de korte naam).")
@click.option("--year", type=int, required=True, help="Het jaar.")
@click.option("--despite-objections", "despite", is_flag=True, help="Stel vast, ook al staan er bezwaren open die u gelezen hebt.")
@as_json
def settle_year(slug: str, year: int, *, despite: bool) -> None:
    """Stel een voorgesteld jaarplan vast: elke dag wordt een bijeenkomst, en de uitnodigingen gaan vanzelf uit."""
    with open_desk() as desk, desk.work(_leader(desk, slug)) as (work, _):
        kept = next((one.id for one in series_of(work, body=slug) if one.year == year), None)
        if kept is None:
            raise NotFound(f"Er is geen jaarplan {year} van ‘{slug}’. Stel er een voor met: schakel consultations propose-year.")
        made = years.settle(work, series=kept, despite=despite)
        _answer_year(series(work, id=kept), f"vastgesteld, met {len(made)} bijeenkomsten; bezwaar kon tot en met")


def _lock(text: str) -> tuple[int, date]:
    place, _, day = text.partition("=")
    try:
        return int(place), date.fromisoformat(day)
    except ValueError:
        raise Invalid(f"‘{text}’ is geen bijeenkomst en dag. Schrijf bijvoorbeeld: --lock 2=2027-04-20.") from None


def _answer_year(found: Series, stands: str) -> None:
    told = {"series": str(found.id), "body": found.body, "year": found.year, "state": found.state.value,
            "days": [str(day) for day in found.days], "object_until": str(found.object_until)}  # fmt: skip
    days = ", ".join(str(day) for day in found.days)
    answer(told, lines=[f"Jaarplan {found.year} van {found.body} is {stands} {found.object_until}.", f"  {days}"])


@consultations.command("answer")
@AS
@click.option("--body", "slug", required=True, help="Het overleg dat deze partner vraagt (de korte naam).")
@click.option("--yes", "basis", help="Ja: op welke grond deze partner meedoet.")
@click.option("--no", "refusal", help="Nee: waarom niet. Alle partners kunnen dit lezen.")
@click.option("--leave", "farewell", help="Weggaan: waarom. Alle partners kunnen dit lezen.")
@as_json
def answer_question(partner: str, slug: str, basis: str | None, refusal: str | None, farewell: str | None) -> None:
    """Zeg voor deze partner ja of nee op de vraag van een overleg, of ga er weg."""
    said = [("yes", basis), ("no", refusal), ("leave", farewell)]
    chosen = [(deed, words) for deed, words in said if words is not None]
    if len(chosen) != 1:
        raise click.UsageError("Kies een van --yes, --no en --leave.")
    deed, words = chosen[0]
    with open_desk() as desk, desk.work(partner) as (work, _):
        typed.answer(work, body=slug, typed={"deed": [deed], "basis": [words], "because": [words]})
        mine = question(work, slug=slug).mine
    answer({"body": slug, "partner": partner, "state": mine.state.value}, lines=[f"{mine.name}: {SEAT_IN_DUTCH[mine.state]}."])


@click.group()
def sessions() -> None:
    """De bijeenkomsten: bekijken, verplaatsen en annuleren."""


@sessions.command("list")
@AS
@click.option("--body", "slug", help="Alleen van dit overleg.")
@as_json
def list_sessions(partner: str, slug: str | None) -> None:
    """De bijeenkomsten van deze partner, de eerste bovenaan."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        told = [MeetingSchema().dump(one) for one in progress.meetings(work, body=slug)]
    lines = [f"{one['id']}  {one['day']} {one['at']}  {one['name']:<32} {one['label']}" for one in told]
    answer([_plain(one) for one in told], lines=lines or ["Er is nog geen bijeenkomst."])


@sessions.command("show")
@click.argument("consultation", type=click.UUID)
@AS
@as_json
def show_session(consultation: UUID, partner: str) -> None:
    """Eén bijeenkomst, met de blokken waarin deze partner zit."""
    with open_desk() as desk:
        _tell(desk, partner, consultation)


@sessions.command("move")
@click.argument("consultation", type=click.UUID)
@AS
@click.option("--to", "day", type=DAY, required=True, help="De nieuwe dag.")
@click.option("--at", "at", help="Wanneer het begint; anders blijft de tijd.")
@click.option("--place", help="Waar; anders blijft de plaats.")
@click.option("--link", help="De link; anders blijft die.")
@BECAUSE
@as_json
def move_session(consultation: UUID, partner: str, day: datetime, **said: str | None) -> None:
    """Verplaats een bijeenkomst; wie is uitgenodigd, krijgt bericht."""
    with open_desk() as desk:
        with desk.work(partner) as (work, _):
            now = MeetingSchema().dump(progress.meeting(work, consultation=consultation))
            kept = {name: [now[name] if value is None else value] for name, value in said.items() if name != "because"}
            typed.move(work, consultation=consultation, typed={**kept, "day": [str(day.date())], "because": [said["because"] or ""]})
        _tell(desk, partner, consultation)


@sessions.command("cancel")
@click.argument("consultation", type=click.UUID)
@AS
@BECAUSE
@as_json
def cancel_session(consultation: UUID, partner: str, because: str) -> None:
    """Annuleer een bijeenkomst; wie is uitgenodigd, krijgt bericht."""
    with open_desk() as desk:
        with desk.work(partner) as (work, _):
            typed.cancel(work, consultation=consultation, typed={"because": [because]})
        _tell(desk, partner, consultation)


def _tell(desk: Desk, partner: str, consultation: UUID) -> None:
    with desk.work(partner) as (work, _):
        found = progress.meeting(work, consultation=consultation)
        told = MeetingSchema().dump(found)
    head = f"{told['name']}, {told['day']}, {told['at']} tot {told['until']} uur, {told['place']}: {STATE_IN_DUTCH[found.of.state]}"
    rows = [f"  {one['starts'] or '     '}  {one['minutes']:>3} min  {one['name']}: {', '.join(one['seats'])}" for one in told["blocks"]]
    answer(_plain(told), lines=[head, *([f"  {told['because']}"] if told["because"] else []), *rows])


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"starts": told["starts"].isoformat(), "ends": told["ends"].isoformat()}


def _say(progress: Progress) -> None:
    """Said beside the answer: the search may take half a minute."""
    found = "nog niets" if progress.cost is None else sentences.points(progress.cost)
    click.echo(
        f"De {progress.width} goedkoopste plannen van elk: {found}, minder dan {sentences.points(progress.bound)} kan niet.", err=True
    )


def _everybody(desk: Desk) -> list[str]:
    with desk.work() as (work, _):
        return [one.slug for one in partners(work)]


def _leader(desk: Desk, slug: str) -> str:
    """Who leads this body; NotFound when there is none of this name."""
    for partner in _everybody(desk):
        with desk.work(partner) as (work, _):
            if any(one.slug == slug and one.coordinator == work.partner for one in bodies(work)):
                return partner
    raise NotFound(f"Er is geen overleg ‘{slug}’. Zie de lijst met: schakel consultations bodies.")


def _rules(work: Work, slug: str, when: tuple[int, date | None]) -> PlanRules:
    """The question of the plan that is kept for this year, or what would be asked now."""
    year, before = when
    kept = [one for one in series_of(work, body=slug) if one.year == year]
    return PlanRules.from_json(kept[0].rules) if kept else years.rules_of(work, body=body(work, slug=slug), year=year, previous=before)
