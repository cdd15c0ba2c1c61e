"""A reporter of the COC that wants help of the bureau in Drenthe, for tests of referrals."""

from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from hub.cases import intake
from hub.cases.actions import ConsentAsked
from hub.cases.queries import OwnWanted, own_cases
from hub.referrals.actions import Entered, Offered, enter_code, offer, say
from hub.referrals.queries import Referral, referrals
from hub.referrals.rules import read_code
from hub.threads.rules import Said, Word
from tests.cast import COC_GD, DRENTHE, NOON, Cast
from tests.make import Delivery, make_draft

AFTER = NOON + timedelta(minutes=5)
YES = ConsentAsked("given", ())
COC_WORDS = {"anonymity": "known", "reporter_age": "16_or_older"}
STORY = "Iemand werd nageroepen bij de bushalte."


def own_case_of(cast: Cast, slug: str = COC_GD, **words: str) -> str:
    """The COC brings in a case; its own code."""
    draft = make_draft(circumstances={**COC_WORDS, **words}, narrative=STORY, residence="GM0114")
    with cast.as_person(slug) as work:
        intake.take_in(work, reading=Delivery([draft]), house=cast.house)
        return own_cases(work, house=cast.house, wanted=OwnWanted())[0].code


def refer(cast: Cast, code: str, *, giver: str = COC_GD, to: str = DRENTHE, asked: ConsentAsked = YES, now: datetime = NOON) -> Offered:
    with cast.as_person(giver, now=now) as work:
        return offer(work, code=code, recipient=to, asked=asked, house=cast.house)


def step(cast: Cast, slug: str, thread: UUID, *words: Word | Said, now: datetime = AFTER) -> Word:
    """Somebody of this partner writes these words, one after the other."""
    for word in words:
        with cast.as_person(slug, now=now) as work:
            state = say(work, thread=thread, said=word if isinstance(word, Said) else Said(word), house=cast.house)
    return state


def enter(cast: Cast, slug: str, receipt: str, *, origin: str | None = "192.0.2.7", now: datetime = AFTER) -> Entered:
    with cast.as_person(slug, now=now) as work:
        return enter_code(work, receipt=read_code(receipt), origin=origin, house=cast.house)


def at(cast: Cast, slug: str, *, now: datetime = AFTER) -> tuple[Referral, ...]:
    with cast.as_person(slug, now=now) as work:
        return referrals(work)


def told(superuser: psycopg.Connection, cast: Cast, slug: str) -> list[tuple[str, list[str]]]:
    """What people of this partner were told about referrals."""
    asked = "SELECT kind, roles FROM hub.notice WHERE partner = %s AND kind LIKE 'referral%%' ORDER BY at, kind, dedup"
    return superuser.execute(asked, (cast.id(slug),)).fetchall()
