"""A contribution as it stands after a deed, ready to be decided about: facts, consent, hold-back and ties in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from hub.kernel.words import PartnerId
from hub.sharing.facts import Case
from hub.sharing.question import Consents, HeldBack, Ties

NO_CONSENT = Consents()
NOTHING_HELD = HeldBack()
NO_TIES = Ties()


@dataclass(frozen=True, slots=True)
class Release:
    """One contribution at its latest revision, with everything that a decision about any recipient looks at."""

    contribution: UUID
    revision_no: int
    case: Case
    ties: Ties = NO_TIES
    consents: Mapping[PartnerId, Consents] = field(default_factory=dict)
    held: Mapping[PartnerId, HeldBack] = field(default_factory=dict)
    is_new: bool = False
    is_revised: bool = False  # it is shared because its giver brought in a new revision, not because the sharing became another
