"""A case as somebody types it: which fields a partner's form has, and what was typed read into facts or into sentences about fields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.kernel.errors import Invalid, Problem
from hub.partners.rules import Kind
from hub.sharing.coarsen import coarsen
from hub.sharing.facts import Absence, Circumstances, Facts, Span, Value, day_of
from hub.sharing.vocabulary import FactType, FactWords, Vocabulary

Typed = Mapping[str, Sequence[str]]
SHARPNESS = "incident_date_sharpness"
CONFIRMED = "narrative_confirmed"
NOT_TYPED = frozenset({"also_known_to"})  # derived, never typed in
LONGEST_NARRATIVE = 1000
ABSENT = {absence.value: absence for absence in (Absence.UNKNOWN, Absence.NOT_ASKED)}
YES_NO = {"yes": True, "no": False}
NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: the fact, the sort of control, whom it is about, and the code list it chooses from."""

    name: str
    control: FactType
    about: str
    codes: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed, understood; a summary in it was read again by its author for what could betray somebody."""

    facts: Facts
    circumstances: Circumstances


class FormRefused(Invalid):
    """Some fields are not right yet; each problem names its field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("Nog niet alles is goed ingevuld. Er is niets bewaard.", tuple(problems))


def fields_for(kind: Kind, *, vocabulary: Vocabulary) -> tuple[Field, ...]:
    """The fields of the form for this kind of partner: the facts it can know, in the order of the vocabulary."""
    known = (words for words in vocabulary.facts.values() if kind in words.known_by and words.name not in NOT_TYPED)
    return tuple(Field(words.name, words.type, words.about, words.code_list or "") for words in known)


def questions_for(kind: Kind, *, vocabulary: Vocabulary) -> Mapping[str, tuple[str, ...]]:
    """The steering questions that this kind of partner answers, with their words; not knowing is an answer too."""
    asked = (steering for steering in vocabulary.steering.values() if kind in steering.required_of)
    return {steering.name: (*steering.words, Absence.UNKNOWN.value) for steering in asked}


def read_form(typed: Typed, *, kind: Kind, vocabulary: Vocabulary) -> Entered:
    """What was typed as facts and circumstances; FormRefused names every field that is not right, and unknown fields are refused."""
    fields, questions = fields_for(kind, vocabulary=vocabulary), questions_for(kind, vocabulary=vocabulary)
    allowed = {field.name for field in fields} | set(questions) | {SHARPNESS, CONFIRMED}
    if set(typed) - allowed:
        raise Invalid("Dit formulier heeft velden die Schakel niet kent. Er is niets bewaard.")
    problems: list[Problem] = []
    facts = {field.name: _read(field, typed, vocabulary, problems) for field in fields}
    circumstances = {name: _answer(name, words, typed, problems) for name, words in questions.items()}
    if has_text(facts) and typed.get(CONFIRMED) != ["ja"]:
        problems.append(Problem(CONFIRMED, "Bevestig dat niemand aan de samenvatting te herkennen is."))
    if problems:
        raise FormRefused(problems)
    return Entered(facts, circumstances)


def has_text(facts: Facts) -> bool:
    """Whether somebody wrote a summary, which its author must have read again before it is shared."""
    return not isinstance(facts.get("narrative", Absence.NOT_ASKED), Absence)


def retyped(facts: Facts, *, circumstances: Circumstances) -> dict[str, list[str]]:
    """The fields of the form as they stand for facts that are already known; `read_form` reads them back to the same, or to no summary."""
    typed: dict[str, list[str]] = {name: _typed(value) for name, value in facts.items() if name not in NOT_TYPED}
    if "narrative" in typed and not has_text(facts):
        typed["narrative"] = [""]
    span = facts.get("incident_date")
    if isinstance(span, Span):
        typed["incident_date"], typed[SHARPNESS] = [span.first.isoformat()], [_sharpness(span)]
    elif isinstance(span, Absence):
        typed["incident_date"], typed[SHARPNESS] = [""], [span.value]
    return typed | {name: [word] for name, word in circumstances.items()}


def _read(field: Field, typed: Typed, vocabulary: Vocabulary, problems: list[Problem]) -> Value | Absence:
    words, said = vocabulary.facts[field.name], [text for text in typed.get(field.name, ()) if text.strip()]
    try:
        if field.control is FactType.DATE:
            return _read_date(said, (typed.get(SHARPNESS) or [""])[0], words, vocabulary)
        if field.control is FactType.TEXT:
            return _read_text(said)
        if field.control is FactType.FLAG:
            return _read_flag(said)
        return _read_codes(said, words, vocabulary)
    except _NotRight as error:
        problems.append(Problem(error.place or field.name, error.sentence))
        return Absence.UNKNOWN


