"""Lets fictional people agree: policies are proposed, signed by two persons of every giver and accepted by every recipient, for real."""

from collections.abc import Iterable
from hashlib import sha256

from hub.kernel.database import Work, act_for
from hub.people.queries import accounts
from hub.sharing.actions import propose
from hub.sharing.policy import Policy
from hub.sharing.register import Agreement, everything
from hub.sharing.rules import MAY_SIGN, Hand, Read
from hub.sharing.schemas import Book
from hub.sharing.signing import approve


def agree(work: Work, *, policies: Iterable[Policy], book: Book) -> int:
    """Bring these policies into force through every signature; tells how many. A work of the hub itself, which acts for each in turn."""
    loaded = propose(work, policies=policies, book=book, demo=True)
    for hand in Hand:
        waiting = [one for one in everything(work, book=book) if one.next is hand]
        for partner in sorted({(one.recipient if hand is Hand.RECIPIENT else one.giver).id for one in waiting}):
            with act_for(work, partner):
                _sign_all(work, [one for one in waiting if partner == (one.recipient if hand is Hand.RECIPIENT else one.giver).id], hand)
    return len(loaded)


def _sign_all(work: Work, waiting: Iterable[Agreement], hand: Hand) -> None:
    """Somebody with the role for it signs what waits for this partner, and never one who signed before."""
    able = [one.id for one in accounts(work) if set(one.roles) & MAY_SIGN[hand]]
    for one in waiting:
        person = next(account for account in able if account not in {signature.person for signature in one.signatures})
        effect = sha256(one.key.encode()).digest()  # nothing was shared yet: the effect of every first version is that it begins
        approve(work, bond=one.bond, person=person, read=Read(bytes.fromhex(one.policy.sha256), effect))
