"""The words of a referral in Dutch, who has to do something in which state, its terms, and how its receipt code is written."""

from collections.abc import Mapping
from datetime import date, timedelta

from hub.kernel.days import working_days_after
from hub.kernel.errors import Invalid, Problem
from hub.kernel.words import Secret
from hub.threads.rules import REASONS, Side, ThreadKind, Word

STATES: Mapping[str, str] = {
    Word.OFFERED: "Aangeboden",
    Word.SEEN: "Gezien",
    Word.ACCEPTED: "Aangenomen, wacht op de melder",
    Word.DECLINED: "Niet aangenomen",
    Word.ARRIVED: "Melder heeft zich gemeld",
    Word.NOT_ARRIVED: "Melder kwam niet",
    Word.IN_PROGRESS: "In behandeling",
    Word.COMPLETED: "Afgerond",
    Word.WITHDRAWN: "Ingetrokken",
}
DECLINED_BECAUSE = REASONS[ThreadKind.REFERRAL, Word.DECLINED]
OUTCOMES = REASONS[ThreadKind.REFERRAL, Word.COMPLETED]
OTHER_REGION = "other_region"
OVER = frozenset({Word.DECLINED, Word.COMPLETED, Word.WITHDRAWN})
TO_ANSWER = frozenset({Word.OFFERED, Word.SEEN})
TO_FINISH = frozenset({Word.ACCEPTED, Word.ARRIVED, Word.IN_PROGRESS})
WITH_FACTS = frozenset({Word.SEEN, Word.ACCEPTED, Word.ARRIVED, Word.NOT_ARRIVED, Word.IN_PROGRESS, Word.COMPLETED})
TO_DO: Mapping[Side, frozenset[Word]] = {
    Side.RECIPIENT: frozenset({Word.OFFERED, Word.SEEN, Word.ARRIVED, Word.IN_PROGRESS}),
    Side.GIVER: frozenset({Word.NOT_ARRIVED}),
}
ARRIVES_WITHIN = timedelta(weeks=4)
CODE_KEPT = timedelta(days=365)  # no referral policy keeps its row longer
DIGITS = 16
MOST_TRIES, TRIES_IN = 5, timedelta(hours=1)
FIRST_ALARM, SECOND_ALARM = 1, 5  # working days after the last day
NO_CODE = "Vul de zestien cijfers in die de melder kreeg."


def last_day(term: str, *, on: date) -> date:
    """The last day of a term of a policy ('5 working days', '6 weeks', '3 months') that begins on this day."""
    number, unit = term.split(" ", 1)
    if unit == "working days":
        return working_days_after(on, count=int(number))
    if unit == "weeks":
        return on + timedelta(weeks=int(number))
    months = on.year * 12 + on.month - 1 + int(number)
    year, month = divmod(months, 12)
    days = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(on.day, days))


def is_late(state: Word, *, answer_due: date, outcome_due: date | None, on: date) -> bool:
    """Whether an answer or an outcome should have come by now."""
    due = due_of(state, answer_due=answer_due, outcome_due=outcome_due)
    return due is not None and on > due


def due_of(state: Word, *, answer_due: date, outcome_due: date | None) -> date | None:
    """The last day for what comes next; None where nobody waits for anything of the bureau."""
    return answer_due if state in TO_ANSWER else outcome_due if state in TO_FINISH else None


def shown_code(code: Secret) -> str:
    """A receipt code as people read it: four times four digits."""
    digits = code.reveal()
    return " ".join(digits[at : at + 4] for at in range(0, DIGITS, 4))


def read_code(text: str) -> Secret:
    """The code that somebody typed, with or without spaces and dashes; Invalid when it cannot be one."""
    digits = "".join(sign for sign in text if not (sign.isspace() or sign in "-\u2010\u2011\u2013"))
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        raise Invalid(NO_CODE, (Problem("receipt", NO_CODE),))
    return Secret(digits)
