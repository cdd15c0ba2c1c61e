"""What a reading gave as plain values, so that it can stand in an expected.json beside its example."""

from pathlib import Path
from typing import Any

from adapters.engine import load_mapping, read, summary
from adapters.reading import counted_text
from hub.cases.draft import Draft
from hub.sharing.foundations import load_vocabulary

POLICIES = Path(__file__).parents[2] / "policies"
VOCABULARY = load_vocabulary(POLICIES)


def plain(draft: Draft) -> dict[str, Any]:
    """A draft as texts, lists and dictionaries; the reference is shown, since examples are fictional."""
    made: dict[str, Any] = {
        "row": draft.row,
        "reference": draft.reference.reveal(),
        "facts": {name: list(value) if isinstance(value, tuple) else counted_text(value) for name, value in draft.facts.items()},
        "circumstances": dict(draft.circumstances),
    }
    if draft.consents:
        made["consents"] = dict(draft.consents)
    if draft.concerns:
        made["concerns"] = list(draft.concerns)
    if draft.closed_on:
        made["closed_on"] = draft.closed_on.isoformat()
    if draft.words:
        made["words"] = dict(draft.words)
    return made


def outcome_of(mapping: Path, *, example: Path) -> dict[str, Any]:
    """Everything that an example gives: the drafts, and the summary of `adapters try`."""
    understood = load_mapping(mapping)
    with read(example, mapping=understood, vocabulary=VOCABULARY) as reading:
        drafts = [plain(thing) for thing in reading if isinstance(thing, Draft)]
    with read(example, mapping=understood, vocabulary=VOCABULARY) as reading:
        return {"drafts": drafts, "summary": summary(reading)}
