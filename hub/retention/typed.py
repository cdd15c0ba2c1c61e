"""What somebody typed about retention, done: a form and its deed."""

from collections.abc import Mapping, Sequence
from datetime import date

from hub.cases.actions import locked
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound, Problem
from hub.pseudonyms.mint import read
from hub.retention.actions import hold, set_term
from hub.retention.rules import CountedFrom, HoldReason, Term

Typed = Mapping[str, Sequence[str]]
KEEP = "keep"
NO_CASE = "Dit is geen code van een zaak van uw organisatie."


def choose_term(work: Work, *, typed: Typed) -> None:
    """Set the term as typed; Invalid with a sentence per field that is not right."""
    said, problems = _said(typed), list[Problem]()
    counted = said.get("counted_from", "")
    if counted not in (*CountedFrom, KEEP):
        problems.append(Problem("counted_from", "Kies vanaf welke dag de termijn telt, of dat alles blijft."))
    months = said.get("months", "").strip()
    if counted != KEEP and not (months.isascii() and months.isdigit() and len(months) < 5):
        problems.append(Problem("months", "Noem het aantal maanden als een getal, bijvoorbeeld 60."))
    decided = _day(said.get("decided_on", ""))
    if decided is None:
        problems.append(Problem("decided_on", "Noem de dag van het besluit."))
    if problems or decided is None:
        raise Invalid("De bewaartermijn is nog niet goed ingevuld. Er is niets gewijzigd.", tuple(problems))
    many, since = (None, None) if counted == KEEP else (int(months), CountedFrom(counted))
    set_term(work, wanted=Term(many, since, said.get("decision", ""), decided))


def hold_case(work: Work, *, typed: Typed) -> str:
    """Hold the case whose code was typed, and tell that code; Invalid with a sentence per field that is not right."""
    said, problems = _said(typed), list[Problem]()
    reason, until, code = said.get("reason", ""), said.get("until", ""), _own_code(work, said.get("code", ""))
    if code is None:
        problems.append(Problem("code", NO_CASE))
    if reason not in list(HoldReason):
        problems.append(Problem("reason", "Kies waarom u de zaak vasthoudt."))
    if until and _day(until) is None:
        problems.append(Problem("until", "Dit is geen dag."))
    if problems or code is None:
        raise Invalid("Nog niet alles is goed ingevuld. Er is niets gewijzigd.", tuple(problems))
    hold(work, code=code, reason=HoldReason(reason), until=_day(until))
    return code


def _own_code(work: Work, text: str) -> str | None:
    try:
        return locked(work, code=read(text)).own_code
    except (Invalid, NotFound):
        return None


def _said(typed: Typed) -> dict[str, str]:
    return {name: values[0] for name, values in typed.items() if len(values) == 1}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
