"""Tells a partner's people about its agreements: one waits for a signature, one began or stopped, one ends in a while."""

from collections.abc import Iterable
from datetime import timedelta

from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.outbox import Notice, NoticeKind, put_down
from hub.partners.queries import partners_by_id
from hub.people.words import Role
from hub.sharing.register import Agreement, agreements
from hub.sharing.rules import MAY_SIGN, Stage, announcement
from hub.sharing.schemas import Book

OFFICER = frozenset({Role.PRIVACY_OFFICER})
NEWS_FOR = timedelta(days=7)  # what began or stopped longer ago is no news any more


def tell_of_agreements(work: Work, *, book: Book) -> int:
    """
    Put down what the acting partner's people have to know of its agreements today, and tell how many notices that are.

    To be done every morning; a notice is made once, whoever asks again. A version that is followed by the next one does not end for them.
    """
    found, us = agreements(work, book=book), partners_by_id(work)[work.partner]
    said = 0
    for one in found:
        if one.next is not None and one.waits_for(us):
            said += _put(work, one, (NoticeKind.POLICY_WAITING, one.next.value), MAY_SIGN[one.next])
        elif (news := _news(work, one)) is not None:
            said += _put(work, one, (NoticeKind.POLICY_CHANGED, news), OFFICER)
        days = announcement(one.valid_until, on=today(work.now)) if one.stage is Stage.VALID else None
        if days is not None and not _is_followed(one, found):
            said += _put(work, one, (NoticeKind.POLICY_ENDING, str(days)), OFFICER)
    return said


def _news(work: Work, one: Agreement) -> str | None:
    """What befell it in the last week: it began, or it was stopped."""
    since = today(work.now) - NEWS_FOR
    if one.stage is Stage.STOPPED and today(one.changed_at) > since:
        return "stopped"
    return "began" if one.stage is Stage.VALID and one.valid_from > since else None


def _is_followed(one: Agreement, found: Iterable[Agreement]) -> bool:
    pair = (one.bond.giver, one.bond.recipient, one.bond.kind)
    next_day = one.valid_until + timedelta(days=1)
    return any(
        (two.bond.giver, two.bond.recipient, two.bond.kind) == pair and two.stage is Stage.ACCEPTED and two.valid_from == next_day
        for two in found
    )


def _put(work: Work, one: Agreement, news: tuple[NoticeKind, str], roles: frozenset[Role]) -> int:
    kind, word = news
    dedup = f"{one.bond.version_id}/{one.bond.giver}-{one.bond.recipient}/{word.replace('_', '-')}"
    put_down(work, notice=Notice(work.partner, dedup, kind, "/afspraken", sorted(roles), work.now))
    return 1
