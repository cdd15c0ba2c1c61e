"""`schakel keys make`: the key directory of a new hub."""

from datetime import date
from pathlib import Path

import click

from hub.audit.seal import JOURNAL_KEY, make_seal
from hub.desk import answer, as_json
from hub.kernel import clock
from hub.kernel.words import month_of
from hub.pseudonyms.keys import make_keys


@click.group()
def keys() -> None:
    """De sleutels, buiten de database en buiten haar back-ups."""


@keys.command("make")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--origin", required=True, help="De naam van het journaal op zegels, bijvoorbeeld schakel.example.nl/journaal.")
@as_json
def make(directory: Path, origin: str) -> None:
    """Maak wat er nog niet is: hoofdsleutel, sleutel van deze maand, journaalsleutel. Wat er is, blijft zoals het is."""
    day: date = clock.today(clock.real_now())
    made = [str(path) for path in make_keys(directory, month=month_of(day))]
    if make_seal(directory / JOURNAL_KEY, name=origin):
        made.append(str(directory / JOURNAL_KEY))
    answer({"made": made}, lines=[f"Gemaakt: {path}" for path in made] or ["Alle sleutels waren er al."])
