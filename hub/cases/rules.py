"""When a draft may become a revision: what contradicts itself, what its giver cannot know, and what makes two deliveries the same."""

import json
from collections.abc import Mapping
from datetime import date

from hub.cases.draft import Draft
from hub.partners.rules import Kind
from hub.pseudonyms.rules import screen
from hub.sharing.facts import FACTS, Absence, Circumstances, Facts, Span, Value
from hub.sharing.projection import written
from hub.sharing.vocabulary import Vocabulary

SANCTIONS = frozenset({"strafbeschikking", "transactie", "veroordeling"})
NO_SANCTION = {"vrijspraak": "acquitted", "sepot_technisch": "dismissed", "sepot_beleid": "dismissed"}
CLOSED = "afgesloten"
LONGEST_NARRATIVE = 1000
STORED_AS = {  # what an export says of consent → the state that is stored, and who gave it
    "given": ("given", "reporter"), "given_by_guardian": ("given", "guardian"), "refused": ("refused", "reporter"),
    "withdrawn": ("withdrawn", "reporter"), "expired": ("withdrawn", "reporter"), "not_asked": ("not_asked", "reporter"),
}  # fmt: skip


def objections(facts: Facts, *, circumstances: Circumstances, kind: Kind, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """Why these facts may not be released, as (fact, Dutch sentence); none when they may."""
    found = []
    for fact, value in facts.items():
        if isinstance(value, Absence):
            continue
        if kind not in vocabulary.facts[fact].known_by or fact == "also_known_to":
            found.append((fact, f"Een partner van het soort ‘{kind}’ brengt dit gegeven niet in: {vocabulary.facts[fact].dutch}."))
    narrative = facts.get("narrative")
    if isinstance(narrative, str) and len(narrative) > LONGEST_NARRATIVE:
        found.append(("narrative", f"De samenvatting is langer dan {LONGEST_NARRATIVE} tekens. Maak haar korter."))
    elif isinstance(narrative, str):
        found.extend(("narrative", sentence) for sentence in screen(narrative).sentences)
    if _contradicts(facts.get("outcome"), circumstances.get("prosecution")):
        found.append(("outcome", "De afdoening en de stand van de vervolging spreken elkaar tegen."))
    return tuple(found)


def too_late(facts: Facts, *, on: date) -> tuple[tuple[str, str], ...]:
    """The same for an incident that has not happened yet on this day; a month or year that has begun may be named."""
    span = facts.get("incident_date")
    return (("incident_date", "Deze datum ligt in de toekomst."),) if isinstance(span, Span) and span.first > on else ()


def _contradicts(outcome: Value | Absence | None, prosecution: str | None) -> bool:
    """Whether the disposal cannot be true together with the answer on prosecution; an open case may still be appealed."""
    if not isinstance(outcome, str) or isinstance(outcome, Absence) or prosecution in (None, "unknown", "open"):
        return False
    return (outcome in SANCTIONS) != (prosecution == "irrevocable_sanction") or NO_SANCTION.get(outcome, prosecution) != prosecution


def canonical(draft: Draft) -> bytes:
    """What a delivery says, always in the same bytes; the line number and the reference are no part of it."""
    said = {
        "facts": {fact: _written(draft.facts.get(fact, Absence.NOT_ASKED)) for fact in FACTS},
        "circumstances": dict(draft.circumstances),
        "consents": dict(draft.consents),
        "concerns": sorted(draft.concerns),
        "closed_on": draft.closed_on.isoformat() if draft.closed_on else None,
        "words": dict(draft.words),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _written(value: Value | Absence) -> object:
    return {"absent": value.value} if isinstance(value, Absence) else written(value)


def absent(facts: Facts, *, as_: Absence) -> list[str]:
    """The facts that are absent in this way, in the order of the vocabulary."""
    return [fact for fact in FACTS if facts.get(fact, Absence.NOT_ASKED) is as_]


def import_may_say(state: str, *, after: str, how: str) -> bool:
    """
    Whether an export may change a consent that stands (`after`, recorded as `how`).

    What a person recorded an export may only end, never widen or forget (sharing.md 1.3); what an export said, a later one may correct.
    """
    return how == "import" or (state in ("refused", "withdrawn") and after in ("given", "narrowed"))


def states_of(consents: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The words of an export as the stored state and who gave it: recipient → (state, reporter or guardian)."""
    return {recipient: STORED_AS[word] for recipient, word in consents.items()}
