"""What somebody typed about a contact, done: a form and its deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.cases.readable import giver_of
from hub.contacts import actions
from hub.contacts.queries import open_about, own_row
from hub.contacts.rules import Outcome, State, read_day, read_desk
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.partners.queries import partners_by_id

Typed = Mapping[str, Sequence[str]]
NOT_CHOSEN = "Kies wat u antwoordt."


@dataclass(frozen=True, slots=True)
class Question:
    """About which received case, and to whom, a question would go; `before` is the one that stands open already."""

    code: str
    giver: str
    before: UUID | None


def question(work: Work, *, code: str) -> Question:
    """What would be asked about this received case, and the open question about it if there is one; NotFound for any other code."""
    giver = giver_of(work, code=code)
    return Question(code, partners_by_id(work)[giver].name, open_about(work, code=code))


def ask(work: Work, *, code: str, typed: Typed) -> UUID:
    """Ask for contact as typed: with our contact person now, or later."""
    said = _said(typed)
    if said.get("when") not in ("now", "later"):
        raise Invalid("Kies of u nu al een contactpersoon noemt.", (Problem("when", "Kies of u nu al een contactpersoon noemt."),))
    return actions.propose(work, code=code, desk=read_desk(said) if said["when"] == "now" else None)


def answer(work: Work, *, contact: UUID, typed: Typed) -> State:
    """Answer a proposal as typed: yes with a contact person, or not now with a reason for ourselves."""
    said, _ = _said(typed), own_row(work, contact=contact)
    if said.get("answer") == "declined":
        return actions.decline(work, contact=contact, because=said.get("because", ""))
    if said.get("answer") != "confirmed":
        raise Invalid(NOT_CHOSEN, (Problem("answer", NOT_CHOSEN),))
    return actions.confirm(work, contact=contact, desk=read_desk(said))


def note_contact(work: Work, *, contact: UUID, typed: Typed) -> State:
    """Write down the day of a contact, or confirm the day that the other side wrote down."""
    said, row = _said(typed), own_row(work, contact=contact)
    if said.get("made_on") is None:
        return actions.confirm_made(work, contact=contact)
    on = read_day(said["made_on"], since=today(row.proposed_at), until=today(work.now))
    return actions.say_made(work, contact=contact, on=on)


def note_outcome(work: Work, *, contact: UUID, typed: Typed) -> State:
    """Write down what came of it, in one word."""
    said = _said(typed)
    if said.get("outcome") not in tuple(Outcome):
        own_row(work, contact=contact)
        raise Invalid("Kies wat eruit kwam.", (Problem("outcome", "Kies wat eruit kwam."),))
    return actions.review(work, contact=contact, outcome=said["outcome"])


def _said(typed: Typed) -> dict[str, str]:
    return {name: values[0] for name, values in typed.items() if len(values) == 1}
