"""The one mapping engine: a mapping and a file give a Reading, a stream of drafts and refusals in the order of the file."""

import importlib.util
from pathlib import Path

from adapters.files import open_table
from adapters.grammar import MappingFault
from adapters.language import parse_mapping
from adapters.layouts import OtherLayout, check_rows, places_of
from adapters.mapping import ExportMapping
from adapters.reading import Reading, Transform
from adapters.slots import slots_of
from hub.cases.draft import Refusal, Unreadable
from hub.sharing.vocabulary import Vocabulary

FOLDER = Path(__file__).parent
_LARGEST_MAPPING = 64 * 1024


def load_mapping(path: Path) -> ExportMapping:
    """The mapping in this file; raises MappingFault or PlainYamlError (both Invalid) with file and line in Dutch."""
    if not path.is_file() or path.stat().st_size > _LARGEST_MAPPING:
        raise MappingFault(f"Het koppelbestand '{path.name}' is er niet, of is groter dan {_LARGEST_MAPPING // 1024} kB.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeError:
        raise MappingFault(f"Het koppelbestand '{path.name}' is geen UTF-8.") from None
    return parse_mapping(text, file=path)


def mappings_of(partner: str, *, kind: str) -> tuple[ExportMapping, ...]:
    """The mappings for this partner (by slug), or else those for its kind of organisation."""
    for name in (partner, kind):
        if name.replace("-", "").isalnum() and (found := sorted((FOLDER / name).glob("*.yaml"))):
            return tuple(load_mapping(path) for path in found)
    return ()


def find_mapping(path: Path, *, partner: str, kind: str) -> ExportMapping:
    """The partner's mapping whose layout this file has (the only one it has, unlooked at); raises Unreadable when none fits."""
    known = mappings_of(partner, kind=kind)
    if not known:
        raise Unreadable("Voor deze partner is nog geen export afgesproken.")
    for mapping in known:
        if len(known) == 1 or _has_layout(path, mapping=mapping):
            return mapping
    raise OtherLayout(
        f"Dit bestand past bij geen van de {len(known)} afgesproken exports: {', '.join(mapping.title for mapping in known)}."
    )


def read(path: Path, *, mapping: ExportMapping, vocabulary: Vocabulary) -> Reading:
    """Open the file by this mapping, having gone through all of it once; iterate the Reading for drafts and refusals.

    Raises Unreadable with one Dutch sentence, before any draft, for a file that is hostile, damaged, cut off, in another layout, or with a
    key that stands there twice; raises MappingFault when the mapping names a code that the vocabulary does not have.
    """
    table = open_table(path, layout=mapping.layout, wanted=mapping.known_columns())
    try:
        places = places_of(table.header, mapping=mapping)
        slots = slots_of(mapping, places=places, vocabulary=vocabulary)
        repeats = check_rows(table, mapping=mapping, places=places)
        reading = Reading(table, mapping=mapping, slots=slots, places=places, repeats=repeats)
        reading.transform = _transform_of(mapping) if mapping.has_transform else None
    except BaseException:
        table.close()
        raise
    return reading


def summary(reading: Reading) -> dict[str, object]:
    """Read it to the end and tell what was met: rows, accepted, refused, unmapped words, and counts per fact (made to be JSON)."""
    refused = [thing for thing in reading if isinstance(thing, Refusal)]
    return {
        "rows": reading.rows,
        "accepted": reading.accepted,
        **({"cases": reading.cases} if reading.mapping.joins_rows else {}),
        "refused": [{"row": one.row, "column": one.column, "value": one.value, "reason": one.reason} for one in refused],
        "unmapped": [
            {"column": one.column, "value": one.value, "count": one.count, "suggestion": one.suggestion} for one in reading.unmapped
        ],
        "facts": {fact: dict(counts) for fact, counts in reading.fact_counts.items()},
    }


def _has_layout(path: Path, *, mapping: ExportMapping) -> bool:
    try:
        table = open_table(path, layout=mapping.layout, wanted=mapping.known_columns())
    except Unreadable:
        return False
    try:
        places_of(table.header, mapping=mapping)
    except OtherLayout:
        return False
    finally:
        table.close()
    return True


def _transform_of(mapping: ExportMapping) -> Transform:
    """The function `transform` of transform.py beside the mapping; only mappings of this house may have one."""
    path = mapping.file.resolve().parent / "transform.py"
    spec = importlib.util.spec_from_file_location(f"transform_of_{mapping.export}", path)
    if FOLDER.resolve() not in path.parents or not path.is_file() or spec is None or spec.loader is None:
        raise MappingFault(f"{mapping.file.name}: alleen een koppelbestand in de map adapters/ kan een transform.py naast zich hebben.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Transform = module.transform
    return made
