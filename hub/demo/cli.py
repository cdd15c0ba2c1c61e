"""`schakel demo`: the whole hub on one machine, filled with fictional people and cases."""

import signal
import threading
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from hub.demo.check import play
from hub.demo.personas import PERSONAS
from hub.demo.place import Place, default_directory, throw_away
from hub.demo.supervisor import running
from hub.desk import answer, as_json

WHERE = click.option("--directory", type=click.Path(path_type=Path, file_okay=False), help="De map van de demo, als u een andere wilt.")


@click.command()
@click.option("--reset", is_flag=True, help="Gooi de gegevens van de demo weg en begin opnieuw.")
@click.option("--check", is_flag=True, help="Speel de hele weg na tegen een verse demo, en stop.")
@WHERE
@as_json
def demo(reset: bool, check: bool, directory: Path | None) -> None:
    """Start Schakel met een fictief noorden; Ctrl-C stopt alles."""
    where = directory or default_directory("demo-check" if check else "demo")
    if reset or check:
        throw_away(where)
    with running(where, say=_say) as place:
        if check:
            steps = play(place)
            answer({"steps": steps, "ok": True}, lines=[f"✓ {step}" for step in steps] + ["Alles klopt."])
        else:
            answer(_told(place), lines=_lines(place))
            _wait_for_the_end()
    if check:
        throw_away(where)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _told(place: Place) -> dict[str, Any]:
    people = [{"partner": one.partner, "name": one.name, "roles": [role.value for role in one.roles]} for one in PERSONAS]
    return {
        "address": place.address,
        "login": place.issuer,
        "mail": place.mailroom,
        "settings": str(place.path / "settings.sh"),
        "people": people,
    }


def _lines(place: Place) -> list[str]:
    lines = [
        "",
        f"Schakel draait op {place.address}  (Ctrl-C stopt alles)",
        f"De mail die Schakel verstuurt, leest u op {place.mailroom}  (er gaat niets naar buiten)",
        "",
        "U kunt inloggen als (klik op de kaart, er is geen wachtwoord):",
    ]
    for organisation, people in groupby(PERSONAS, key=lambda one: one.organisation.split(",")[0]):
        lines.append(f"  {organisation}")
        lines.extend(f"    {one.name}, {one.roles_in_dutch}" + (f" ({one.note})" if one.note else "") for one in people)
    command = f"  . {place.path / 'settings.sh'} && .venv/bin/schakel cases list --as bureau-fryslan"
    return [*lines, "", "Opdrachten aan deze demo, in een ander venster:", command]


def _wait_for_the_end() -> None:
    """Until Ctrl-C, or until somebody asks this process to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(1.0):
        continue
