"""Reads a few rows by a few lines of mapping: for tests of the language and the engine."""

from pathlib import Path

from adapters.engine import read
from adapters.language import parse_mapping
from adapters.mapping import ExportMapping
from hub.cases.draft import Draft, Refusal, Unmapped
from tests.adapters.plainly import VOCABULARY, plain

HEAD = "export: proef\nversion: 1\nfile: {kind: csv}\nkey: nr\n"


def mapping_of(body: str, *, head: str = HEAD) -> ExportMapping:
    return parse_mapping(head + body, file=Path("proef.yaml"))


class Outcome:
    """The drafts as plain values, the refusals, and the words that no table knew."""

    def __init__(self, folder: Path, *, mapping: ExportMapping, text: str | bytes) -> None:
        path = folder / "export.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        with read(path, mapping=mapping, vocabulary=VOCABULARY) as reading:
            things = list(reading)
            self.unmapped: tuple[Unmapped, ...] = reading.unmapped
            self.counts = reading.fact_counts
            self.rows, self.accepted, self.left_out = reading.rows, reading.accepted, reading.left_out
        self.drafts = [plain(thing) for thing in things if isinstance(thing, Draft)]
        self.refusals = [thing for thing in things if isinstance(thing, Refusal)]

    def values(self, fact: str) -> list[object]:
        """What each accepted row says of this fact; None when it was not asked."""
        return [draft["facts"].get(fact) for draft in self.drafts]
