"""What somebody typed about a recall, done: a form and its deed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.threads.actions import write
from hub.threads.queries import own_thread
from hub.threads.rules import Said, Word

Typed = Mapping[str, Sequence[str]]
NOT_CHOSEN = "Kies wat u antwoordt."
ANSWERS = {word.value: word for word in (Word.CONFIRMED, Word.NOT_POSSIBLE, Word.CLOSED)}


def answer(work: Work, *, thread: UUID, typed: Typed) -> Word:
    """Answer a recall as typed: removed, or not possible with a reason; or as its giver accept that it was not possible."""
    said = {name: values[0] for name, values in typed.items() if len(values) == 1}
    own_thread(work, thread=thread)
    word = ANSWERS.get(said.get("word", ""))
    if word is None:
        raise Invalid(NOT_CHOSEN, (Problem("word", NOT_CHOSEN),))
    reason = said.get("reason") or None
    return write(work, thread=thread, said=Said(word, reason if word is Word.NOT_POSSIBLE else None))
