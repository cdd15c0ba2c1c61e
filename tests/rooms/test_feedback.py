"""What the OM says of its own accord: this case is about yours; and that it is reminded, and nobody else."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from hub.cases import intake
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Wanted, received
from hub.kernel.errors import Invalid, NotFound
from hub.referrals.feedback import StatedBefore, concerns, remind, state_concern
from tests.cast import DRENTHE, NOON, OM, POLICE, Cast
from tests.make import BUREAU_WORDS, OM_WORDS, Delivery, make_draft

FACTS = {"place": "GM0114"}
UNKNOWN_TO_THE_OM = {"terrain", "nature", "report_kind"}


def cases(cast: Cast, **words: str) -> tuple[str, str]:
    """A case of the bureau, as the OM received it, and a case of the OM."""
    with cast.as_person(DRENTHE) as work:
        draft = make_draft(circumstances=BUREAU_WORDS, consents={OM: "given"}, **FACTS)
        intake.take_in(work, reading=Delivery([draft]), house=cast.house)
    with cast.as_person(OM) as work:
        theirs = received(work, house=cast.house, wanted=Wanted()).rows[0].code
        made = make_draft(circumstances={**OM_WORDS, **words})
        facts = {name: value for name, value in made.facts.items() if name not in UNKNOWN_TO_THE_OM}
        intake.take_in(work, reading=Delivery([replace(made, facts=facts)]), house=cast.house)
        return theirs, own_cases(work, house=cast.house, wanted=OwnWanted())[0].code


def state(cast: Cast, code: str, theirs: str) -> str:
    with cast.as_person(OM) as work:
        return state_concern(work, code=code, theirs=theirs, house=cast.house).slug


def seen_by_the_bureau(cast: Cast) -> int:
    with cast.as_person(DRENTHE) as work:
        return len(received(work, house=cast.house, wanted=Wanted()).rows)


@pytest.mark.parametrize(("prosecution", "rows"), [("irrevocable_sanction", 1), ("open", 0)])
def test_a_concern_opens_what_the_agreement_and_the_law_allow_and_no_more(cast: Cast, prosecution: str, rows: int):
    theirs, own = cases(cast, prosecution=prosecution)
    before = seen_by_the_bureau(cast)

    whose = state(cast, own, theirs)

    assert (before, whose, seen_by_the_bureau(cast)) == (0, DRENTHE, rows)
    with pytest.raises(StatedBefore):
        state(cast, own, theirs)


def test_a_concern_needs_a_case_that_was_received_from_who_hears_of_its_own(cast: Cast):
    theirs, own = cases(cast)

    for wrong in (own, "geen code"):
        with pytest.raises(Invalid, match="U ontving geen zaak"):
            state(cast, own, wrong)
    with cast.as_person(POLICE) as work, pytest.raises(NotFound):
        state_concern(work, code=own, theirs=theirs, house=cast.house)


def test_after_three_months_without_news_the_giver_is_reminded_and_nobody_else(cast: Cast, superuser: psycopg.Connection):
    theirs, own = cases(cast, prosecution="open")
    state(cast, own, theirs)
    told = []
    for days in (92, 93, 94):
        for slug in (OM, DRENTHE):
            with cast.as_clerk(slug, now=NOON + timedelta(days=days)) as work:
                remind(work, house=cast.house)
        told.append(superuser.execute("SELECT partner FROM hub.notice WHERE kind = 'news_wanted'").fetchall())
    with cast.as_person(OM) as work:
        [one] = concerns(work, house=cast.house)

    assert told == [[], [(cast.id(OM),)], [(cast.id(OM),)]]
    assert (one.code, one.their_code, one.is_shown, one.due) == (own, theirs, False, date(2027, 2, 4))
