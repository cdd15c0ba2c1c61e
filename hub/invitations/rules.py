"""What can be answered to an invitation, when an invitation is sent anew, and who still has to answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hub.kernel.days import working_days_before
from hub.kernel.errors import Invalid, Problem

LONGEST_NAME = 80
REMINDERS = (15, 6)  # working days before the meeting
TOKEN_LIVES = timedelta(days=14)  # after the day of the meeting
SHOWN_AFTER = timedelta(days=60)  # how long a feed shows what is over or cancelled


class Word(StrEnum):
    """What somebody answers."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    OTHER_DAY = "other_day"
    DEPUTY = "deputy"


IN_DUTCH: Mapping[str, str] = {
    Word.ACCEPTED: "aanwezig", Word.DECLINED: "afwezig", Word.TENTATIVE: "misschien", Word.OTHER_DAY: "liever een andere datum",
    Word.DEPUTY: "een vervanger komt",
}  # fmt: skip
COMES = frozenset({Word.ACCEPTED, Word.DEPUTY, Word.TENTATIVE})  # an organisation of which somebody said so is counted on


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one person ought to be invited to one meeting, as things are now."""

    body: str
    consultation: UUID
    account: UUID
    attendee: UUID
    name: str
    address: str
    title: str
    starts: datetime
    ends: datetime
    place: str
    link: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An answer with the day or the name that belongs to it."""

    word: Word
    remark: str | None = None


def read_answer(said: Mapping[str, str], *, today: date) -> Said:
    """The answer that was typed; Invalid names the field that is wrong."""
    if said.get("answer") not in tuple(Word):
        raise _wrong("answer", "Kies een antwoord.")
    word = Word(said["answer"])
    if word is Word.OTHER_DAY:
        return Said(word, _day(said.get("day", ""), today).isoformat())
    if word is Word.DEPUTY:
        return Said(word, _name(said.get("deputy", "")))
    return Said(word)


def reminder_days(day: date) -> tuple[date, ...]:
    """The working days on which who has not answered is reminded of a meeting on this day."""
    return tuple(working_days_before(day, count=count) for count in REMINDERS)


def are_too_few(words: Mapping[int, Collection[str | None]], *, required: Collection[int], quorum: int) -> bool:
    """Whether fewer organisations that a meeting needs said they come than its quorum; a partner counts when one of its people does."""
    return sum(bool(COMES & {word for word in words.get(one, ()) if word}) for one in required) < quorum


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise _wrong("day", "Vul een datum in.") from None
    if not today < day <= today + timedelta(days=400):
        raise _wrong("day", "Kies een dag na vandaag, binnen een jaar.")
    return day


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise _wrong("deputy", "Vul in wie er in uw plaats komt.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise _wrong("deputy", f"Een naam heeft hooguit {LONGEST_NAME} tekens.")
    return name


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid(sentence, (Problem(place, sentence),))
