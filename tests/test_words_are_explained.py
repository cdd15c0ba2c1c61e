"""Every word a person meets is explained somewhere: settings, commands and their options, journal events, facts, roles."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hub.audit.events import GROUPS, Event
from hub.cli import main as schakel
from hub.kernel.settings import EXPLAINED
from hub.people.words import ROLE_IN_DUTCH, Role
from hub.sharing.facts import FACTS, STEERING

DOCS = Path(__file__).parent.parent / "docs"
CLI = (DOCS / "cli.md").read_text("utf-8")
GLOSSARY = (DOCS / "glossary.md").read_text("utf-8")
ROWS = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in GLOSSARY.splitlines() if line.startswith("|")]
WORDS = {cells[0] for cells in ROWS}


def commands(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words one types."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, *path, name)
    else:
        yield path, command


COMMANDS = list(commands(schakel))


def section(path: tuple[str, ...]) -> str:
    """What docs/cli.md says under the heading of this command."""
    found = re.search(rf"^### `schakel {re.escape(' '.join(path))}\b.*?(?=^##|\Z)", CLI, re.MULTILINE | re.DOTALL)
    return found.group() if found else ""


@pytest.mark.parametrize("name", sorted(EXPLAINED))
def test_every_setting_is_explained_beside_its_code_and_in_the_documentation(name: str) -> None:
    assert EXPLAINED[name]
    assert f"`{name}`" in CLI


def test_the_documentation_names_no_setting_that_does_not_exist() -> None:
    pages = [*DOCS.glob("*.md"), DOCS.parent / "README.md"]
    named = {name for page in pages for name in re.findall(r"\bSCHAKEL_[A-Z_]+", page.read_text("utf-8"))}

    assert not {name for name in named if name not in EXPLAINED and not name.startswith("SCHAKEL_TEST_")}


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_and_every_option_of_it_is_documented(path: tuple[str, ...], command: click.Command) -> None:
    said = section(path)

    assert said, f"docs/cli.md has no heading for schakel {' '.join(path)}"
    assert command.help
    for option in (each for each in command.params if isinstance(each, click.Option) and not each.hidden):
        assert any(f"`{name}" in said or f" {name}" in said or f"[{name}" in said for name in option.opts), option.opts


def test_the_documentation_has_no_command_that_does_not_exist() -> None:
    named = re.findall(r"^### `schakel ([a-z-]+(?: [a-z-]+)?)", CLI, re.MULTILINE)
    known = {" ".join(path) for path, _ in COMMANDS}

    assert not {name for name in named if name not in known and name.split()[0] not in known}


@pytest.mark.parametrize("event", list(Event), ids=lambda event: event.name)
def test_every_journal_event_has_a_dutch_word_led_by_a_group_of_the_glossary(event: Event) -> None:
    assert event.group in GROUPS
    assert event.group in {cells[1] for cells in ROWS if len(cells) > 1}


@pytest.mark.parametrize("fact", [*FACTS, *STEERING])
def test_every_fact_stands_in_the_glossary_with_its_dutch_word_and_meaning(fact: str) -> None:
    assert fact in WORDS


def test_every_role_stands_in_the_glossary_with_the_dutch_word_that_pages_use() -> None:
    dutch = {cells[0]: cells[1] for cells in ROWS if len(cells) > 1}

    assert {role.value: dutch.get(role.value) for role in Role} == {role.value: ROLE_IN_DUTCH[role] for role in Role}


def test_no_word_stands_in_the_glossary_twice_and_each_has_a_meaning() -> None:
    names = [cells[0] for cells in ROWS if cells[0] not in ("English", "") and not set(cells[0]) <= set("-: ")]

    assert len(names) == len(set(names))
    assert all(len(cells) == 3 and all(cells) for cells in ROWS)
