"""`schakel collections` and `schakel nothing-to-report`: the monthly collection on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from hub.casuistry import actions, lifecycle
from hub.casuistry.edition import Edition
from hub.casuistry.gathering import GatheredAlready
from hub.casuistry.queries import Summary, collection_row, edition, editions, gathering_of, history, note_file
from hub.casuistry.rules import NAMES, PART_IN_DUTCH, STATE_IN_DUTCH, month_in_dutch, month_named, province_named
from hub.casuistry.seal import FORMS, rebuilt, seal
from hub.casuistry.statements import state_nothing
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.words import Month
from hub.partners.rules import Partner

PROVINCE = click.option("--province", required=True, help=f"De provincie: {', '.join(NAMES)}.")
MONTH = click.option("--month", required=True, help="De maand, bijvoorbeeld 2026-10.")
AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")
BECAUSE = click.option("--because", default="", help="Waarom; alle partners kunnen dit lezen.")
IN_DUTCH = {"root": "wortel", True: "gelijk", False: "ANDERS", None: "niet te vergelijken"}


@dataclass(frozen=True, slots=True)
class Name:
    """How an edition is called on the command line: 2026-10/drenthe/om-noord-nederland, with /1 behind it for an addendum."""

    month: Month
    province: str
    partner: str
    number: int

    @classmethod
    def read(cls, text: str) -> "Name":
        """The name as somebody typed it; Invalid says how to write it."""
        parts = text.split("/")
        if len(parts) not in (3, 4) or (len(parts) == 4 and not (parts[3].isascii() and parts[3].isdecimal())):
            raise Invalid("Schrijf een editie als maand/provincie/partner, bijvoorbeeld 2026-10/drenthe/politie-noord-nederland.")
        return cls(month_named(parts[0]), province_named(parts[1]), parts[2], int(parts[3][:6]) if len(parts) == 4 else 0)

    @property
    def which(self) -> dict[str, Any]:
        """What the queries want to know."""
        return {"province": self.province, "month": self.month, "number": self.number}


@click.group()
def collections() -> None:
    """De maandverzameling: verzamelen, bevriezen, bezorgen en lezen."""


@collections.command("gather")
@PROVINCE
@MONTH
@as_json
def gather(province: str, month: str) -> None:
    """Bevries de edities waarvan het geplande moment voorbij is, voor elke ontvanger."""
    province_named(province)
    with open_desk() as desk:
        made = _gather_all(desk, province, month_named(month))
    _tell_made(province, month, made)


def _gather_all(desk: Desk, province: str, month: Month) -> dict[str, int]:
    """Every recipient that is not done yet, each in a work of its own; GatheredAlready when nobody is left."""
    with desk.work() as (work, _):
        lifecycle.check_over(work, month=month)
        everybody = lifecycle.recipients(work, house=desk.house)
    made = {}
    for one in everybody:
        with desk.work(one.slug) as (work, _):
            if not lifecycle.is_gathered(work, province=province, month=month):
                made[one.slug] = actions.gather_month(work, province=province, month=month, house=desk.house).rows
    if not everybody:
        raise Invalid("Geen afspraak is voor de maandverzameling gemaakt: er valt niets te verzamelen.")
    if not made:
        raise GatheredAlready(month)
    return made


def _tell_made(province: str, month: str, made: dict[str, int]) -> None:
    lines = [f"{month}/{province}/{slug}: {rows} regels" for slug, rows in made.items()]
    answer({"province": province, "month": month, "editions": made}, lines=[*lines, "Bevroren."])


@collections.command("freeze")
@PROVINCE
@MONTH
@BECAUSE
@as_json
def freeze(province: str, month: str, because: str) -> None:
    """Bevries nu, voor het geplande moment; met stille partners alleen met een reden."""
    with open_desk() as desk:
        with desk.work(_collector(desk, province).slug) as (work, _):
            lifecycle.open_month(work, province=province, month=month_named(month))
            actions.freeze(work, province=province, month=month_named(month), because=because, house=desk.house)
        made = _gather_all(desk, province, month_named(month))
    _tell_made(province, month, made)


def _collector(desk: Desk, province: str) -> Partner:
    with desk.work() as (work, _):
        return lifecycle.collector_of(work, province=province)


@collections.command("reopen")
@PROVINCE
@MONTH
@BECAUSE
@as_json
def reopen(province: str, month: str, because: str) -> None:
    """Maak een bevriezing ongedaan die nog niet bezorgd is."""
    with open_desk() as desk:
        with desk.work(_collector(desk, province).slug) as (work, _):
            undone = actions.reopen(work, province=province, month=month_named(month), because=because)
        for one in undone:
            with desk.work(one.slug) as (work, _):
                lifecycle.undo_older_round(work, row=gathering_of(work, province=province, month=month_named(month)))
    told = {"province": province, "month": month, "undone": [one.slug for one in undone]}
    answer(told, lines=["De verzameling is weer open; de edities zijn teruggenomen."])


@collections.command("deliver")
@PROVINCE
@MONTH
@as_json
def deliver(province: str, month: str) -> None:
    """Bezorg een bevroren verzameling nu."""
    when = month_named(month)
    with open_desk() as desk:
        with desk.work(_collector(desk, province).slug) as (work, _):
            actions.deliver(work, province=province, month=when)
        with desk.work() as (work, _):
            everybody = lifecycle.deliver_month(work, province=province, month=when)
        for one in everybody:
            with desk.work(one.slug) as (work, _):
                seal(work, province=province, month=when, house=desk.house)
    told = {"province": province, "month": month, "recipients": [one.slug for one in everybody]}
    answer(told, lines=[f"Bezorgd aan {len(everybody)} partners: {', '.join(one.name for one in everybody)}."])


@collections.command("list")
@AS
@as_json
def list_collections(partner: str) -> None:
    """De maandverzamelingen van een partner, de nieuwste eerst."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = [_summary(one, partner) for one in editions(work)]
    answer(found, lines=[_line(one) for one in found] or ["Er is nog geen maandverzameling."])


