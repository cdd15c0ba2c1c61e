"""How an agreed action goes on, who may take which step, and how decisions and actions are worded."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.kernel.errors import Conflict, Invalid, Problem
from hub.kernel.words import PartnerId


class Stand(StrEnum):
    """Where an agreed action stands."""

    OPEN = "open"
    STARTED = "started"
    REPORTED = "reported"
    CLOSED = "closed"
    DROPPED = "dropped"


class Word(StrEnum):
    """One step in the life of an agreed action."""

    STARTED = "started"
    REPORTED = "reported"
    DEFERRED = "deferred"
    REOPENED = "reopened"
    CLOSED = "closed"
    DROPPED = "dropped"


STAND_IN_DUTCH = {
    Stand.OPEN: "open", Stand.STARTED: "bezig", Stand.REPORTED: "gereed gemeld", Stand.CLOSED: "gesloten", Stand.DROPPED: "vervallen",
}  # fmt: skip
WORD_IN_DUTCH = {
    Word.STARTED: "begonnen", Word.REPORTED: "gereed gemeld", Word.DEFERRED: "uitgesteld", Word.REOPENED: "weer geopend",
    Word.CLOSED: "gesloten", Word.DROPPED: "vervallen",
}  # fmt: skip
ASKED_IN_DUTCH = {  # what a button or a choice calls the step
    Word.STARTED: "Wij zijn begonnen", Word.REPORTED: "Gereed melden", Word.DEFERRED: "Uitstellen", Word.REOPENED: "Weer openen",
    Word.CLOSED: "Sluiten: dit is gedaan", Word.DROPPED: "Laten vervallen",
}  # fmt: skip
FOLLOWS: Mapping[Stand, Mapping[Word, Stand]] = {  # consultations.md 3: where a step leads; what is absent may not be done
    Stand.OPEN: {Word.STARTED: Stand.STARTED, Word.REPORTED: Stand.REPORTED, Word.DEFERRED: Stand.OPEN, Word.DROPPED: Stand.DROPPED},
    Stand.STARTED: {Word.REPORTED: Stand.REPORTED, Word.DEFERRED: Stand.STARTED, Word.DROPPED: Stand.DROPPED},
    Stand.REPORTED: {Word.CLOSED: Stand.CLOSED, Word.REOPENED: Stand.STARTED},
    Stand.CLOSED: {Word.REOPENED: Stand.STARTED},
    Stand.DROPPED: {Word.REOPENED: Stand.STARTED},
}
OVER = frozenset({Stand.CLOSED, Stand.DROPPED})
BY_OWNER = frozenset({Word.STARTED, Word.REPORTED, Word.DEFERRED})
BY_OTHERS = frozenset({Word.CLOSED, Word.DROPPED, Word.REOPENED})  # nobody declares its own promise kept, or gone
WITH_REASON = frozenset({Word.DEFERRED, Word.DROPPED, Word.REOPENED})
BECOMES_ITEM = 2  # an action that was put off so often comes on the agenda by itself
ASKED_BEFORE = (7, 1, 0)  # days before the last day on which the owner is told; afterwards every week
WEEK = 7
LONGEST_TERM = timedelta(days=365 * 2)
VAGUE = (
    "z.s.m.",
    "zsm",
    "zo snel mogelijk",
    "zo spoedig mogelijk",
    "in de gaten houden",
    "oppakken",
    "binnenkort",
    "te zijner tijd",
    "t.z.t.",
)
NO_VERBS = frozenset(  # words in which such a sentence begins by mistake, though some end like a verb
    "de het een één er wij we ik hij zij ze u men iemand allen iedereen alle beide geen aan bij door in met na naar om onder op "
    "over te tot tussen uit van voor als dat dit deze die dan en of maar want nog ook wel niet graag even samen tegen binnen "
    "buiten boven beneden tijdens omtrent inzake zaken partners partijen gegevens personen mensen dagen weken maanden politie om "
    "gemeente".split()
)
VERBS = frozenset(  # short forms in which work is written down; any verb may be written in full as well (bellen)
    "bel belt mail mailt stuur stuurt vraag vraagt geef geeft maak maakt meld meldt zoek zoekt zorg zorgt lever levert neem neemt "
    "plan plant bespreek bespreekt overleg overlegt regel regelt schrijf schrijft controleer controleert koppel koppelt informeer "
    "informeert verzoek verzoekt verzamel verzamelt nodig nodigt deel deelt leg legt ga gaat kijk kijkt laat breng brengt houd "
    "houdt check checkt werk werkt onderzoek onderzoekt verstuur verstuurt bevestig bevestigt wijs wijst spreek spreekt vul vult "
    "pas past stel stelt dien dient roep roept haal haalt bied biedt volg volgt verwijs verwijst draag draagt voer voert rond "
    "rondt toets toetst noteer noteert beoordeel beoordeelt organiseer organiseert adviseer adviseert bekijk bekijkt benader "
    "benadert nodig registreer registreert sluit doe doet zet bezoek bezoekt".split()
)


class NotThisStep(Conflict):
    """The action stands where this step does not fit, or the step is another's to take."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Step:
    """One step that somebody took; `by` is the partner that did."""

    by: PartnerId
    word: Word
    on: date
    due: date | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """Where an action stands after its steps: the day by which it is due now, and how often it was put off."""

    stand: Stand
    due: date
    deferrals: int


def may_take(word: Word, *, owner: PartnerId, by: PartnerId) -> bool:
    """Whether this step is this partner's to take: the owner goes on with it, another says that it is done or gone."""
    return word in (BY_OWNER if by == owner else BY_OTHERS)


