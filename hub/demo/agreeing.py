"""Lets fictional people agree: policies are proposed, signed by two persons of every giver and accepted by every recipient, for real."""

from collections.abc import Iterable
from hashlib import sha256

from hub.kernel.database import Work, act_for
from hub.people.queries import accounts
from hub.sharing.actions import propose
from hub.sharing.policy import Policy
from hub.sharing.register import Agreement, everything
from hub.sharing.rules import MAY_SIGN, Hand, Read
from hub.sharing.schemas import Book, parse_policy
from hub.sharing.signing import approve

GIVER = (Hand.GIVER_FIRST, Hand.GIVER_SECOND)
NEXT = (  # a policy, what its next version says instead, and who signed it so far
    (
        "politie--bureaus",
        (("from: 2026-09-01, until: 2027-08-31", "from: 2027-01-01, until: 2027-12-31"),
         ("place:         municipality", "place:         province"), ("status:        phase", "status:        stage")),
        GIVER,
    ),
    ("bureaus--coc", (("from: 2026-09-01, until: 2027-02-28", "from: 2027-03-01, until: 2027-08-31"),), ()),
)  # fmt: skip


def agree(work: Work, *, policies: Iterable[Policy], book: Book) -> int:
    """Bring these policies into force through every signature; tells how many. A work of the hub itself, which acts for each in turn."""
    loaded = propose(work, policies=policies, book=book, demo=True)
    for hand in Hand:
        waiting = [one for one in everything(work, book=book) if one.next is hand]
        for partner in sorted({(one.recipient if hand is Hand.RECIPIENT else one.giver).id for one in waiting}):
            with act_for(work, partner):
                _sign_all(work, [one for one in waiting if partner == (one.recipient if hand is Hand.RECIPIENT else one.giver).id], hand)
    return len(loaded)


def propose_next(work: Work, *, book: Book) -> None:
    """
    Two proposals for who visits: the police would share less precisely and signed already, the bureaus would go on with COC and did not.

    A work of the hub itself, on a day before both begin.
    """
    for name, words, hands in NEXT:
        old = book.policy_named(name)
        assert old is not None, "the demo stands on the example policies"
        text = old.text.replace(f"version: {old.version}", f"version: {old.version + 1}")
        for before, after in words:
            text = text.replace(before, after)
        propose(work, policies=[parse_policy(text, name=name, book=book)], book=book, demo=True)
        for hand in hands:
            waiting = [one for one in everything(work, book=book) if one.next is hand and one.policy.name == name]
            with act_for(work, waiting[0].bond.giver):
                _sign_all(work, waiting, hand)


def _sign_all(work: Work, waiting: Iterable[Agreement], hand: Hand) -> None:
    """Somebody with the role for it signs what waits for this partner, and never one who signed before."""
    able = [one.id for one in accounts(work) if set(one.roles) & MAY_SIGN[hand]]
    for one in waiting:
        person = next(account for account in able if account not in {signature.person for signature in one.signatures})
        effect = sha256(one.key.encode()).digest()  # nothing was shared yet: the effect of every first version is that it begins
        approve(work, bond=one.bond, person=person, read=Read(bytes.fromhex(one.policy.sha256), effect))
