"""Reads a YAML file as plain text values with line numbers: no guessing of types, nothing clever, nothing twice.

YAML's usual reader turns `no` into False, `010` into 8 and dates into dates, and of two equal keys it keeps the last. Here every value
stays the text that somebody wrote, and whoever reads the file gives it a type. A value knows its line, so that a refusal can name it.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import yaml

from hub.kernel.errors import Invalid, Problem

LONGEST_IN_BYTES = 64 * 1024
MOST_REMEMBERED = 64  # files
DEEPEST = 20

_CAUSES = (  # a part of the parser's own sentence, and what we say for it
    ("'\\t'", "hier staat een tab; gebruik spaties om in te springen"),
    ("mapping values are not allowed", "hier staat een dubbele punt die niet past; zet de tekst tussen aanhalingstekens of spring goed in"),
    ("could not find expected ':'", "na de sleutel ontbreekt een dubbele punt"),
    ("while scanning a quoted scalar", "een aanhalingsteken wordt niet gesloten"),
    ("expected ',' or", "een haakje wordt niet gesloten of er ontbreekt een komma"),
    ("expected <block end>", "de inspringing klopt niet"),
    ("special characters are not allowed", "hier staat een teken dat niet in een tekst hoort"),
    ("undefined alias", "verwijzingen (*) zijn hier niet toegestaan"),
)


class PlainYamlError(Invalid):
    """A file that is not plain YAML; `name` and `line` tell where, the sentence says it all in Dutch."""

    def __init__(self, what: str, *, name: str, line: int) -> None:
        super().__init__(f"{name}, regel {line}: {what}.", problems=(Problem(f"{name}, regel {line}", f"{what}."),))
        self.name = name
        self.line = line


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, exactly as written (without its quotes); an absent value is the empty text."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes; `line` is where it begins."""

    items: "tuple[Node, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Nodes by key, in the order of the file; `key_lines` tells where each key stands."""

    entries: "Dictionary[str, Node]"
    key_lines: Dictionary[str, int] = field(repr=False)
    line: int = 1


Node = Mapping | Sequence | Scalar
Plain = dict[str, "Plain"] | list["Plain"] | str


@lru_cache(maxsize=MOST_REMEMBERED)
def read(text: str, *, name: str) -> Node:
    """
    The one document in this text; raises PlainYamlError with this file name and the line for anything that is not plain.

    Nobody can change what it gives, so a text that was read before is not read again: the policies of a folder stay the same for days.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_IN_BYTES:
        raise PlainYamlError(f"dit bestand is groter dan {LONGEST_IN_BYTES // 1024} kB", name=name, line=1)
    events = _plain_events(text, name=name)
    first = next(events, None)
    if first is None or (isinstance(first, yaml.ScalarEvent) and not first.value):
        raise PlainYamlError("dit bestand is leeg", name=name, line=1)
    node = _build(first, events, name=name)
    for _ in events:  # reads on to the end, since a second document or a fault may follow
        continue
    return node


def plain(node: Node) -> Plain:
    """The same values as ordinary dictionaries, lists and texts, without their lines."""
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.text


def line_of(node: Node, *path: str | int) -> int:
    """The line of what stands at this path of keys and positions; when it is absent, the line of the last thing that is there."""
    line = node.line
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            line, node = node.key_lines[step], node.entries[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
            line = node.line
        else:
            break
    return line


def _plain_events(text: str, *, name: str) -> Iterator[yaml.Event]:
    """What the parser reads, without the frame of stream and document; refuses everything that makes YAML more than text."""
    depth = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise PlainYamlError("hier begint een tweede document; één bestand is één document", name=name, line=_line(event))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if (trespass := _trespass(event, depth=depth)) is not None:
                raise PlainYamlError(trespass, name=name, line=_line(event))
            if not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)):
                yield event
    except yaml.YAMLError as error:
        raise PlainYamlError(_cause(error), name=name, line=_line_of_fault(error, text=text)) from None


def _trespass(event: yaml.Event, *, depth: int) -> str | None:
    if isinstance(event, yaml.AliasEvent):
        return "verwijzingen (*) zijn hier niet toegestaan"
    if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
        return "aanwijzingen voor de lezer (%) zijn hier niet toegestaan"
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        return "ankers (&) zijn hier niet toegestaan"
    if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
        return "typen (!) zijn hier niet toegestaan"
    if depth > DEEPEST:
        return f"dit is dieper genest dan {DEEPEST} niveaus"
    return None


def _build(event: yaml.Event, events: Iterator[yaml.Event], *, name: str) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(event.value, _line(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(tuple(_build(item, events, name=name) for item in _until(yaml.SequenceEndEvent, events)), _line(event))
    return _build_mapping(event, events, name=name)


def _build_mapping(start: yaml.Event, events: Iterator[yaml.Event], *, name: str) -> Mapping:
    entries: dict[str, Node] = {}
    key_lines: dict[str, int] = {}
    for key in _until(yaml.MappingEndEvent, events):
        if not isinstance(key, yaml.ScalarEvent) or not key.value:
            raise PlainYamlError("een sleutel is één woord of één zin", name=name, line=_line(key))
        if key.value == "<<":
            raise PlainYamlError("samenvoegen (<<) is hier niet toegestaan", name=name, line=_line(key))
        if key.value in entries:
            what = f"de sleutel '{key.value}' staat er twee keer (eerder op regel {key_lines[key.value]})"
            raise PlainYamlError(what, name=name, line=_line(key))
        key_lines[key.value] = _line(key)
        entries[key.value] = _build(next(events), events, name=name)
    return Mapping(MappingProxyType(entries), MappingProxyType(key_lines), _line(start))


def _until(end: type[yaml.Event], events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else int(event.start_mark.line) + 1


def _line_of_fault(error: yaml.YAMLError, *, text: str) -> int:
    place = "context_mark" if "quoted scalar" in str(error) else "problem_mark"  # an open quote is found at the end of the file only
    if (mark := getattr(error, place, None)) is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1


def _cause(error: yaml.YAMLError) -> str:
    said = str(error)
    return next((ours for theirs, ours in _CAUSES if theirs in said), "dit is geen geldige YAML")
