"""`schakel adapters` and `schakel take-in`: trying an export, and taking it in, on the command line."""

from pathlib import Path
from typing import Any

import click

from adapters.engine import find_mapping, load_mapping, read, summary
from adapters.mapping import ExportMapping
from hub.cases.delivery import exports_of, open_delivery
from hub.cases.draft import Refusal
from hub.cases.intake import Receipt
from hub.cases.intake import take_in as take_in_export
from hub.desk import answer, as_json, open_desk
from hub.kernel.errors import Invalid
from hub.partners.rules import Partner
from hub.sharing.schemas import load_partners, load_vocabulary

POLICIES = Path(__file__).resolve().parents[2] / "policies"
FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
MAPPING = click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Dit koppelbestand.")
SHOWN = 30


class DryRun(Exception):
    """Undoes the work of a dry run."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt


@click.group()
def adapters() -> None:
    """De exports die afgesproken zijn."""


@adapters.command("list")
@as_json
def list_mappings() -> None:
    """Per partner van de map met afspraken welke exports Schakel kan lezen; zonder database."""
    found = [(partner, one) for partner in load_partners(POLICIES).values() for one in exports_of(partner)]
    told = [
        {"partner": partner.slug, "export": one.export, "version": one.version, "title": one.title, "kind": one.layout.kind}
        for partner, one in found
    ]
    answer(told, lines=[f"{one['partner']:<26} {one['export']:<24} versie {one['version']:<4} {one['title']}" for one in told])


@adapters.command("try")
@FILE
@click.option("--partner", help="De partner (de korte naam), volgens _partners.yaml.")
@MAPPING
@as_json
def try_file(file: Path, partner: str | None, mapping: Path | None) -> None:
    """Lees een export en vertel wat eruit begrepen is; zonder database, en er blijft niets bewaard."""
    chosen = _mapping_for(file, partner, mapping)
    with read(file, mapping=chosen, vocabulary=load_vocabulary(POLICIES)) as reading:
        told = summary(reading)
    answer(told, lines=_lines(told, chosen))


def _mapping_for(file: Path, partner: str | None, mapping: Path | None) -> ExportMapping:
    if (partner is None) == (mapping is None):
        raise Invalid("Noem óf een partner (--partner), óf een koppelbestand (--mapping).")
    if mapping is not None:
        return load_mapping(mapping)
    known = load_partners(POLICIES)
    if partner not in known:
        raise Invalid(f"De partner ‘{partner}’ staat niet in _partners.yaml. Wel: {', '.join(known)}.")
    return find_mapping(file, partner=partner, kind=known[partner].kind.value)


def _lines(told: dict[str, Any], mapping: ExportMapping) -> list[str]:
    refused, unmapped = told["refused"], told["unmapped"]
    return [
        f"{mapping.title}: {told['rows']} rijen, {told['accepted']} begrepen, {told['rows'] - told['accepted']} geweigerd.",
        *(_refusal(one) for one in refused[:SHOWN]),
        *([f"  … en nog {len(refused) - SHOWN}"] if len(refused) > SHOWN else []),
        *(["Woorden die in geen tabel staan:"] if unmapped else []),
        *(
            f"  {one['column']}: ‘{one['value']}’ {one['count']} keer"
            + (f"; bedoeld als ‘{one['suggestion']}’?" if one["suggestion"] else "")
            for one in unmapped[:SHOWN]
        ),
        "Per gegeven:",
        *(
            f"  {fact}: " + ", ".join(f"{value} {count}" for value, count in list(counts.items())[:8])
            for fact, counts in told["facts"].items()
            if counts
        ),
    ]


def _refusal(one: dict[str, Any]) -> str:
    place = f"rij {one['row']}" + (f", kolom {one['column']}" if one["column"] else "")
    return f"  {place}" + (f", ‘{one['value']}’" if one["value"] else "") + f": {one['reason']}"


@click.command("take-in")
@FILE
@click.option("--partner", required=True, help="Van wie deze export is (de korte naam).")
@MAPPING
@click.option("--dry-run", is_flag=True, help="Vertel wat er zou gebeuren, en doe het niet.")
@as_json
def take_in(file: Path, partner: str, mapping: Path | None, dry_run: bool) -> None:
    """Neem een export in, en deel wat de afspraken toelaten: alles of niets."""
    try:
        receipt = _taken_in(file, partner, mapping, stops_before_the_end=dry_run)
    except DryRun as undone:
        receipt = undone.receipt
    told = receipt_as_plain(receipt)
    answer(told, lines=_receipt_lines(told, dry_run=dry_run))


def _taken_in(file: Path, partner: str, mapping: Path | None, *, stops_before_the_end: bool) -> Receipt:
    with open_desk() as desk, desk.work(partner) as (work, giver):
        assert isinstance(giver, Partner)
        with open_delivery(file, partner=giver, mapping=mapping, vocabulary=desk.house.book.vocabulary) as delivery:
            receipt = take_in_export(work, reading=delivery, house=desk.house)
        if stops_before_the_end:
            raise DryRun(receipt)
        return receipt


def receipt_as_plain(receipt: Receipt) -> dict[str, Any]:
    """The receipt with the keys that the command line promises."""
    refused = [_plain(one) for one in receipt.refused]
    counts = {name: getattr(receipt, name) for name in ("received", "new", "updated", "unchanged", "vanished")}
    return {**counts, "refused": refused, "shared": dict(sorted(receipt.shared.items()))}


def _plain(one: Refusal) -> dict[str, Any]:
    return {"row": one.row, "column": one.column, "value": one.value, "reason": one.reason}


def _receipt_lines(told: dict[str, Any], *, dry_run: bool) -> list[str]:
    counts = f"{told['new']} nieuw, {told['updated']} bijgewerkt, {told['unchanged']} ongewijzigd, {len(told['refused'])} geweigerd"
    gone = f"{told['vanished']} zaken uit de vorige export staan niet meer in deze; ze zijn niet verwijderd."
    return [
        ("Proef, er is niets bewaard: " if dry_run else "") + f"{told['received']} rijen: {counts}.",
        *([gone] if told["vanished"] else []),
        *(_refusal(one) for one in told["refused"][:SHOWN]),
        *(f"Gedeeld met {recipient}: {count}" for recipient, count in told["shared"].items()),
    ]