def _summary(one: Summary, partner: str) -> dict[str, Any]:
    name = f"{one.month}/{one.province}/{partner}"
    return {
        "id": name, "state": one.state.value, "collector": one.collector.slug, "planned": one.planned_freeze_at.isoformat(),
        "frozen": one.frozen_at.isoformat() if one.frozen_at else None,
        "delivered": one.delivered_at.isoformat() if one.delivered_at else None,
        "editions": [f"{name}/{number}" if number else name for number in one.numbers],
    }  # fmt: skip


def _line(told: dict[str, Any]) -> str:
    return f"{told['id']:<50} {STATE_IN_DUTCH[told['state']]:<14} {len(told['editions'])} edities"


@collections.command("show")
@click.argument("edition_id", metavar="ID")
@as_json
def show(edition_id: str) -> None:
    """Eén editie: tellingen, bewijs en het verloop van de inzameling."""
    name = Name.read(edition_id)
    with open_desk() as desk, desk.work(name.partner) as (work, _):
        row, said = collection_row(work, **name.which), edition(work, **name.which, house=desk.house)
        steps = [(step.word, step.at.isoformat(), step.because) for step in history(work, province=name.province, month=name.month)]
        told = {"id": edition_id, "frozen": row.frozen_at.isoformat(), "rows": row.rows, "root": row.root.hex() if row.root else None,
                "json_sha256": row.json_sha256.hex() if row.json_sha256 else None,
                "parts": {part.value: tally.reports for part, tally in said.counts.by_part.items()},
                "reports": said.counts.total.reports, "mentions": said.counts.total.mentions,
                "history": [{"word": word, "at": at, "because": why} for word, at, why in steps]}  # fmt: skip
    answer(told, lines=_shown(said, steps))


def _shown(said: Edition, steps: Sequence[tuple[str, str, str | None]]) -> list[str]:
    title = f"Maandverzameling {NAMES[said.province]}, {month_in_dutch(said.month)}, voor {said.recipient.name}"
    parts = [f"{PART_IN_DUTCH[part]}: {tally.reports}" for part, tally in said.counts.by_part.items()]
    return [title, f"{said.counts.total.reports} meldingen, {said.counts.total.mentions} noemingen van gronden", *parts,
            *(f"{at}  {word}  {why or ''}".rstrip() for word, at, why in steps)]  # fmt: skip


@collections.command("rebuild")
@click.argument("edition_id", metavar="ID")
@as_json
def rebuild(edition_id: str) -> None:
    """Maak een editie opnieuw uit haar regels, en vergelijk de bytes met wat bij de bezorging is genoteerd."""
    name = Name.read(edition_id)
    with open_desk() as desk, desk.work(name.partner) as (work, _):
        found = rebuilt(work, **name.which, house=desk.house)
    told = {one.form: one.is_same for one in found}
    answer(told, lines=[f"{IN_DUTCH.get(form, form)}: {IN_DUTCH[same]}" for form, same in told.items()])
    if False in told.values():
        click.get_current_context().exit(1)


@collections.command("export")
@click.argument("edition_id", metavar="ID")
@AS
@click.option("--format", "form", required=True, type=click.Choice(sorted(FORMS)), help="De vorm van het bestand.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Waar het bestand komt; het mag er nog niet zijn."
)
@as_json
def export(edition_id: str, partner: str, form: str, out: Path) -> None:
    """Schrijf een bezorgde editie als bestand; het journaal noemt wie dat deed."""
    name, to = Name.read(edition_id), BytesIO()
    if name.partner != partner:
        raise NotFound("Deze editie is niet van deze partner.")
    if out.exists():
        raise Invalid(f"Het bestand {out} is er al. Kies een andere naam.")
    if not out.absolute().parent.is_dir():
        raise Invalid(f"De map van {out} bestaat niet. Maak haar eerst.")
    with open_desk() as desk, desk.work(partner) as (work, _):
        said = edition(work, **name.which, house=desk.house)
        if said.delivered_at is None:
            raise Invalid("Deze editie is nog niet bezorgd.")
        FORMS[form](said, to=to)
        note_file(work, province=name.province, month=name.month, number=name.number, form=form)
    out.write_bytes(to.getvalue())
    answer({"id": edition_id, "file": str(out), "rows": said.rows}, lines=[f"{said.rows} regels geschreven in {out}."])


@click.command("nothing-to-report")
@AS
@PROVINCE
@MONTH
@as_json
def nothing_to_report(partner: str, province: str, month: str) -> None:
    """Zeg namens een partner dat er deze maand niets te melden is."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        said = state_nothing(work, province=province_named(province), month=month_named(month), house=desk.house)
    told = {"partner": partner, "province": province, "month": month, "kind": said.kind}
    answer(told, lines=[f"Vastgelegd: {partner} heeft over {month_in_dutch(said.month)} niets te melden."])
