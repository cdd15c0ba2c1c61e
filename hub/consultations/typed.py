"""What somebody typed about a body, a year or a meeting, done: a form and its deed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from typing import TypeVar
from uuid import UUID

from hub.consultations import actions, founding, joining, years
from hub.consultations.ordering import PlannedBlock
from hub.consultations.progress import Asked
from hub.consultations.rules import BLOCK_IN_DUTCH, AbsenceKind, Away, BlockKind, Duty, Level
from hub.consultations.setup import TERMS, Setup
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.partners.queries import partners_by_id
from hub.partners.rules import PROVINCES

Typed = Mapping[str, Sequence[str]]
T = TypeVar("T")
NOT_RIGHT = "Dit klopt nog niet. Kijk de gemarkeerde velden na."
MEMBER = "lid-"  # before the short name of a partner
SEATED = {"": "Geen lid", "lid": "Lid", "nodig": "Lid, en elke bijeenkomst heeft deze organisatie nodig"}
SPARE = 2  # empty rows under the blocks of a plan
PROVINCE_WORDS = {name.lower().replace("â", "a"): name for name in PROVINCES.values()}


@dataclass
class Reader:
    """Reads fields one by one and remembers what is wrong with them."""

    said: Typed
    wrong: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """One line as typed, spaces drawn together; what cannot be printed is a space."""
        values = self.said.get(name, ())
        line = values[0] if len(values) == 1 else ""
        return " ".join("".join(sign if sign.isprintable() else " " for sign in line).split())

    def number(self, name: str) -> int:
        """A whole number."""
        return self._read(name, int, "Vul een heel getal in.") or 0

    def day(self, name: str) -> date | None:
        """A day; None when nothing was typed."""
        return self._read(name, date.fromisoformat, "Vul een datum in.") if self.text(name) else None

    def some_day(self, name: str) -> date:
        """A day that must be there."""
        return self._read(name, date.fromisoformat, "Vul een datum in.") or date.max

    def clock(self, name: str) -> time:
        """A time of the day, such as 13.30 or 13:30."""
        return self._read(name, _clock, "Vul een tijd in, bijvoorbeeld 13.30.") or time(0)

    def one_of(self, name: str, *, words: Callable[[str], T], otherwise: T) -> T:
        """One of a list of words."""
        return self._read(name, words, "Kies een van de mogelijkheden.") or otherwise

    def _read(self, name: str, read: Callable[[str], T], sentence: str) -> T | None:
        try:
            text = self.text(name)
            return read(text) if len(text) <= 60 and text.isascii() else read("?")
        except ValueError:
            self.wrong.append(Problem(name, sentence))
            return None

    def check(self) -> None:
        """Invalid with all that was wrong so far."""
        if self.wrong:
            raise Invalid(NOT_RIGHT, tuple(self.wrong))


def found(work: Work, *, typed: Typed) -> str:
    """Set up a body as typed; tells its short name."""
    said = Reader(typed)
    setup = _setup(said, partners_by_id(work)[work.partner].slug)
    return founding.found_body(work, setup=setup, members=_members(said))


def change_body(work: Work, *, body: str, typed: Typed) -> str:
    """Set up a body otherwise as typed; tells the word of what was done."""
    before = founding.setup_of(work, body=founding.led(work, slug=body))
    setup = _setup(Reader(typed), before.chair)
    changed = founding.change_body(work, body=body, to=replace(setup, name=before.name, province=before.province))
    return "opnieuwgevraagd" if changed & TERMS else "instellingen"


def as_typed(setup: Setup) -> dict[str, list[str]]:
    """A setup as its form shows it."""
    told = {one.name: [str(getattr(setup, one.name))] for one in fields(Setup)}
    return told | {"starts_at": [f"{setup.starts_at:%H.%M}"], "level": [setup.level.value], "collaborations": list(setup.collaborations)}


def answer(work: Work, *, body: str, typed: Typed) -> str:
    """Say yes or no to a body, or leave it, as typed; tells the word of what was done."""
    said, deed = Reader(typed), typed.get("deed", ("",))[0]
    if deed == "yes":
        joining.say_yes(work, body=body, basis=said.text("basis"))
        return "deelname"
    if deed not in ("no", "leave"):
        raise Invalid("Kies of uw organisatie meedoet.")
    (joining.say_no if deed == "no" else joining.leave)(work, body=body, because=said.text("because"))
    return "geendeelname" if deed == "no" else "weggegaan"


def seat(work: Work, *, body: str, typed: Typed) -> None:
    """Say who belongs to a body as typed; who leads it always does."""
    members = _members(Reader(typed))
    founding.seat_members(work, body=body, members={partners_by_id(work)[work.partner].slug: True} | members)


def divide(work: Work, *, body: str, typed: Typed) -> None:
    """Divide the time of a body as typed; a row without minutes is no block."""
    said = Reader(typed)
    rows = [no for no in range(1, 31) if said.text(f"minutes-{no}")]
    here = founding.led(work, slug=body)
    everybody = frozenset(one.slug for one in here.members)
    planned = [_block(said, no, everybody) for no in rows]
    said.check()
    try:
        founding.plan_blocks(work, body=body, planned=planned)
    except Invalid as error:
        places = {f"block-{place}": f"minutes-{no}" for place, no in enumerate(rows, start=1)}
        raise Invalid(error.sentence, tuple(Problem(places.get(one.place, ""), one.sentence) for one in error.problems)) from None


def as_rows(planned: Iterable[tuple[str, str, Iterable[str], str, int]]) -> dict[str, list[str]]:
    """Blocks as the form shows them: name, kind, who sits in it, who runs it, minutes."""
    form: dict[str, list[str]] = {}
    for no, (name, kind, seats, run_by, minutes) in enumerate(planned, start=1):
        told = {"name": [name], "kind": [kind], "seats": list(seats), "run_by": [run_by], "minutes": [str(minutes)]}
        form |= {f"{word}-{no}": values for word, values in told.items()}
    return form


def rows_of(said: Typed) -> list[int]:
    """The rows of that form: those with minutes, and some that are empty."""
    used = [no for no in range(1, 31) if said.get(f"minutes-{no}", [""])[0]]
    last = max(used, default=0)
    return list(range(1, min(last + SPARE, 30) + 1))


def attend(work: Work, *, body: str, typed: Typed) -> UUID:
    """Name somebody who comes for us, as typed: a colleague, or a name alone."""
    said = Reader(typed)
    duty = said.one_of("duty", words=Duty, otherwise=Duty.ATTENDEE)
    said.check()
    who = said.text("colleague") or said.text("who")
    return founding.name_attendee(work, body=body, who=who, duty=duty, is_required=said.text("is_required") == "ja")


def call(work: Work, *, body: str, typed: Typed) -> UUID:
    """Call a meeting outside the plan of the year, as typed."""
    said = Reader(typed)
    day = said.some_day("day")
    said.check()
    return actions.call_meeting(work, body=body, day=day, because=said.text("because"))


def be_absent(work: Work, *, typed: Typed) -> None:
    """Say when we cannot come, as typed: every week on a day, or within a period."""
    said = Reader(typed)
    kind = said.one_of("kind", words=AbsenceKind, otherwise=AbsenceKind.OTHER)
    is_weekly = said.text("how") == "weekday"
    away = Away(_weekday(said, "weekday"), None, None) if is_weekly else Away(None, said.some_day("first"), said.some_day("last"))
    if said.text("how") not in ("weekday", "period"):
        said.wrong = [Problem("how", "Kies of het elke week is, of in een periode.")]
    elif away.first and away.last and not said.wrong and away.last < away.first:
        said.wrong.append(Problem("last", "De laatste dag ligt niet voor de eerste."))
    said.check()
    founding.tell_absence(work, away=away, kind=kind, bodies=list(dict.fromkeys(typed.get("bodies", ()))))


def plan(work: Work, *, body: str, typed: Typed) -> UUID:
    """Plan a year of a body as typed."""
    said = Reader(typed)
    year, previous = said.number("year"), said.day("previous")
    said.check()
    return years.draft_year(work, body=body, year=year, previous=previous)


def change(work: Work, *, series: UUID, typed: Typed) -> str:
    """What the coordinator chose to do with the plan of a year; tells the word of what was done."""
    said, deed = Reader(typed), typed.get("deed", ("",))[0]
    if deed == "replan":
        years.replan(work, series=series)
    elif deed == "propose":
        years.propose(work, series=series)
    elif deed == "settle":
        years.settle(work, series=series, despite=said.text("despite") == "ja")
    elif deed in ("lock", "adjust", "free"):
        place, day = said.number("place"), date.max if deed == "free" else said.some_day("day")
        said.check()
        _put(work, deed, series, (place, day))
    else:
        raise Invalid("Kies wat u met dit jaarplan wilt doen.")
    return {"propose": "jaarplanvoorgesteld", "settle": "jaarplanvastgesteld"}.get(deed, "jaarplan")


def object_to(work: Work, *, series: UUID, typed: Typed) -> None:
    """Object to a day as typed, or take an objection back."""
    said = Reader(typed)
    day = said.some_day("day")
    said.check()
    if said.text("deed") == "take_back":
        years.take_back(work, series=series, day=day)
    else:
        years.object_to(work, series=series, day=day, because=said.text("because"))


def move(work: Work, *, consultation: UUID, typed: Typed) -> None:
    """Move a meeting as typed."""
    said = Reader(typed)
    day, at = said.some_day("day"), said.clock("at")
    said.check()
    to = actions.Moved(day, at, said.text("place"), said.text("link"), said.text("because"))
    actions.move(work, consultation=consultation, to=to)


def cancel(work: Work, *, consultation: UUID, typed: Typed) -> None:
    """Cancel a meeting as typed; the page has another reason too, so that what is wrong names the field of this form."""
    try:
        actions.cancel(work, consultation=consultation, because=Reader(typed).text("because"))
    except Invalid as error:
        raise Invalid(error.sentence, tuple(Problem("reden", one.sentence) for one in error.problems)) from None


def asked(typed: Typed) -> Asked:
    """What an address asks of a year: of one day, or of one place on that day; a word that is not right asks nothing."""
    said = Reader(typed)
    day = said.day("dag")
    place = said.number("plaats") if said.text("plaats") else None
    return Asked() if said.wrong else Asked(day, place)


def _setup(said: Reader, chair: str) -> Setup:
    setup = Setup(
        name=said.text("name"), level=said.one_of("level", words=Level, otherwise=Level.CASE), purpose=said.text("purpose"),
        basis=said.text("basis"), chair=said.text("chair") or chair, province=_province(said.text("province")),
        collaborations=tuple(said.said.get("collaborations", ())), per_year=said.number("per_year"), weekday=_weekday(said, "weekday") or 1,
        starts_at=said.clock("starts_at"), minutes=said.number("minutes"), place=said.text("place"), link=said.text("link"),
        lead=said.number("lead"), min_gap=said.number("min_gap"), max_gap=said.number("max_gap"), quorum=said.number("quorum"),
    )  # fmt: skip
    said.check()
    return setup


def _put(work: Work, deed: str, series: UUID, at: tuple[int, date]) -> None:
    place, day = at
    if deed == "adjust":
        years.adjust(work, series=series, place=place, day=day)
    else:
        years.lock(work, series=series, place=place, day=None if deed == "free" else day)


def _members(said: Reader) -> dict[str, bool]:
    chosen = {name.removeprefix(MEMBER): said.text(name) for name in said.said if name.startswith(MEMBER)}
    return {slug: word == "nodig" for slug, word in chosen.items() if word in ("lid", "nodig")}


def _block(said: Reader, no: int, everybody: frozenset[str]) -> PlannedBlock:
    kind = said.one_of(f"kind-{no}", words=BlockKind, otherwise=BlockKind.CASES)
    seats = frozenset(said.said.get(f"seats-{no}", ())) if kind is BlockKind.CASES else everybody
    name = said.text(f"name-{no}") or BLOCK_IN_DUTCH[kind].capitalize()
    return PlannedBlock(name, kind, seats, said.text(f"run_by-{no}"), said.number(f"minutes-{no}"))


def _province(word: str) -> str | None:
    return word if word in PROVINCE_WORDS else None


def _weekday(said: Reader, name: str) -> int:
    def read(text: str) -> int:
        return ("1", "2", "3", "4", "5").index(text) + 1

    return said.one_of(name, words=read, otherwise=0)


def _clock(text: str) -> time:
    hour, _, minute = text.replace(".", ":").partition(":")
    return time(int(hour), int(minute))
