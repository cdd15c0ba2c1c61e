"""`schakel policies`: reading and playing the policy files, and putting them in force."""

from pathlib import Path

import click

from hub.desk import answer, as_json, open_desk
from hub.kernel.errors import Invalid
from hub.sharing.actions import put_in_force
from hub.sharing.examples import check_directory
from hub.sharing.schemas import load_policies

HOME = Path(__file__).resolve().parents[2] / "policies"


@click.group()
def policies() -> None:
    """De afspraken: nakijken en in werking stellen."""


@policies.command("check")
@click.argument("directory", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@as_json
def check(directory: Path | None) -> None:
    """Lees de map met afspraken streng en speel elke zin in tests/ na; zonder database."""
    checked = check_directory(directory or HOME)
    faults = [fault for one in checked for fault in one.faults]
    told = [
        {"file": one.file, "policy": one.name, "version": one.version, "pairs": [list(pair) for pair in one.pairs], "tests": one.tests,
         "faults": [{"file": fault.file, "line": fault.line, "sentence": fault.sentence} for fault in one.faults]}
        for one in checked
    ]  # fmt: skip
    lines = [f"{one.file:<34} versie {one.version or '-':<3} {len(one.pairs):>3} paren, {one.tests:>3} zinnen" for one in checked]
    answer({"files": told, "faults": len(faults)}, lines=lines)
    if faults:
        raise Invalid("\n".join(map(str, faults)))


@policies.command("load")
@as_json
def load() -> None:
    """Stel de afspraken uit SCHAKEL_POLICIES in werking, elk voor zijn eigen termijn; een voorbeeld alleen in de demo."""
    with open_desk() as desk, desk.work() as (work, _):
        count = put_in_force(work, book=load_policies(desk.settings.policies), demo=desk.settings.demo)
    answer({"loaded": count}, lines=[f"{count} afspraken in werking gesteld." if count else "Alle afspraken waren al geladen."])
