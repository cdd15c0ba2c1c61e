"""How the files of `policies/` are written: their keys and kinds of value, and how a fault in them is said with file and line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from hub.kernel.errors import Invalid, Problem
from hub.kernel.plainyaml import Node, PlainYamlError, line_of, plain, read
from hub.sharing.policy import Basis, ExistingCases, PolicyKind, Purpose, Reach

Path = tuple[str | int, ...]
Sentences = dict[str, str | list[Any] | dict[Any, Any]]
MISSING = "deze sleutel ontbreekt"
UNKNOWN_KEY = "onbekende sleutel"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file: where it stands, and the Dutch sentence about it."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}, regel {self.line}: {self.sentence}."


class FaultyFile(Invalid):
    """A file of `policies/` was refused; every fault in it is named, and nothing of it counts."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.sentence)))
        problems = tuple(Problem(f"{fault.file}, regel {fault.line}", f"{fault.sentence}.") for fault in self.faults)
        super().__init__(" ".join(map(str, self.faults)), problems)


@dataclass(frozen=True)
class Page:
    """One file as it was read: its nodes with their lines, its loaded values, its text and the hash of it."""

    file: str
    node: Node
    values: dict[str, Any]
    text: str

    @property
    def sha256(self) -> str:
        """The hash that a signature is about."""
        return sha256(self.text.encode()).hexdigest()

    def fault(self, path: Path, sentence: str) -> Fault:
        """This fault, on the line of what it is about."""
        return Fault(self.file, line_of(self.node, *path), sentence)


def instead(word: str, *, of: Iterable[str]) -> str:
    """The nearest known word as the tail of a sentence, or nothing when no word is near."""
    near = get_close_matches(word, list(of), n=1, cutoff=0.6)
    return f"; bedoelt u '{near[0]}'?" if near else ""


