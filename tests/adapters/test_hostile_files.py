"""Files that must not be taken in: each is refused as a whole, with one clear Dutch sentence, before anything is read from it."""

import resource
from pathlib import Path

import pytest

from adapters.engine import read
from adapters.language import parse_mapping
from adapters.mapping import ExportMapping
from hub.cases.draft import Draft, Unreadable
from tests.adapters.hostile import CORPUS, GOOD_CSV, good_ods, good_xlsx
from tests.adapters.plainly import VOCABULARY

_FILES = {
    "csv": 'kind: csv, separator: ";", ends_with_newline: yes',
    "xlsx": "kind: xlsx, sheet: Zaken",
    "ods": "kind: ods, sheet: Zaken",
    "json": "kind: json, records: zaken",
    "jsonl": "kind: jsonl",
}
_MAPPING = """
export: proef
version: 1
file: {%s}
key: nummer
facts:
  ground: {column: grond, values: {Ras: ras, Geslacht: geslacht}}
"""
_GOOD = {
    "csv": GOOD_CSV.encode(),
    "xlsx": good_xlsx(),
    "ods": good_ods(),
    "json": b'{"zaken": [{"nummer": "A-1", "grond": "Ras"}, {"nummer": "A-2", "grond": "Geslacht"}]}',
    "jsonl": b'{"nummer": "A-1", "grond": "Ras"}\n{"nummer": "A-2", "grond": "Geslacht"}\n',
}


def mapping_for(kind: str) -> ExportMapping:
    return parse_mapping(_MAPPING % _FILES[kind], file=Path("proef.yaml"))


@pytest.mark.parametrize("kind", sorted(_GOOD))
def test_the_same_file_without_the_harm_is_taken_in(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"export.{kind}"
    path.write_bytes(_GOOD[kind])

    with read(path, mapping=mapping_for(kind), vocabulary=VOCABULARY) as reading:
        drafts = [thing for thing in reading if isinstance(thing, Draft)]

    assert [draft.facts["ground"] for draft in drafts] == [("ras",), ("geslacht",)]


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_a_hostile_or_damaged_file_is_refused_with_one_dutch_sentence(name: str, tmp_path: Path) -> None:
    file, content = CORPUS[name]
    path = tmp_path / file
    path.write_bytes(content)

    with pytest.raises(Unreadable) as refusal:
        read(path, mapping=mapping_for(name.partition("-")[0]), vocabulary=VOCABULARY)

    sentence = refusal.value.sentence
    assert sentence[0].isupper() and sentence.endswith(".") and len(sentence) < 300, sentence
    assert "Traceback" not in sentence and "passwd" not in sentence and "\n" not in sentence
    assert any(f" {word} " in f" {sentence} " for word in ("Dit", "Deze", "dit", "deze", "Het", "het", "staat", "geen")), sentence


def test_the_corpus_is_large_and_reading_it_leaves_this_process_small() -> None:
    assert len(CORPUS) >= 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000  # kilobytes, the corpus itself included
