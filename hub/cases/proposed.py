"""An agreement as its giver or recipient reads it, what a proposed one would change, and its signature under exactly that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from hub.cases.effects import Effect, effect_of
from hub.cases.expiry import stop_agreement
from hub.cases.house import House
from hub.cases.reprojection import Progress, progress_of
from hub.kernel.actor import Person
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem, Refused
from hub.partners.queries import partners_by_id
from hub.people.words import Role
from hub.sharing.compare import Way, direction, overall
from hub.sharing.differing import changes_in_dutch
from hub.sharing.policy import PolicyKind
from hub.sharing.register import Agreement, agreement, agreements, before
from hub.sharing.rules import MAY_SIGN, STOPPABLE, Read, State
from hub.sharing.sentences import policy_in_dutch, precision_in_dutch
from hub.sharing.signing import OtherText, approve

FIRST = "Er geldt nu geen afspraak van deze soort tussen deze twee. Alles wat hieronder gedeeld wordt, is nieuw."
IN_TABLES = ("Gedeeld wordt:", "Niet gedeeld:")
Typed = Mapping[str, Sequence[str]]


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


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """One agreement with its sentences and its other versions; what it would change while it waits; and what this person may do."""

    one: Agreement
    sentences: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    not_shared: tuple[tuple[str, str], ...]
    others: tuple[Agreement, ...]
    proposed: Proposed | None
    is_ours: bool
    waits_for_us: bool
    may_sign: bool
    may_stop: bool
    progress: tuple[Progress, ...]


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


def agreement_page(work: Work, *, key: str, house: House) -> AgreementPage:
    """The page of one agreement, for somebody of its giver or recipient; NotFound for anybody else."""
    one, book = agreement(work, key=key, book=house.book), house.book
    others = [two for two in agreements(work, book=book) if _is_same_pair(one, two) and two.key != one.key]
    words, us = book.vocabulary, partners_by_id(work)[work.partner]
    names = {fact: words.facts[fact].dutch for fact in (*one.policy.share, *one.policy.not_shared)}
    shared = ((names[fact], precision_in_dutch(fact, word=word, vocabulary=words)) for fact, word in one.policy.share.items())
    roles = work.actor.roles if isinstance(work.actor, Person) else frozenset()
    gives, waits = work.partner == one.giver.id, one.waits_for(us)
    return AgreementPage(
        one,
        tuple(text for text in policy_in_dutch(one.policy, vocabulary=words, partners=book.partners) if not text.startswith(IN_TABLES)),
        tuple(shared),
        tuple((names[fact], text) for fact, text in one.policy.not_shared.items()),
        tuple(others),
        effect_shown(work, one=one, house=house) if one.next else None,
        is_ours=gives,
        waits_for_us=waits,
        may_sign=waits and one.next is not None and bool(roles & MAY_SIGN[one.next]) and not _signed_by(work, one),
        may_stop=gives and one.stage in STOPPABLE and Role.PRIVACY_OFFICER in roles,
        progress=progress_of(work, bond=one.bond) if gives and one.bond.kind is not PolicyKind.COUNTS else (),
    )


def sign_as_read(work: Work, *, key: str, typed: Typed, house: House) -> State:
    """Sign under what the form says was read; Invalid without the tick, OtherText when text or effect changed since."""
    one = agreement(work, key=key, book=house.book)
    if not one.waits_for(partners_by_id(work)[work.partner]):
        return approve(work, bond=one.bond, person=_person(work), read=Read(bytes(32), bytes(32)))  # says whose turn it is
    _ticked(typed, "read", "Lees de afspraak, en zet een vinkje als u ermee instemt.")
    shown = effect_shown(work, one=one, house=house).sha256
    if _said(typed, "effect") != shown.hex() or _said(typed, "text") != one.policy.sha256:
        raise OtherText
    return approve(work, bond=one.bond, person=_person(work), read=Read(bytes.fromhex(one.policy.sha256), shown))


def stop_as_typed(work: Work, *, key: str, typed: Typed, house: House) -> int:
    """Stop it for the acting giver; Invalid without the tick. Tells how many rows went."""
    one = agreement(work, key=key, book=house.book)
    _ticked(typed, "sure", "Zet een vinkje als u de afspraak wilt stoppen.")
    return stop_agreement(work, bond=one.bond, person=_person(work), house=house)


def _is_same_pair(one: Agreement, two: Agreement) -> bool:
    return (one.giver, one.recipient, one.bond.kind) == (two.giver, two.recipient, two.bond.kind)


def _signed_by(work: Work, one: Agreement) -> bool:
    return isinstance(work.actor, Person) and work.actor.account in {signature.person for signature in one.signatures}


def _person(work: Work) -> UUID:
    if not isinstance(work.actor, Person):
        raise Refused("Een afspraak tekent iemand zelf.")
    return work.actor.account


def _said(typed: Typed, name: str) -> str:
    return (typed.get(name) or [""])[0]


def _ticked(typed: Typed, name: str, sentence: str) -> None:
    if _said(typed, name) != "ja":
        raise Invalid(sentence, (Problem(name, sentence),))