class Line(fields.String):
    """One line of text that says something."""

    default_error_messages: Sentences = {"required": MISSING, "invalid": "hier hoort één tekst", "empty": "hier staat niets"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> str:
        text = super()._deserialize(value, attr, data, **rest)
        if not text.strip() or "\n" in text.strip():
            raise self.make_error("empty")
        return text


class OneOf(fields.Field[StrEnum]):
    """One word of a closed list."""

    default_error_messages: Sentences = {"required": MISSING}

    def __init__(self, words: type[StrEnum], **rest: Any) -> None:
        super().__init__(**rest)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> StrEnum:
        known = [word.value for word in self.words]
        if value not in known:
            said = f"'{value}'" if isinstance(value, str) else "dit"
            raise ValidationError(f"{said} is hier geen woord; kies uit {', '.join(known)}{instead(str(value), of=known)}")
        return self.words(value)


class Pattern(fields.Field[Any]):
    """A text of a fixed form, turned into a value."""

    default_error_messages: Sentences = {"required": MISSING}

    def __init__(self, pattern: str, *, turn: Any, example: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.pattern, self.turn, self.example = re.compile(pattern, re.ASCII), turn, example

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> Any:
        try:
            if isinstance(value, str) and self.pattern.fullmatch(value):
                return self.turn(value)
        except ValueError:
            pass
        raise ValidationError(f"schrijf dit als {self.example}") from None


def number(**rest: Any) -> Pattern:
    """A whole number from 1."""
    return Pattern("[1-9][0-9]{0,5}", turn=int, example="een heel getal", **rest)


def day(**rest: Any) -> Pattern:
    """A day that exists."""
    return Pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}", turn=date.fromisoformat, example="een dag die bestaat, zoals 2026-09-01", **rest)


def months(**rest: Any) -> Pattern:
    """A number of months."""
    return Pattern("[1-9][0-9]{0,2} months", turn=lambda text: int(text.split()[0]), example="bijvoorbeeld 24 months", **rest)


def term(**rest: Any) -> Pattern:
    """A term in which an answer is expected."""
    return Pattern("[1-9][0-9]? (working days|weeks|months)", turn=str, example="bijvoorbeeld 5 working days, 6 weeks of 3 months", **rest)


def lines(**rest: Any) -> fields.List[str]:
    """A list of words that is not empty."""
    wrong: Sentences = {"required": MISSING, "invalid": "hier hoort een lijst tussen rechte haken"}
    return fields.List(Line(), validate=validate.Length(min=1, error="deze lijst is leeg"), error_messages=wrong, **rest)


def texts(values: fields.Field[Any] | None = None, **rest: Any) -> fields.Dict:
    """Keys with a value behind each."""
    wrong: Sentences = {"required": MISSING, "invalid": "hier horen sleutels met elk een waarde"}
    return fields.Dict(keys=Line(), values=values or Line(), error_messages=wrong, **rest)


class Strict(Schema):
    """Every key is known, every value has a type, and nothing is guessed."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": UNKNOWN_KEY, "type": "hier horen sleutels met elk een waarde"}


def part(schema: type[Schema], **rest: Any) -> fields.Nested:
    """A block of keys of its own."""
    return fields.Nested(schema, error_messages={"required": MISSING, "type": "hier horen sleutels met elk een waarde"}, **rest)


class DecisionGrammar(Strict):
    interest = Line(required=True)
    collaboration = Line(required=True)
    aim = Line(required=True)
    basis = Line(required=True)
    receiving_basis = Line(required=True)
    decided_by = Line(required=True)
    agreed_by = Line()
    decided_on = day(required=True)
    reference = Line(required=True)


class ValidGrammar(Strict):
    first = day(required=True, data_key="from")
    last = day(required=True, data_key="until")


class KeepGrammar(Strict):
    at_most = months(required=True)
    after_closing = months()


class ExpectsGrammar(Strict):
    answer_within = term()
    outcome_within = term()
    news_within = term()


class PolicyGrammar(Strict):
    """The keys of a policy file, in the order in which people write them."""

    policy = Line(required=True)
    version = number(required=True)
    title = Line(required=True)
    example = Pattern("true|false", turn=lambda text: text == "true", example="true of false")
    kind = OneOf(PolicyKind, required=True)
    givers = lines(required=True, data_key="from")
    recipients = lines(required=True, data_key="to")
    decision = part(DecisionGrammar, required=True)
    valid = part(ValidGrammar, required=True)
    existing_cases = OneOf(ExistingCases, required=True)
    purposes = fields.List(OneOf(Purpose), required=True, error_messages={"required": MISSING, "invalid": "hier hoort een lijst"})
    only_if = texts(lines())
    reach = OneOf(Reach, required=True)
    share = texts(required=True)
    not_shared = texts(required=True)
    consent = OneOf(Basis, required=True)
    contact_data = Pattern("outside_the_hub", turn=str, example="outside_the_hub, het enige woord")
    expects = part(ExpectsGrammar)
    onward = Pattern("forbidden", turn=str, example="forbidden, het enige woord", required=True)
    keep = part(KeepGrammar, required=True)


def read_page(text: str, *, name: str, schema: Schema) -> Page:
    """Read one file by its grammar; every departure from it is a fault with its line."""
    try:
        node = read(text, name=name)
    except PlainYamlError as error:
        raise FaultyFile([Fault(name, error.line, error.problems[0].sentence.rstrip("."))]) from None
    page = Page(name, node, {}, text)
    try:
        values = schema.load(plain(node))  # type: ignore[arg-type]
    except ValidationError as error:
        raise FaultyFile(_faults(error.messages, (), page=page, schema=schema)) from None
    return Page(name, node, values, text)


def open_page(file: FilePath, *, schema: Schema) -> Page:
    """The same for a file in a folder; one that is not there, or no UTF-8, is a fault too."""
    return read_page(read_text(file), name=file.name, schema=schema)


def read_text(file: FilePath) -> str:
    """The text of a file; raises FaultyFile when there is none."""
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        raise FaultyFile([Fault(file.name, 1, "dit bestand ontbreekt")]) from None
    except UnicodeDecodeError:
        raise FaultyFile([Fault(file.name, 1, "dit bestand is geen UTF-8")]) from None


def refuse(faults: Iterable[Fault]) -> None:
    """Raise FaultyFile when there is any fault at all."""
    if found := list(faults):
        raise FaultyFile(found)


def _faults(messages: Any, path: Path, *, page: Page, schema: Schema | None) -> Iterator[Fault]:
    if isinstance(messages, list):
        yield from (page.fault(path, _sentence(message, path, schema)) for message in messages)
        return
    for key, inner in messages.items():
        if key in ("key", "value") and isinstance(schema, Schema) is False:
            yield from _faults(inner, path, page=page, schema=None)
            continue
        here = path if key == "_schema" else (*path, key)
        yield from _faults(inner, here, page=page, schema=_below(schema, key) if isinstance(inner, Mapping) else schema)


def _sentence(message: str, path: Path, schema: Schema | None) -> str:
    if message == UNKNOWN_KEY:
        known = [field.data_key or name for name, field in schema.fields.items()] if schema else []
        return f"{UNKNOWN_KEY} '{path[-1]}'{instead(str(path[-1]), of=known)}"
    return f"bij '{path[-1]}': {message}" if path and isinstance(path[-1], str) else message


def _below(schema: Schema | None, key: str | int) -> Schema | None:
    """The grammar of a block inside a block; a list of blocks has the same grammar for each."""
    if schema is None or isinstance(key, int):
        return schema
    field = next((field for name, field in schema.fields.items() if key in (name, field.data_key)), None)
    field = field.inner if isinstance(field, fields.List) else field
    below = field.schema if isinstance(field, fields.Nested) else None
    return below if isinstance(below, Schema) else None
