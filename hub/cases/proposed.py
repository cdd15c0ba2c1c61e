"""What a proposed agreement would change, as it is shown to who signs: numbers to its giver, and to its recipient only the directions."""

from dataclasses import dataclass
from hashlib import sha256

from hub.cases.effects import Effect, effect_of
from hub.cases.house import House
from hub.kernel.database import Work
from hub.sharing.compare import Way, direction, overall
from hub.sharing.differing import changes_in_dutch
from hub.sharing.policy import PolicyKind
from hub.sharing.register import Agreement, before

FIRST = "Er geldt nu geen afspraak van deze soort tussen deze twee. Alles wat hieronder gedeeld wordt, is nieuw."


@dataclass(frozen=True, slots=True)
class Proposed:
    """In which points it differs from what holds now, in one word and in sentences; and to the giver what becomes of its rows."""

    way: Way
    changes: tuple[str, ...]
    effect: Effect | None

    @property
    def sha256(self) -> bytes:
        """The hash of all that was shown, for the signature."""
        return self.effect.digest if self.effect else sha256("\n".join(self.changes).encode()).digest()


def effect_shown(work: Work, *, one: Agreement, house: House) -> Proposed:
    """What the acting partner, giver or recipient of this agreement, reads before it signs; counts over its own cases alone."""
    words, old = house.book, before(work, one=one, book=house.book)
    way: Way = Way.WIDER
    changes: tuple[str, ...] = (FIRST,)
    if old is not None:
        way = overall(direction(old, new=one.policy, vocabulary=words.vocabulary))
        changes = changes_in_dutch(old, new=one.policy, vocabulary=words.vocabulary, partners=words.partners)
    gives = work.partner == one.giver.id and one.bond.kind is not PolicyKind.COUNTS
    return Proposed(way, changes, effect_of(work, proposed=one.policy, house=house) if gives else None)