class _NotRight(Invalid):
    """One field that is not right; `place` when it is another one than that of the fact."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.place = place


def _read_date(said: Sequence[str], sharpness: str, words: FactWords, vocabulary: Vocabulary) -> Value | Absence:
    if sharpness in ABSENT:
        return ABSENT[sharpness]
    if sharpness not in words.words:
        raise _NotRight("Kies hoe precies u de datum van het voorval weet.", SHARPNESS)
    try:
        day = date.fromisoformat(said[0].strip()) if said else None
    except ValueError:
        day = None
    if day is None:
        raise _NotRight("Vul de datum van het voorval in, of kies dat die onbekend is.")
    if not 2000 <= day.year <= 2099:
        raise _NotRight("De datum van het voorval ligt te ver weg. Kijk of het jaar klopt.")
    span = coarsen(day_of(day), fact=words.name, precision=sharpness, vocabulary=vocabulary)
    assert span is not None
    return span


def _read_text(said: Sequence[str]) -> Value | Absence:
    text = "\n".join(said).replace("\r\n", "\n").strip()
    if not text:
        return Absence.NOT_ASKED
    if "\0" in text:
        raise _NotRight("In de samenvatting staat een teken dat Schakel niet kan bewaren.")
    if len(text) > LONGEST_NARRATIVE:
        raise _NotRight(f"De samenvatting is te lang: {len(text)} tekens, er passen er {LONGEST_NARRATIVE}.")
    return text


def _read_flag(said: Sequence[str]) -> Value | Absence:
    word = said[0] if len(said) == 1 else ""
    if word in YES_NO:
        return YES_NO[word]
    if word not in ABSENT:
        raise _NotRight("Kies ja, nee, onbekend of niet gevraagd.")
    return ABSENT[word]


def _read_codes(said: Sequence[str], words: FactWords, vocabulary: Vocabulary) -> Value | Absence:
    codes = vocabulary.codes_of(words.name)
    assert codes is not None
    if not said:
        raise _NotRight("Maak een keuze; 'onbekend' en 'niet gevraagd' zijn ook een antwoord.")
    alone = {*ABSENT, NOWHERE} & set(said)
    if alone and len(said) > 1:
        raise _NotRight("Kies óf een of meer antwoorden, óf onbekend of niet gevraagd.")
    if said[0] in ABSENT:
        return ABSENT[said[0]]
    several = words.type is FactType.CODES
    if said[0] == NOWHERE and several:
        return ()
    can_be_coarse = words.code_list == "place"  # somebody may know only the province
    if not all(code in codes.codes or (can_be_coarse and code in codes.coarse) for code in said) or (len(said) > 1 and not several):
        raise _NotRight("Dit antwoord staat niet in de lijst. Kies opnieuw.")
    return tuple(sorted(set(said))) if several else said[0]


def _answer(name: str, words: tuple[str, ...], typed: Typed, problems: list[Problem]) -> str:
    said = list(typed.get(name, ()))
    if len(said) == 1 and said[0] in words:
        return said[0]
    problems.append(Problem(name, "Beantwoord deze vraag; 'onbekend' is ook een antwoord."))
    return Absence.UNKNOWN.value


def _typed(value: Value | Absence) -> list[str]:
    if isinstance(value, Absence):
        return [value.value] if value in ABSENT.values() else [""]
    if isinstance(value, bool):
        return [word for word, meaning in YES_NO.items() if meaning is value]
    if isinstance(value, tuple):
        return list(value) or [NOWHERE]
    return [str(value)]


def _sharpness(span: Span) -> str:
    days = (span.last - span.first).days
    return next(word for word, longest in _LENGTHS if days <= longest)


_LENGTHS: Sequence[tuple[str, int]] = (("day", 0), ("week", 9), ("month", 30), ("quarter", 91), ("year", 366))


def sections(fields: Sequence[Field]) -> Iterator[tuple[str, tuple[Field, ...]]]:
    """The fields by what they are about, in the order in which a subject first comes up."""
    for about in dict.fromkeys(field.about for field in fields):
        yield about, tuple(field for field in fields if field.about == about)