def open_steps(stand: Stand, *, owner: PartnerId, by: PartnerId) -> tuple[Word, ...]:
    """The steps that this partner can take now, in the order of their list."""
    return tuple(word for word in FOLLOWS[stand] if may_take(word, owner=owner, by=by))


def life_of(steps: Iterable[Step], *, owner: PartnerId, due: date) -> Life:
    """What came of an action, from its steps in order; a step that did not fit, or was another's to take, counts for nothing."""
    stand, deferrals = Stand.OPEN, 0
    for step in steps:
        if step.word not in FOLLOWS[stand] or not may_take(step.word, owner=owner, by=step.by):
            continue
        stand = FOLLOWS[stand][step.word]
        if step.word is Word.DEFERRED and step.due is not None:
            due, deferrals = step.due, deferrals + 1
    return Life(stand, due, deferrals)


def check_step(life: Life, *, step: Step, owner: PartnerId) -> Stand:
    """Where this step leads; NotThisStep when it does not fit or is another's to take, Invalid when it lacks its day or reason."""
    if not may_take(step.word, owner=owner, by=step.by):
        mine = step.by == owner
        raise NotThisStep(
            "Dit doet een andere organisatie dan de eigenaar." if mine else "Dit doet de organisatie die het actiepunt heeft."
        )
    if step.word not in FOLLOWS[life.stand]:
        raise NotThisStep(f"Dit kan niet (meer): het actiepunt staat op ‘{STAND_IN_DUTCH[life.stand]}’.")
    problems = []
    if step.word in WITH_REASON and not 3 <= len(step.because or "") <= 300:
        problems.append(Problem("because", "Schrijf in het kort waarom, in hoogstens 300 tekens."))
    if step.word is Word.DEFERRED and (step.due is None or not max(life.due, step.on) < step.due <= step.on + LONGEST_TERM):
        problems.append(Problem("due", "Kies een nieuwe dag, later dan de dag die er nu staat en dan vandaag."))
    if problems:
        raise Invalid(problems[0].sentence, tuple(problems))
    return FOLLOWS[life.stand][step.word]


def is_told_on(day: date, *, due: date, checks: Iterable[date]) -> bool:
    """Whether the owner hears of an open action on this day: 7 days and 1 day before, on the day, then weekly, and at interim checks."""
    left = (due - day).days
    return left in ASKED_BEFORE or (left < 0 and -left % WEEK == 0) or day in tuple(checks)


@dataclass(frozen=True, slots=True)
class Wording:
    """An action as somebody words it: who does what by when, and what shows that it is done."""

    what: str
    done_when: str
    owner: PartnerId
    owner_name: str
    due: date
    checks: tuple[date, ...] = ()


def check_wording(wording: Wording, *, on: date) -> None:
    """Invalid, with a problem per field, for an action without verb, owner, day or sign that it is done."""
    problems = []
    if not 5 <= len(wording.what) <= 300:
        problems.append(Problem("what", "Schrijf wat er gedaan wordt, in 5 tot 300 tekens."))
    elif not begins_with_verb(wording.what):
        problems.append(
            Problem("what", "Begin met wat iemand doet: bel, vraag, stuur. Of schrijf het werkwoord voluit: bellen, vragen, sturen.")
        )
    if not 3 <= len(wording.done_when) <= 200:
        problems.append(Problem("done_when", "Schrijf waaraan u ziet dat het gedaan is, in 3 tot 200 tekens."))
    if not 1 <= len(wording.owner_name) <= 80:
        problems.append(Problem("owner_name", "Vul in wie het doet, in hoogstens 80 tekens."))
    if not on <= wording.due <= on + LONGEST_TERM:
        problems.append(Problem("due", "Kies een dag die nog komt, binnen twee jaar."))
    if [check for check in wording.checks if not on < check < wording.due]:
        problems.append(Problem("checks", "Een tussentijdse dag ligt na vandaag en voor de einddatum."))
    if problems:
        raise Invalid("Het actiepunt is nog niet compleet. Er is niets bewaard.", tuple(problems))


def warnings_about(wording: Wording, *, next_meeting: date | None) -> tuple[str, ...]:
    """What could be better about an action that is fine otherwise, in sentences: vague words, a day after the next meeting."""
    said = f" {wording.what.casefold()} {wording.done_when.casefold()} "
    vague = next((word for word in VAGUE if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said)), None)
    told = [f"‘{vague}’ zegt niet wanneer of wat. Kan het preciezer?"] if vague else []
    if next_meeting is not None and wording.due > next_meeting:
        told.append("De einddatum ligt na de volgende bijeenkomst. Kan het eerder, of spreekt u een tussentijdse dag af?")
    return tuple(told)


def begins_with_verb(sentence: str) -> bool:
    """Whether the first word is one of work: a short form that is often used, or any verb written in full."""
    first = re.match(r"[a-zà-ÿ]+", sentence.strip().casefold())
    if first is None or first.group() in NO_VERBS:
        return False
    return (
        first.group() in VERBS
        or (len(first.group()) >= 4 and first.group().endswith("en"))
        or first.group() in ("gaan", "staan", "slaan", "doen", "zien")
    )


def check_words(words: str) -> None:
    """Invalid for a decision or promise that is no sentence."""
    if not 3 <= len(words) <= 500:
        raise Invalid(
            "Schrijf het besluit of de toezegging op in 3 tot 500 tekens.", (Problem("words", "Schrijf dit op in 3 tot 500 tekens."),)
        )
