"""Terms in sight: kept from a partner's own rows, told once, passed when they are over, and settled by a person."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from hub.cases import actions, intake
from hub.cases.draft import Draft
from hub.cases.queries import OwnWanted, own_cases
from hub.kernel.errors import NotFound
from hub.sharing.facts import day_of, parse_span
from hub.watches.actions import Kept, NothingToSettle, keep_watch, settle
from hub.watches.queries import Sight, Watch, near, sight
from hub.watches.rules import Certainty, Rule
from tests.agendas import lay_table
from tests.cast import COC_GD, DRENTHE, EVERYBODY, FRYSLAN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.make import BUREAU_WORDS, OM_WORDS, Delivery, make_draft


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


def bring(cast: Cast, slug: str, drafts: Sequence[Draft], *, now: datetime = NOON) -> None:
    with cast.as_person(slug, now=now) as work:
        intake.take_in(work, reading=Delivery(drafts, file_hash=now.isoformat().encode().ljust(32)), house=cast.house)


def keep(cast: Cast, slug: str, *, now: datetime = NOON) -> Kept:
    with cast.as_clerk(slug, now=now) as work:
        return keep_watch(work, house=cast.house)


def seen(cast: Cast, slug: str, *, now: datetime = NOON) -> Sight:
    with cast.as_person(slug, now=now) as work:
        return sight(work)


def of(found: Sight, rule: Rule) -> list[Watch]:
    return [watch for watch in (*found.over, *found.near, *found.later) if watch.rule is rule]


def told(superuser: psycopg.Connection) -> list[tuple[str, list[str]]]:
    return superuser.execute("SELECT dedup, roles FROM hub.notice WHERE kind = 'deadline_near' ORDER BY dedup").fetchall()


def test_a_report_at_the_police_has_a_month_from_its_earliest_day(cast: Cast):
    bring(cast, POLICE, [make_draft(incident_date=parse_span("2026-10-08/2026-10-14"))])
    keep(cast, POLICE)

    [watch] = of(seen(cast, POLICE), Rule.CONTACT_OFFICER)

    assert (watch.last_day, watch.certainty, watch.days_left) == (date(2026, 11, 8), Certainty.EARLIEST, 4)
    assert watch in seen(cast, POLICE).near


def test_what_had_ended_before_the_case_came_here_is_nobodys_to_watch(cast: Cast):
    bring(cast, POLICE, [make_draft(incident_date=day_of(date(2026, 9, 1)))])
    keep(cast, POLICE)

    assert of(seen(cast, POLICE), Rule.CONTACT_OFFICER) == []


def test_the_same_day_twice_changes_nothing_and_tells_nobody_twice(cast: Cast, superuser: psycopg.Connection):
    bring(cast, POLICE, [make_draft(incident_date=day_of(date(2026, 10, 8)))])

    first, second = keep(cast, POLICE), keep(cast, POLICE)

    assert first.new > 0
    assert second == Kept(0, 0, 0, 0)
    assert told(superuser) == [("2026-11-04/cases", ["case_worker", "coordinator"])]


def test_a_term_is_told_when_its_warning_comes_and_a_passed_one_waits_for_somebody(cast: Cast, superuser: psycopg.Connection):
    bring(cast, POLICE, [make_draft(incident_date=day_of(date(2026, 10, 20)))])
    quiet = keep(cast, POLICE)
    before = told(superuser)
    warned = keep(cast, POLICE, now=at(date(2026, 11, 13)))
    over = keep(cast, POLICE, now=at(date(2026, 11, 21)))

    assert (quiet.warned, before, warned.warned, over.passed) == (0, [], 1, 1)
    assert told(superuser) == [("2026-11-13/cases", ["case_worker", "coordinator"])]
    [watch] = of(seen(cast, POLICE, now=at(date(2026, 11, 21))), Rule.CONTACT_OFFICER)
    assert watch.days_left == -1
    keep(cast, POLICE, now=at(date(2027, 1, 25)))
    assert of(seen(cast, POLICE, now=at(date(2027, 1, 25))), Rule.CONTACT_OFFICER) == []


def test_a_closed_case_has_no_terms_any_more(cast: Cast):
    bring(cast, POLICE, [make_draft(reference="A1", incident_date=day_of(date(2026, 10, 20)))])
    keep(cast, POLICE)
    closed = make_draft(reference="A1", incident_date=day_of(date(2026, 10, 20)), status="afgesloten")
    bring(cast, POLICE, [closed], now=NOON + timedelta(hours=1))
    keep(cast, POLICE, now=NOON + timedelta(hours=2))

    assert of(seen(cast, POLICE), Rule.CONTACT_OFFICER) == []


def test_a_case_that_is_opened_again_has_its_terms_again(cast: Cast):
    for number, status in enumerate(("in_behandeling", "afgesloten", "in_behandeling")):
        now = NOON + timedelta(hours=number)
        bring(cast, POLICE, [make_draft(reference="A2", incident_date=day_of(date(2026, 10, 20)), status=status)], now=now)
        keep(cast, POLICE, now=now)

    assert len(of(seen(cast, POLICE), Rule.CONTACT_OFFICER)) == 1


def test_an_interim_message_that_was_sent_begins_the_next_three_months(cast: Cast):
    words = {**OM_WORDS, "prosecution": "open"}
    unknown = ("terrain", "nature", "report_kind")
    draft = make_draft(circumstances=words, offence=("137c",))
    bring(cast, OM, [Draft(draft.row, draft.reference, {k: v for k, v in draft.facts.items() if k not in unknown}, words)])
    keep(cast, OM)
    [first] = of(seen(cast, OM), Rule.INTERIM_MESSAGE)
    sent = at(date(2027, 1, 20))
    with cast.as_person(OM, now=sent) as work:
        settle(work, watch=first.id, how="klaar")
    keep(cast, OM, now=sent)

    [second] = of(seen(cast, OM, now=sent), Rule.INTERIM_MESSAGE)

    assert (first.last_day, first.certainty) == (date(2027, 2, 4), Certainty.ENTERED)
    assert (second.last_day, second.certainty) == (date(2027, 4, 20), Certainty.EXACT)


def test_a_consent_that_ends_is_told_to_the_privacy_officer_and_is_met_once_renewed(cast: Cast, superuser: psycopg.Connection):
    bring(cast, DRENTHE, [make_draft(circumstances=BUREAU_WORDS, place="GM1680")])
    with cast.as_person(DRENTHE) as work:
        [line] = own_cases(work, house=cast.house, wanted=OwnWanted())
        asked = actions.ConsentAsked("given", ("case_work",), until=date(2026, 12, 1))
        actions.record_consent(work, code=line.code, recipient=POLICE, asked=asked, house=cast.house)
    keep(cast, DRENTHE)
    [watch] = of(seen(cast, DRENTHE), Rule.CONSENT_END)
    with cast.as_person(DRENTHE, now=NOON + timedelta(hours=1)) as work:
        asked = actions.ConsentAsked("given", ("case_work",), until=date(2027, 10, 1))
        actions.record_consent(work, code=line.code, recipient=POLICE, asked=asked, house=cast.house)
    keep(cast, DRENTHE, now=NOON + timedelta(hours=2))

    assert (watch.case, watch.about, watch.last_day) == (line.code, cast.partners[POLICE].name, date(2026, 12, 1))
    assert told(superuser) == [("2026-11-04/privacy", ["privacy_officer"])]
    assert of(seen(cast, DRENTHE), Rule.CONSENT_END) == []
    next_summer = at(date(2027, 8, 15))
    keep(cast, DRENTHE, now=next_summer)
    assert [one.last_day for one in of(seen(cast, DRENTHE, now=next_summer), Rule.CONSENT_END)] == [date(2027, 10, 1)]


def test_an_agreement_that_runs_out_is_in_sight_and_has_passed_when_nobody_renewed_it(cast: Cast):
    keep(cast, DRENTHE)
    [watch] = of(seen(cast, DRENTHE), Rule.POLICY_END)[:1]
    after = at(date(2027, 3, 1))
    keep(cast, DRENTHE, now=after)

    assert watch.last_day == date(2027, 2, 28)
    assert watch.about.startswith("COC")
    assert {one.days_left for one in seen(cast, DRENTHE, now=after).over} == {-1}


def test_a_received_case_in_which_nothing_is_seen_to_change_is_silent_after_ninety_days_and_no_more_once_it_does(cast: Cast):
    bring(cast, POLICE, [make_draft(reference="S1", place="GM1680")])
    edge, after = at(date(2027, 2, 2)), at(date(2027, 2, 3))
    keep(cast, DRENTHE, now=edge)
    before = of(seen(cast, DRENTHE, now=edge), Rule.SILENT)
    keep(cast, DRENTHE, now=after)
    [silent] = of(seen(cast, DRENTHE, now=after), Rule.SILENT)
    bring(cast, POLICE, [make_draft(reference="S1", place="GM1680", nature="geweld")], now=after)
    keep(cast, DRENTHE, now=after + timedelta(days=1))

    assert (before, silent.days_left, silent.is_own) == ([], -1, False)
    assert of(seen(cast, DRENTHE, now=after), Rule.SILENT) == []


def test_the_yearly_figures_are_a_bureaus_and_nobody_elses(cast: Cast):
    january = at(date(2027, 1, 4))
    for slug in EVERYBODY:
        keep(cast, slug, now=january)

    holders = {slug for slug in EVERYBODY if of(seen(cast, slug, now=january), Rule.FIGURES)}

    assert {DRENTHE, FRYSLAN} <= holders
    assert not holders & {POLICE, OM, COC_GD}


def test_the_outsider_has_no_term_about_any_case_whatever_others_do(cast: Cast):
    bring(cast, POLICE, [make_draft(incident_date=day_of(date(2026, 10, 8)))])
    for slug in EVERYBODY:
        keep(cast, slug)

    with cast.as_person(OUTSIDER) as work:
        assert near(work, until=date(2030, 1, 1)) == ()


def test_beside_an_edition_stand_the_terms_of_cases_that_end_by_then(cast: Cast):
    bring(cast, POLICE, [make_draft(incident_date=day_of(date(2026, 10, 8)))])
    keep(cast, POLICE)

    with cast.as_person(POLICE) as work:
        soon, later = near(work, until=date(2026, 11, 7)), near(work, until=date(2026, 11, 8))

    assert soon == ()
    assert [watch.rule for watch in later] == [Rule.CONTACT_OFFICER]


def test_settling_is_for_the_partner_itself_and_once(cast: Cast):
    bring(cast, POLICE, [make_draft(incident_date=day_of(date(2026, 10, 8)))])
    keep(cast, POLICE)
    [watch] = of(seen(cast, POLICE), Rule.CONTACT_OFFICER)
    with cast.as_person(DRENTHE) as work, pytest.raises(NotFound):
        settle(work, watch=watch.id, how="klaar")
    with cast.as_person(POLICE) as work:
        settle(work, watch=watch.id, how="klaar")
    keep(cast, POLICE, now=at(date(2026, 11, 5)))

    with cast.as_person(POLICE) as work:
        with pytest.raises(NothingToSettle):
            settle(work, watch=watch.id, how="niet-nodig")
        with pytest.raises(NotFound):
            settle(work, watch=UUID(int=7), how="klaar")
    assert of(seen(cast, POLICE), Rule.CONTACT_OFFICER) == []


def test_beside_an_agenda_many_terms_of_a_kind_stand_under_one_heading_with_the_first_of_them(cast: Cast):
    table = lay_table(cast)
    bring(cast, POLICE, [make_draft(incident_date=parse_span("2026-10-08/2026-10-14")) for _ in range(7)])
    keep(cast, POLICE)

    [aside] = [entry for entry in table.paper(POLICE).parts[-1].entries if entry.title.startswith("Contactambtenaar")]

    assert aside.title == "Contactambtenaar op de hoogte: 7 zaken"
    assert len(aside.notes) == 6
    assert aside.notes[-1] == "En nog 2 zaken; alle staan bij Termijnen."
    assert not any("Contactambtenaar" in str(part) for part in table.paper(DRENTHE).parts)
