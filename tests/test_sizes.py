"""Nothing grows beyond what one reads in one sitting: templates, style sheet, scripts, tests; each test says a full sentence."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIMITS = (  # folder, pattern, lines at most
    ("hub", "**/templates/**/*.html", 120),
    ("hub", "**/static/**/*.js", 60),
    ("tests", "**/*.py", 400),
    ("bench", "*.py", 300),
)
LARGEST_STYLE_SHEET = 21 * 1024
PLACES = [
    (file.relative_to(ROOT), limit) for folder, pattern, limit in LIMITS for file in sorted((ROOT / folder).glob(pattern)) if file.is_file()
]
SUITE = sorted(file.relative_to(ROOT) for file in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize(("place", "limit"), PLACES, ids=lambda value: str(value))
def test_a_file_is_not_longer_than_its_limit(place: Path, limit: int) -> None:
    assert (ROOT / place).read_text("utf-8").count("\n") <= limit


def test_the_style_sheets_together_stay_under_21_kilobytes() -> None:
    assert sum(file.stat().st_size for file in (ROOT / "hub").rglob("*.css")) <= LARGEST_STYLE_SHEET


@pytest.mark.parametrize("place", SUITE, ids=str)
def test_a_test_says_in_a_full_sentence_what_holds_and_nothing_is_skipped(place: Path) -> None:
    tree = ast.parse((ROOT / place).read_text("utf-8"))
    tests = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    said = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert not [name for name in tests if name.count("_") < 3]
    assert not said & {"pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.importorskip"}
    assert not [name for name in said if name.startswith("unittest.mock")]
