"""`schakel partners`: the register on the command line."""

import click

from hub.desk import answer, as_json, open_desk
from hub.partners.actions import add_partner
from hub.partners.queries import partners as all_partners
from hub.partners.rules import KIND_IN_DUTCH, PROVINCES, Kind, Partner


@click.group()
def partners() -> None:
    """Het register van ketenpartners."""


def _plain(partner: Partner) -> dict[str, object]:
    return {"slug": partner.slug, "name": partner.name, "kind": partner.kind.value, "provinces": list(partner.provinces),
            "code_mark": partner.code_mark}  # fmt: skip


def _line(partner: Partner) -> str:
    places = ", ".join(PROVINCES[province] for province in partner.provinces)
    return f"{partner.slug:<26} {KIND_IN_DUTCH[partner.kind]:<28} {places:<28} {partner.name}"


@partners.command("list")
@as_json
def list_partners() -> None:
    """Wie er meedoet."""
    with open_desk() as desk, desk.work() as (work, _):
        found = all_partners(work)
    answer(
        [_plain(one) for one in found],
        lines=[_line(one) for one in found] or ["Er is nog geen partner. Voeg er een toe: schakel partners add."],
    )


@partners.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="De naam zoals mensen die lezen.")
@click.option("--kind", required=True, help=f"Het soort: {', '.join(Kind)}.")
@click.option("--province", "provinces", multiple=True, required=True, help=f"Eén of meer van: {', '.join(PROVINCES)}.")
@as_json
def add(slug: str, name: str, kind: str, provinces: tuple[str, ...]) -> None:
    """Neem een partner op in het register; zij deelt en krijgt niets tot een afspraak haar noemt."""
    with open_desk() as desk, desk.work() as (work, _):
        made = add_partner(work, slug=slug, name=name, kind=kind, provinces=provinces)
    answer(_plain(made), lines=[f"{made.name} staat in het register als {made.slug}. Zonder afspraak deelt en krijgt zij niets."])
