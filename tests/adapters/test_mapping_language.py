"""The mapping language is closed: a word it does not have, or a code that does not exist, is refused with file and line, in Dutch."""

import re
from pathlib import Path

import pytest

from adapters.dates import PARTS
from adapters.engine import load_mapping, read
from adapters.grammar import MappingFault
from adapters.language import WORDS
from hub.kernel.errors import Invalid
from tests.adapters.plainly import VOCABULARY
from tests.adapters.reading_of import HEAD, mapping_of

WRONG = (  # what stands below line 4, the line that is blamed, a part of the sentence
    ("facts:\n  grnd: {always: ras}", 6, "Bedoelt u 'ground'?"),
    ("facts: {}\nfact: {}", 6, "'fact' is geen woord van de mappingtaal"),
    ("facts:\n  also_known_to: {always: police}", 6, "'also_known_to' is geen woord"),
    ("facts:\n  ground: {kolom: x}", 6, "'kolom' is geen woord"),
    ("facts:\n  ground: {values: {a: ras}}", 6, "noem precies één van: column"),
    ("facts:\n  ground: {column: a, first_of: [b]}", 6, "noem precies één van: column"),
    ("facts:\n  ground: {always: ras, empty: unknown}", 6, "naast 'always' staat niets anders"),
    ("facts:\n  ground: {column: a, split: ''}", 6, "waarop de cel wordt gesplitst"),
    ("facts:\n  ground: {column: a, absent: {x: leeg}}", 6, "'leeg' is hier geen bekend woord"),
    ("facts:\n  ground: {column: a, values: zelfde}", 6, "Mogelijk zijn: same."),
    ("facts:\n  online: {column: a, yes: j, values: {n: no}}", 6, "niet allebei"),
    ("facts:\n  ground: {column: [a, a], values: same}", 6, "namen van kolommen"),
    ("facts: {}\ncircumstances:\n  anonimity: {always: full}", 7, "Bedoelt u 'anonymity'?"),
    ("facts: {}\ncircumstances:\n  reporter_age: {column: a, ranges: {oud: 16_or_older}}", 7, "geen reeks getallen"),
    ("facts: {}\nignore:\n  - {columns: [a]}", 7, "ontbreekt 'because'"),
    ("facts: {}\nignore:\n  - {columns: [a], because: ''}", 7, "waarom deze kolommen niet worden gelezen"),
    ("facts: {}\nignore:\n  - {columns: [a], because: x}\n  - {columns: [a], because: y}", 8, "'a' staat er twee keer"),
    ("facts: {}\nleave_out:\n  - {because: x}", 7, "welke rijen worden overgeslagen"),
    ("facts: {}\ncase: maybe", 6, "'maybe' is hier geen bekend woord"),
    ("facts: [ground]", 5, "sleutels met een waarde"),
    ("circumstances: {}", 1, "ontbreekt 'facts'"),
)
UNFIT = (  # understood as a text, but no such code, or not possible for this fact
    ("facts:\n  ground: {column: g, values: {a: rass}}", 6, "'rass' is geen waarde van 'ground'"),
    ("facts:\n  ground: {column: g, otherwise: overig}", 6, "'overig' is geen waarde van 'ground'"),
    ("facts:\n  ground: {column: g, values: {a: [ras, eend]}}", 6, "'eend' is geen waarde"),
    ("facts:\n  nature: {column: g, empty: nothing}", 6, "kan alleen bij een lijst"),
    ("facts:\n  nature:\n    union: [{column: g, any: geweld}]", 7, "'union' kan alleen bij een lijst"),
    ("facts:\n  nature: {column: g, case: ignore, values: {a: geweld, A: overig}}", 6, "'A' heeft twee betekenissen"),
    ("facts:\n  nature: {column: g, values: {a: geweld}, absent: {a: unknown}}", 6, "'a' heeft twee betekenissen"),
    ("facts:\n  incident_date: {column: g}", 6, "heeft een datumpatroon nodig"),
    ("facts:\n  incident_date: {column: g, dates: dd-mm}", 6, "noemt geen jaar"),
    ("facts:\n  incident_date: {column: g, dates: dd-yyyy}", 6, "een dag maar geen maand"),
    ("facts:\n  incident_date: {column: g, dates: yyyy-yyyy}", 6, "een deel twee keer"),
    ("facts:\n  ground: {column: g, dates: yyyy}", 6, "is geen datum"),
    ("facts:\n  online: {always: ja}\nignore: [{columns: [g], because: x}]", 6, "'ja' is geen waarde van 'online'"),
    ("facts: {}\ncircumstances:\n  anonymity: {column: g, values: {a: open}}", 7, "'open' is geen waarde van 'anonymity'"),
    ("facts: {}\nconsents:\n  om-noord-nederland: {column: g, values: {a: agreed}}", 7, "'agreed' is geen waarde"),
    ("facts: {}\nconcerns: {column: g, values: {a: Meldpunt Drenthe}}", 6, "geen waarde van 'concerns'"),
)


@pytest.mark.parametrize(("body", "line", "sentence"), WRONG)
def test_a_word_that_the_language_does_not_have_is_refused_with_its_line(body: str, line: int, sentence: str) -> None:
    with pytest.raises(MappingFault) as fault:
        mapping_of(body)

    assert fault.value.sentence.startswith(f"proef.yaml, regel {line}: ")
    assert sentence in fault.value.sentence


@pytest.mark.parametrize(("body", "line", "sentence"), UNFIT)
def test_a_code_that_does_not_exist_is_refused_with_its_line(body: str, line: int, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("nr,g\n1,a\n")

    with pytest.raises(MappingFault) as fault:
        read(path, mapping=mapping_of(body), vocabulary=VOCABULARY)

    assert fault.value.sentence.startswith(f"proef.yaml, regel {line}: ")
    assert sentence in fault.value.sentence


@pytest.mark.parametrize(
    "file",
    ["kind: xls", "kind: csv, encoding: utf-7", "kind: csv, separator: '~'", "kind: csv, header_row: eerste", "kind: csv, sheets: x"],
)
def test_a_file_is_described_in_words_that_we_read(file: str) -> None:
    with pytest.raises(MappingFault, match=r"^proef\.yaml, regel 3: "):
        mapping_of("facts: {}", head=HEAD.replace("kind: csv", file))


def test_a_mapping_that_is_no_plain_yaml_or_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "proef.yaml"

    for content in (b"export: a\nexport: b\n", b"export: &a b\n", b"\xff\xfe\x00", b"# " + b"x" * 70_000):
        path.write_bytes(content)
        with pytest.raises(Invalid) as fault:
            load_mapping(path)
        assert "proef.yaml" in fault.value.sentence
    with pytest.raises(MappingFault, match="is er niet"):
        load_mapping(tmp_path / "nergens.yaml")


def test_every_word_of_the_language_is_explained_to_who_writes_a_mapping() -> None:
    page = (Path(__file__).parents[2] / "docs" / "adding-an-export.md").read_text("utf-8")
    explained = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", page))))

    assert {*WORDS, *PARTS} - explained == set()


def test_only_a_mapping_of_this_house_may_bring_code_along(tmp_path: Path) -> None:
    (tmp_path / "transform.py").write_text("raise SystemExit")
    (tmp_path / "proef.yaml").write_text(f"{HEAD}transform: yes\nfacts: {{}}\n")
    (tmp_path / "export.csv").write_text("nr\n1\n")

    with pytest.raises(MappingFault, match=r"alleen een koppelbestand in de map adapters/"):
        read(tmp_path / "export.csv", mapping=load_mapping(tmp_path / "proef.yaml"), vocabulary=VOCABULARY)
