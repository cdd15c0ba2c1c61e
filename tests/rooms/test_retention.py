"""Retention: nothing goes without a term, without having been announced for thirty days, or while it is held; and what went is gone."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import delete

from hub.cases import actions as cases
from hub.cases import intake
from hub.cases.queries import OwnWanted, own_cases
from hub.cases.received import Wanted, received
from hub.cases.tables import ConsentRow, ContributionRow
from hub.kernel.errors import Conflict, Invalid, NotFound, Refused
from hub.retention.actions import Done, announce, carry_out, end_old_holds, hold, release_hold, set_term, tell_of_rows
from hub.retention.queries import Board, board
from hub.retention.rules import CountedFrom, HoldReason, Term
from hub.threads.queries import recalls
from tests.cast import DEMO_DAY, DRENTHE, EMMEN, FRYSLAN, GRONINGEN, NOON, POLICE, Cast
from tests.make import BUREAU_WORDS, Delivery, make_draft
from tests.rooms import collecting

WORDS = "De directie besloot dit op advies van de privacyfunctionaris."
CANARY = "kanariewoord in de samenvatting"


def days(number: int) -> datetime:
    return NOON + timedelta(days=number)


def bring_in(cast: Cast, *, slug: str = POLICE, number: int = 1, **different: object) -> list[str]:
    """So many cases; their own codes."""
    drafts = [make_draft(place="GM0114", **different) for _ in range(number)]  # type: ignore[arg-type]
    with cast.as_person(slug) as work:
        intake.take_in(work, reading=Delivery(drafts), house=cast.house)
        return [line.code for line in own_cases(work, house=cast.house, wanted=OwnWanted())]


def keep_for(cast: Cast, months: int | None, *, slug: str = POLICE, counted: CountedFrom = CountedFrom.RELEASED) -> None:
    with cast.as_person(slug) as work:
        set_term(work, wanted=Term(months, counted if months else None, WORDS, DEMO_DAY))


def told(cast: Cast, now: datetime, *, slug: str = POLICE) -> int:
    with cast.as_clerk(slug, now=now) as work:
        return announce(work)


def done(cast: Cast, now: datetime, *, slug: str = POLICE) -> Done:
    with cast.as_clerk(slug, now=now) as work:
        return carry_out(work)


def seen(cast: Cast, now: datetime, *, slug: str = POLICE) -> Board:
    with cast.as_person(slug, now=now) as work:
        return board(work)


def look(cast: Cast, slug: str, now: datetime = NOON) -> int:
    with cast.as_person(slug, now=now) as work:
        return len(received(work, house=cast.house, wanted=Wanted()).rows)


def rows(superuser: psycopg.Connection, table: str) -> int:
    found = superuser.execute(f"SELECT count(*) FROM hub.{table}").fetchone()
    assert found is not None
    return int(found[0])


def test_without_a_term_everything_is_kept_for_ever(cast: Cast, superuser: psycopg.Connection) -> None:
    bring_in(cast)

    assert [told(cast, days(9000)), done(cast, days(9000)).cases, seen(cast, days(9000)).going] == [0, (), ()]
    keep_for(cast, None)
    assert (told(cast, days(9000)), rows(superuser, "contribution")) == (0, 1)
    assert "Er gaat niets vanzelf weg" in (seen(cast, days(1)).term or Term(None, None, "", DEMO_DAY)).sentence()


def test_a_case_goes_thirty_days_after_it_was_announced_and_a_day_after_its_rows(cast: Cast, superuser: psycopg.Connection) -> None:
    [code] = bring_in(cast)
    keep_for(cast, 2)
    look(cast, DRENTHE)
    due = date(2027, 1, 4)

    early = told(cast, days(30))
    first, again = told(cast, days(31)), told(cast, days(32))
    [going] = seen(cast, days(32)).going
    before = done(cast, datetime(2027, 1, 3, 12, tzinfo=UTC))
    on_the_day = done(cast, datetime(2027, 1, 4, 12, tzinfo=UTC))
    same_day = done(cast, datetime(2027, 1, 4, 13, tzinfo=UTC))

    assert (early, first, again) == (0, 1, 0)
    assert (going.code, going.due_on, going.goes_on, going.is_announced) == (code, due, date(2027, 1, 4), True)
    assert (before.count, on_the_day.cases, same_day.count) == (0, (), 0)
    assert on_the_day.rows == 2  # Drenthe and Emmen
    assert rows(superuser, "contribution") == 1 and rows(superuser, "inbox") == 0

    assert done(cast, datetime(2027, 1, 5, 12, tzinfo=UTC)).cases == (code,)
    left = {table for table in ("contribution", "revision", "source_reference", "given", "inbox") if rows(superuser, table)}
    assert left == set()
    assert [one.code for one in seen(cast, datetime(2027, 1, 6, 12, tzinfo=UTC)).gone] == [code]
    words = superuser.execute("SELECT count(*) FROM audit.entry WHERE convert_from(data, 'utf8') LIKE '%zaak-verwijderd%'").fetchone()
    assert words == (1,)


def test_who_had_opened_its_row_is_asked_to_remove_it_and_who_had_not_has_no_trace(cast: Cast, superuser: psycopg.Connection) -> None:
    bring_in(cast)
    keep_for(cast, 1)
    look(cast, DRENTHE)
    told(cast, days(1))
    done(cast, days(31))

    with cast.as_person(DRENTHE, now=days(31)) as work:
        [asked] = recalls(work)
    stones = superuser.execute("SELECT reader, cause FROM hub.tombstone ORDER BY reader = %s, reader", (cast.id(POLICE),)).fetchall()

    assert asked.cause == "ended" and look(cast, EMMEN, days(31)) == 0
    assert stones == [(cast.id(DRENTHE), "ended"), (cast.id(POLICE), "ended"), (cast.id(POLICE), "ended")]


def test_what_was_never_announced_does_not_go_however_long_it_is_over(cast: Cast) -> None:
    bring_in(cast)
    keep_for(cast, 1)

    assert done(cast, days(4000)).cases == ()
    told(cast, days(4000))
    done(cast, days(4030))
    assert [len(done(cast, days(number)).cases) for number in (4030, 4031)] == [0, 1]


def test_a_case_that_is_not_due_any_more_is_not_announced_any_more_and_stays(cast: Cast) -> None:
    bring_in(cast)
    keep_for(cast, 1)
    told(cast, days(1))
    keep_for(cast, 12)

    assert done(cast, days(40)).count == 0  # also when nobody looked since
    assert (told(cast, days(40)), seen(cast, days(40)).going) == (0, ())


def test_only_closed_cases_go_where_the_term_counts_from_closing(cast: Cast) -> None:
    bring_in(cast, number=1)
    bring_in(cast, number=1, status="afgesloten")
    keep_for(cast, 1, counted=CountedFrom.CLOSED)

    assert told(cast, days(400)) == 0  # this export told no day of closing


def test_a_held_case_stays_and_after_its_release_it_is_kept_for_thirty_days_more(cast: Cast) -> None:
    [code, other] = bring_in(cast, number=2)
    keep_for(cast, 1)
    told(cast, days(1))
    with cast.as_person(POLICE, now=days(2)) as work:
        hold(work, code=code, reason=HoldReason.PROCEEDINGS)
    done(cast, days(31))

    assert done(cast, days(32)).cases == (other,)
    assert [one.code for one in seen(cast, days(32)).held] == [code]
    with cast.as_person(POLICE, now=days(40)) as work:
        release_hold(work, code=code)
    assert (told(cast, days(40)), done(cast, days(69)).count) == (0, 0)
    assert done(cast, days(70)).rows > 0 and done(cast, days(71)).cases == (code,)


def test_a_hold_with_a_last_day_ends_by_itself_the_day_after(cast: Cast) -> None:
    [code] = bring_in(cast)
    with cast.as_person(POLICE) as work:
        hold(work, code=code, reason=HoldReason.COMPLAINT, until=days(5).date())

    ended = []
    for number in (5, 6):
        with cast.as_clerk(POLICE, now=days(number)) as work:
            ended.append(end_old_holds(work))
    assert ended == [0, 1]


def test_the_database_refuses_to_delete_what_is_held_or_was_not_announced_whoever_asks(cast: Cast, superuser: psycopg.Connection) -> None:
    [code] = bring_in(cast)

    def attempt() -> str | None:
        with pytest.raises(Conflict) as refused, cast.as_clerk(POLICE) as work:
            work.session.execute(delete(ContributionRow).where(ContributionRow.own_code == code))
        return str(refused.value.sentence)

    unannounced = attempt()
    keep_for(cast, 1)
    told(cast, days(1))
    superuser.execute("UPDATE hub.erasure SET gone_on = goes_on")
    with cast.as_person(POLICE) as work:
        hold(work, code=code, reason=HoldReason.REQUEST)
    held = attempt()
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        superuser.execute("DELETE FROM hub.contribution WHERE giver = %s", (cast.id(POLICE),))

    assert unannounced and held
    assert rows(superuser, "contribution") == 1


def test_no_page_may_delete_a_case_or_a_consent(cast: Cast) -> None:
    bring_in(cast)

    for table in (ContributionRow, ConsentRow):
        with pytest.raises(Refused), cast.as_person(POLICE) as work:
            work.session.execute(delete(table))


def test_a_term_and_a_hold_that_cannot_be_are_refused_and_change_nothing(cast: Cast, superuser: psycopg.Connection) -> None:
    [code] = bring_in(cast)
    wrong = (Term(0, CountedFrom.CLOSED, WORDS, DEMO_DAY), Term(601, CountedFrom.CLOSED, WORDS, DEMO_DAY), Term(5, None, WORDS, DEMO_DAY),
             Term(None, None, "kort", DEMO_DAY), Term(5, CountedFrom.CLOSED, WORDS, DEMO_DAY + timedelta(days=1)))  # fmt: skip
    for term in wrong:
        with pytest.raises(Invalid), cast.as_person(POLICE) as work:
            set_term(work, wanted=term)
    with pytest.raises(Invalid), cast.as_person(POLICE) as work:
        hold(work, code=code, reason=HoldReason.ARCHIVE, until=DEMO_DAY - timedelta(days=1))
    with pytest.raises(NotFound), cast.as_person(DRENTHE) as work:
        hold(work, code=code, reason=HoldReason.ARCHIVE)
    with pytest.raises(Conflict), cast.as_person(POLICE) as work:
        release_hold(work, code=code)
    with cast.as_person(POLICE) as work:
        hold(work, code=code, reason=HoldReason.ARCHIVE)
    with pytest.raises(Conflict), cast.as_person(POLICE) as work:
        hold(work, code=code, reason=HoldReason.ARCHIVE)

    assert (rows(superuser, "retention_term"), rows(superuser, "legal_hold")) == (0, 1)


def test_giver_and_recipient_see_thirty_days_before_what_ends_and_nobody_sees_more(cast: Cast, superuser: psycopg.Connection) -> None:
    [code] = bring_in(cast)
    last = superuser.execute("SELECT max(shown_until) FROM hub.inbox").fetchone()
    assert last is not None
    before = datetime.combine(last[0] - timedelta(days=30), NOON.time(), UTC)

    too_early = seen(cast, before - timedelta(days=1))
    given, at_drenthe, at_groningen = seen(cast, before), seen(cast, before, slug=DRENTHE), seen(cast, before, slug=GRONINGEN)

    assert (too_early.given, at_groningen.received) == ((), ())
    assert {(one.code, one.other.slug) for one in given.given} == {(code, DRENTHE), (code, EMMEN)}
    [row] = at_drenthe.received
    assert (row.other.slug, row.last_day, row.code == code) == (POLICE, last[0], False)
    with cast.as_clerk(DRENTHE, now=before) as work:
        assert tell_of_rows(work)
    with cast.as_clerk(GRONINGEN, now=before) as work:
        assert not tell_of_rows(work)


def test_proof_of_sharing_stays_for_five_years_and_goes_then(cast: Cast, superuser: psycopg.Connection) -> None:
    with cast.as_person(FRYSLAN) as work:
        draft = make_draft(place="GM0080", circumstances=BUREAU_WORDS)
        intake.take_in(work, reading=Delivery([draft]), house=cast.house)
        [case] = own_cases(work, house=cast.house, wanted=OwnWanted())
        cases.record_consent(work, code=case.code, recipient=POLICE, asked=cases.ConsentAsked("given", ("case_work",)), house=cast.house)
    look(cast, POLICE)
    keep_for(cast, 1, slug=FRYSLAN)
    told(cast, days(1), slug=FRYSLAN)
    done(cast, days(31), slug=FRYSLAN)
    done(cast, days(32), slug=FRYSLAN)
    kept = ("consent", "disclosure", "tombstone", "erasure")
    after = {table: rows(superuser, table) for table in kept}

    done(cast, days(5 * 365 + 30), slug=FRYSLAN)
    still = {table: rows(superuser, table) for table in kept}
    for slug in (FRYSLAN, POLICE):
        done(cast, days(5 * 365 + 40), slug=slug)

    assert all(after.values()) and still | {"disclosure": 0} == after | {"disclosure": 0}
    assert {table: rows(superuser, table) for table in kept} == dict.fromkeys(kept, 0)


def test_a_frozen_collection_keeps_its_lines_and_its_counts_when_a_case_in_it_goes(cast: Cast) -> None:
    collecting.bring_in(cast, POLICE, make_draft(place="GM0114"), make_draft(place="GM0114"))
    collecting.open_month(cast)
    collecting.gather(cast)
    collecting.deliver(cast)
    keep_for(cast, 1)
    slugs = (POLICE, DRENTHE)
    before = {slug: collecting.read(cast, slug) for slug in slugs}
    told(cast, days(60))
    done(cast, days(90))
    went = done(cast, days(91)).cases

    after = {slug: collecting.read(cast, slug, now=days(92)) for slug in slugs}
    assert len(went) == 2
    assert [len(after[slug][1]) for slug in slugs] == [len(before[slug][1]) for slug in slugs] == [2, 2]
    assert after[POLICE][1] == before[POLICE][1]  # its own lines, as they were frozen
    assert all(line.recalled_on is not None for line in after[DRENTHE][1])  # what it stated stays counted, the words are gone
