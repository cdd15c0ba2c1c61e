"""Where a contact stands for one side, what that side may do then, by which day, and when it is reminded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.kernel.days import working_days_after, working_days_before
from hub.kernel.errors import Invalid, Problem


class State(StrEnum):
    """What one side sees of a contact; never more than that side may know."""

    TO_ANSWER = "to_answer"
    WAITING = "waiting"
    AGREED = "agreed"
    SAID = "said"  # we wrote down a contact, the other side has not confirmed it
    HEARD = "heard"  # the other side wrote down a contact, we have not confirmed it
    MADE = "made"
    REVIEWED = "reviewed"  # we gave our word about the outcome, the other side has not
    DONE = "done"
    NO_CONTACT = "no_contact"
    DECLINED = "declined"
    NOT_NOW = "not_now"
    EXPIRED = "expired"
    RECALLED = "recalled"


class Deed(StrEnum):
    """What a side may do."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    SAY_MADE = "say_made"
    CONFIRM_MADE = "confirm_made"
    REVIEW = "review"
    GIVE_UP = "give_up"


class Outcome(StrEnum):
    """One word per side about what came of it."""

    OWN_TRACK = "own_track"
    TOGETHER = "together"
    REFERRED = "referred"
    HANDED_OVER = "handed_over"
    OTHER_INCIDENT = "other_incident"
    NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side did, and what it knows of both."""

    answer: str | None = None
    agreed: bool = False
    made_on: date | None = None
    contact_on: date | None = None
    stands: bool = False
    outcome: str | None = None
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom the other side may call or write to, how, and when: data of an office, never of a reporter."""

    person: str
    channel: str
    reach: str
    moment: str


OUTCOMES: Mapping[str, str] = {
    Outcome.TOGETHER: "Samen optrekken",
    Outcome.OWN_TRACK: "Ieder een eigen spoor",
    Outcome.REFERRED: "Doorverwezen",
    Outcome.HANDED_OVER: "Overgedragen",
    Outcome.OTHER_INCIDENT: "Niet hetzelfde voorval",
    Outcome.NO_CONTACT: "Geen contact gekregen",
}
STATES: Mapping[str, str] = {  # what a list calls them
    State.TO_ANSWER: "Beantwoorden",
    State.WAITING: "Wacht op de andere kant",
    State.AGREED: "Contact opnemen",
    State.SAID: "Wacht op bevestiging",
    State.HEARD: "Contact bevestigen",
    State.MADE: "Uitkomst vastleggen",
    State.REVIEWED: "Wacht op de andere uitkomst",
    State.DONE: "Afgerond",
    State.NO_CONTACT: "Geen contact gekregen",
    State.DECLINED: "Door ons: nu niet",
    State.NOT_NOW: "Nu niet",
    State.EXPIRED: "Verlopen",
    State.RECALLED: "Zaak niet meer gedeeld",
}
STEPS: Mapping[str, int] = {  # at which of the four steps it is: proposed, confirmed by both, contact, outcome
    State.TO_ANSWER: 2, State.WAITING: 2, State.AGREED: 3, State.SAID: 3, State.HEARD: 3, State.MADE: 4, State.REVIEWED: 4, State.DONE: 5,
}  # fmt: skip
CHANNELS: Mapping[str, str] = {"phone": "Telefoon", "mail": "E-mail", "video": "Beeldbellen", "visit": "Afspraak op kantoor"}
REASONS: Mapping[str, str] = {
    "in_touch": "Wij spreken de ander al over deze zaak",
    "no_part": "Wij hebben in deze zaak niets meer te doen",
    "no_time": "Wij hebben er nu geen tijd voor",
    "other": "Een andere reden",
}
ALLOWED: Mapping[State, frozenset[Deed]] = {
    State.TO_ANSWER: frozenset({Deed.CONFIRM, Deed.DECLINE}),
    State.WAITING: frozenset({Deed.CONFIRM, Deed.DECLINE}),  # a contact person may be put right, and a yes taken back
    State.AGREED: frozenset({Deed.SAY_MADE, Deed.GIVE_UP}),
    State.SAID: frozenset({Deed.REVIEW}),
    State.HEARD: frozenset({Deed.CONFIRM_MADE, Deed.GIVE_UP}),
    State.MADE: frozenset({Deed.REVIEW}),
}
TO_DO = frozenset({State.TO_ANSWER, State.AGREED, State.HEARD, State.MADE})  # the states in which this side is reminded
WORKING_DAYS = {"proposed": 5, "agreed": 10, "said": 5, "stands": 10}  # how long each stage may take
REMINDED = (2, 0)  # working days before the last day
REMEMBERED = timedelta(days=90)  # how long contact persons are kept after the end
LONGEST = {"person": 80, "reach": 120, "moment": 120}
ASKED_FOR = {
    "person": "Vul in wie van uw organisatie het contact doet.",
    "reach": "Vul een telefoonnummer, e-mailadres of plaats van kantoor in.",
    "moment": "Vul in wanneer dat het beste kan.",
}


class DeskRefused(Invalid):
    """A contact person is not filled in well; each problem names its field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("Nog niet alles is goed ingevuld. Er is niets bewaard.", problems)


def standing(side: Side) -> State:
    """Where the contact stands, from what this side did and what it may know."""
    if side.ended is not None:
        return State(side.ended)
    if not side.agreed:
        return State.TO_ANSWER if side.answer is None else State.WAITING
    if side.outcome is not None:
        return State.REVIEWED
    if side.stands:
        return State.MADE
    if side.contact_on is not None:
        return State.HEARD if side.made_on is None else State.SAID
    return State.AGREED


def may(deed: Deed, *, state: State) -> bool:
    """Whether this deed fits this state."""
    return deed in ALLOWED.get(state, frozenset())


def due_after(stage: str, *, on: date) -> date:
    """The last day of a stage that begins on this day."""
    return working_days_after(on, count=WORKING_DAYS[stage])


def reminders(due: date, *, on: date) -> int:
    """How many reminders belong to a stage with this last day by now; none any more once it is over."""
    return 0 if on > due else sum(on >= working_days_before(due, count=count) for count in REMINDED)


def read_desk(typed: Mapping[str, str]) -> Desk:
    """The contact person as typed; DeskRefused when something is missing or too long."""
    said = {name: " ".join(typed.get(name, "").split()) for name in LONGEST}
    problems = [Problem(name, ASKED_FOR[name]) for name in LONGEST if not said[name]]
    too_long = [name for name, longest in LONGEST.items() if len(said[name]) > longest]
    problems += [Problem(name, f"Maak dit korter: hoogstens {LONGEST[name]} tekens.") for name in too_long]
    problems += [Problem(name, "Er staat een teken in dat hier niet kan.") for name in LONGEST if not said[name].isprintable()]
    if typed.get("channel") not in CHANNELS:
        problems.append(Problem("channel", "Kies hoe u het contact wilt."))
    if problems:
        raise DeskRefused(tuple(problems))
    return Desk(said["person"], typed["channel"], said["reach"], said["moment"])


def read_day(typed: str, *, since: date, until: date) -> date:
    """The day of a contact as typed: not before both agreed, and not in the future."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise _wrong_day("Vul de dag van het contact in.") from None
    if day > until:
        raise _wrong_day("Deze dag moet nog komen. Leg het contact vast als het er is geweest.")
    if day < since:
        raise _wrong_day("Deze dag ligt vóór het voorstel. Kijk de datum na.")
    return day


def _wrong_day(sentence: str) -> Invalid:
    return Invalid(sentence, (Problem("made_on", sentence),))
