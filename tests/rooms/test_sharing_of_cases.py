"""From an export to the other partners' rows: who gets what, who gets nothing, and what a change or a withdrawal does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.cases import actions, intake
from hub.cases.actions import ConsentAsked
from hub.cases.draft import Refusal
from hub.cases.queries import OwnWanted, own_case, own_cases
from hub.cases.received import Wanted, received, received_case
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.words import Secret
from hub.sharing.facts import Absence, Span, parse_span
from tests.cast import DRENTHE, EMMEN, EVERYBODY, FRYSLAN, GRONINGEN, NOON, OM, OUTSIDER, POLICE, Cast
from tests.make import BUREAU_WORDS, FACTS, Delivery, make_draft


def take_in(cast: Cast, slug: str, *drafts):
    with cast.as_person(slug) as work:
        return intake.take_in(work, reading=Delivery(drafts), house=cast.house)


def inbox(cast: Cast, slug: str):
    with cast.as_person(slug) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


def own(cast: Cast, slug: str):
    with cast.as_person(slug) as work:
        return own_cases(work, house=cast.house, wanted=OwnWanted())


def test_a_police_case_reaches_the_bureau_of_its_province_by_the_week_and_nobody_else(cast: Cast):
    receipt = take_in(cast, POLICE, make_draft(narrative="Een buur riep iets.", reported_by="slachtoffer"))

    [row] = inbox(cast, GRONINGEN)
    assert receipt.shared == {GRONINGEN: 1}
    assert row.facts["incident_date"] == parse_span("2026-10-01/2026-10-07")
    assert row.facts["place"] == "GM1979"
    assert row.facts["status"] == "open"
    assert "narrative" not in row.facts
    assert "reported_by" not in row.facts
    assert {slug: len(inbox(cast, slug)) for slug in EVERYBODY if slug != GRONINGEN} == dict.fromkeys(set(EVERYBODY) - {GRONINGEN}, 0)


def test_every_recipient_gets_a_code_of_its_own(cast: Cast):
    take_in(cast, POLICE, make_draft(place="GM0114"))

    [in_drenthe], [in_emmen], [at_home] = inbox(cast, DRENTHE), inbox(cast, EMMEN), own(cast, POLICE)
    assert len({in_drenthe.code, in_emmen.code, at_home.code}) == 3


def test_the_same_export_twice_changes_nothing(cast: Cast):
    draft = make_draft()
    take_in(cast, POLICE, draft)
    before = inbox(cast, GRONINGEN)

    receipt = take_in(cast, POLICE, draft)

    assert (receipt.received, receipt.new, receipt.updated, receipt.unchanged, receipt.vanished) == (1, 0, 0, 1, 0)
    assert [(row.code, row.visible_revision, row.changed_on) for row in inbox(cast, GRONINGEN)] == [
        (row.code, row.visible_revision, row.changed_on) for row in before
    ]


def test_a_changed_row_is_a_new_revision_and_the_recipient_sees_which_fact_changed(cast: Cast):
    draft = make_draft(reference="PL-1")
    take_in(cast, POLICE, draft)

    receipt = take_in(cast, POLICE, make_draft(reference="PL-1", status="afgesloten"))

    [row] = inbox(cast, GRONINGEN)
    assert (receipt.new, receipt.updated) == (0, 1)
    assert row.facts["status"] == "gesloten"
    assert row.visible_revision == 2
    assert [fact for fact, revision in row.fact_revisions.items() if revision == 2] == ["status"]


def test_an_update_that_changes_nothing_permitted_leaves_every_byte_of_the_recipients_row_as_it_was(cast: Cast, superuser):
    asked = "SELECT i::text FROM hub.inbox i"
    take_in(cast, POLICE, make_draft(reference="PL-1", accused="buur"))
    before = superuser.execute(asked).fetchall()

    receipt = take_in(cast, POLICE, make_draft(reference="PL-1", accused="vreemde"))

    assert receipt.updated == 1
    assert receipt.shared == {}
    assert superuser.execute(asked).fetchall() == before


def test_a_row_that_vanished_from_the_export_is_reported_and_stays(cast: Cast):
    take_in(cast, POLICE, make_draft(reference="PL-1"), make_draft(reference="PL-2"))

    receipt = take_in(cast, POLICE, make_draft(reference="PL-2"))

    assert receipt.vanished == 1
    assert len(inbox(cast, GRONINGEN)) == 2


def test_a_bureau_shares_nothing_without_consent_and_everything_agreed_with_it(cast: Cast):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS))
    assert inbox(cast, POLICE) == ()
    [case] = own(cast, FRYSLAN)

    with cast.as_person(FRYSLAN) as work:
        said = ConsentAsked("given", ("case_work", "collection"))
        delivery = actions.record_consent(work, code=case.code, recipient=POLICE, asked=said, house=cast.house)

    [row] = inbox(cast, POLICE)
    assert delivery.shared == {POLICE: 1}
    assert row.facts["place"] == "GM0080"
    assert inbox(cast, OM) == ()


def test_withdrawal_takes_the_row_away_in_the_same_transaction_and_leaves_a_receipt(cast: Cast):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given", OM: "given"}))
    [case] = own(cast, FRYSLAN)
    [row] = inbox(cast, POLICE)

    with cast.as_person(FRYSLAN) as work:
        receipt = actions.withdraw_consent(work, code=case.code, recipient=POLICE, house=cast.house)

    assert [(gone.recipient.slug, gone.code, gone.was_opened) for gone in receipt.gone] == [(POLICE, row.code, True)]
    assert inbox(cast, POLICE) == ()
    assert len(inbox(cast, OM)) == 1
    with cast.as_person(POLICE) as work, pytest.raises(NotFound, match="niet meer met u gedeeld"):
        received_case(work, house=cast.house, code=row.code)


def test_an_export_never_gives_back_a_consent_that_a_person_withdrew(cast: Cast):
    first = make_draft(reference="F-1", place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"})
    take_in(cast, FRYSLAN, first)
    [case] = own(cast, FRYSLAN)
    with cast.as_person(FRYSLAN) as work:
        actions.withdraw_consent(work, code=case.code, recipient=POLICE, house=cast.house)

    take_in(
        cast, FRYSLAN, make_draft(reference="F-1", place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"}, nature="geweld")
    )

    assert inbox(cast, POLICE) == ()


def test_a_new_last_day_of_a_row_is_no_news_for_its_recipient(cast: Cast):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    [case], [before] = own(cast, FRYSLAN), inbox(cast, POLICE)

    with cast.as_person(FRYSLAN, now=NOON + timedelta(days=3)) as work:
        said = ConsentAsked("given", ("case_work", "collection"), until=date(2026, 12, 24))
        actions.record_consent(work, code=case.code, recipient=POLICE, asked=said, house=cast.house)

    [after] = inbox(cast, POLICE)
    assert after.shown_until == date(2026, 12, 24)
    assert (after.changed_on, after.revised_on, after.visible_revision) == (before.changed_on, before.revised_on, before.visible_revision)


def test_a_row_that_is_given_for_the_collection_only_stands_in_no_list_and_behind_no_code(cast: Cast, superuser):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS))
    [case] = own(cast, FRYSLAN)
    with cast.as_person(FRYSLAN) as work:
        actions.record_consent(work, code=case.code, recipient=POLICE, asked=ConsentAsked("given", ("collection",)), house=cast.house)

    [(code,)] = superuser.execute("SELECT code FROM hub.inbox WHERE for_collection").fetchall()

    assert inbox(cast, POLICE) == ()
    with cast.as_person(POLICE) as work, pytest.raises(NotFound):
        received_case(work, house=cast.house, code=code)


def test_what_an_own_tombstone_says_is_not_said_to_its_giver_as_a_recipient(cast: Cast):
    take_in(cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: "given"}))
    [case], [row] = own(cast, FRYSLAN), inbox(cast, POLICE)
    with cast.as_person(FRYSLAN) as work:
        actions.withdraw_consent(work, code=case.code, recipient=POLICE, house=cast.house)

    with cast.as_person(FRYSLAN) as work, pytest.raises(NotFound) as absent:
        received_case(work, house=cast.house, code=row.code)

    assert absent.value.sentence == NotFound().sentence


def test_a_row_that_changed_is_opened_anew_and_the_giver_reads_which_version_was(cast: Cast, superuser):
    take_in(cast, POLICE, make_draft(reference="P-1"))
    inbox(cast, GRONINGEN)
    inbox(cast, GRONINGEN)

    take_in(cast, POLICE, make_draft(reference="P-1", nature="geweld"))
    inbox(cast, GRONINGEN)

    asked = "SELECT visible_revision FROM hub.disclosure ORDER BY visible_revision"
    assert superuser.execute(asked).fetchall() == [(1,), (2,)]


def test_a_narrative_that_may_not_be_released_is_refused_without_being_said_again(cast: Cast):
    receipt = take_in(cast, FRYSLAN, make_draft(circumstances=BUREAU_WORDS, narrative="Bel mij op 06-12345678."))

    [refusal] = receipt.refused
    assert (receipt.new, refusal.value) == (0, None)
    assert "06-12345678" not in repr(refusal)


def test_a_sealed_narrative_opens_in_its_own_row_only(cast: Cast, superuser):
    for narrative in ("Een buur riep iets.", "Iemand bekladde de deur."):
        told = {"place": "GM0080", "circumstances": BUREAU_WORDS, "consents": {POLICE: "given"}}
        take_in(cast, FRYSLAN, make_draft(**told, narrative=narrative))
    [first, second] = inbox(cast, POLICE)

    swap = "UPDATE hub.inbox SET narrative = (SELECT narrative FROM hub.inbox WHERE code = %s) WHERE code = %s"
    superuser.execute(swap, [first.code, second.code])

    assert {first.facts["narrative"], second.facts["narrative"]} == {"Een buur riep iets.", "Iemand bekladde de deur."}
    opened = {row.code: row.facts.get("narrative") for row in inbox(cast, POLICE)}
    assert opened == {first.code: first.facts["narrative"], second.code: None}


def test_an_export_that_says_consent_is_over_takes_the_row_away(cast: Cast):
    told = {"reference": "F-1", "place": "GM0080", "circumstances": BUREAU_WORDS}
    take_in(cast, FRYSLAN, make_draft(**told, consents={POLICE: "given"}))

    take_in(cast, FRYSLAN, make_draft(**told, consents={POLICE: "expired"}))

    assert inbox(cast, POLICE) == ()


@pytest.mark.parametrize("strange", [{"consents": {"verzonnen": "given"}}, {"concerns": ("verzonnen",)}], ids=["consent", "concern"])
def test_a_row_that_names_a_recipient_who_is_no_partner_is_refused_and_the_others_go_on(cast: Cast, strange: dict):
    receipt = take_in(
        cast, FRYSLAN, make_draft(place="GM0080", circumstances=BUREAU_WORDS, **strange), make_draft(circumstances=BUREAU_WORDS)
    )

    assert (receipt.received, receipt.new, [refusal.value for refusal in receipt.refused]) == (2, 1, ["verzonnen"])


def test_a_row_with_refusals_on_both_sides_of_a_batch_is_received_once(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "AT_ONCE", 2)
    refusals = [Refusal(row, "kolom", "?", "Onbekend.") for row in (2, 3, 3, 3, 4)]

    receipt = take_in(cast, POLICE, *refusals)

    assert (receipt.received, receipt.refused_count) == (3, 5)


def test_an_update_of_a_closed_case_does_not_close_it_anew(cast: Cast, superuser):
    facts, day = {**FACTS, "status": "afgesloten"}, date(2026, 10, 30)
    take_in(cast, FRYSLAN, replace(make_draft(circumstances=BUREAU_WORDS, status="afgesloten"), closed_on=day))
    [case] = own(cast, FRYSLAN)

    with cast.as_person(FRYSLAN) as work:
        changed = {**facts, "nature": "geweld"}
        actions.revise(work, code=case.code, facts=changed, circumstances=BUREAU_WORDS, basis=(1, cast.house))

    assert superuser.execute("SELECT latest_no, closed_on FROM hub.contribution").fetchall() == [(2, day)]


def test_a_code_of_another_partner_looks_like_a_code_that_never_existed(cast: Cast):
    take_in(cast, POLICE, make_draft())
    [row] = inbox(cast, GRONINGEN)

    with cast.as_person(OUTSIDER) as work, pytest.raises(NotFound) as hidden:
        received_case(work, house=cast.house, code=row.code)
    with cast.as_person(OUTSIDER) as work, pytest.raises(NotFound) as absent:
        received_case(work, house=cast.house, code="0000000000W")

    assert hidden.value.sentence == absent.value.sentence


def test_the_giver_sees_who_has_what_and_why_not(cast: Cast):
    take_in(cast, POLICE, make_draft(reference="PL-7", accused="buur", terrain=Absence.UNKNOWN))
    [line] = own(cast, POLICE)

    with cast.as_person(POLICE) as work:
        case = own_case(work, house=cast.house, code=line.code)

    by_recipient = {given.recipient.slug: given for given in case.given}
    assert by_recipient[GRONINGEN].state == "shown"
    assert by_recipient[GRONINGEN].states["accused"] == "p"
    assert by_recipient[GRONINGEN].states["terrain"] == "u"
    assert by_recipient[DRENTHE].because == ("outside_province",)
    assert case.reference is not None
    assert case.reference.reveal() == "PL-7"
    assert isinstance(case.facts["incident_date"], Span)


def test_an_import_that_fails_halfway_leaves_nothing_behind(cast: Cast, superuser):
    with pytest.raises(RuntimeError), cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)
        raise RuntimeError

    counts = "SELECT (SELECT count(*) FROM hub.contribution) + (SELECT count(*) FROM hub.inbox) + (SELECT count(*) FROM audit.entry)"
    assert superuser.execute(counts).fetchone() == (0,)


def test_an_incident_that_has_not_happened_yet_is_refused_and_a_month_that_has_begun_is_not(cast: Cast):
    receipt = take_in(cast, POLICE, make_draft(incident_date=parse_span("2026-11-05")), make_draft(incident_date=parse_span("2026-11")))

    assert (receipt.new, [refusal.reason for refusal in receipt.refused]) == (1, ["Deze datum ligt in de toekomst."])
    with cast.as_person(GRONINGEN) as work, pytest.raises(Invalid) as refused:
        facts = dict(make_draft(incident_date=parse_span("2027")).facts)
        actions.release(work, facts=facts, circumstances=BUREAU_WORDS, house=cast.house)
    assert refused.value.problems[-1].place == "incident_date"


def test_a_row_that_is_refused_this_time_stood_in_the_file_and_did_not_vanish(cast: Cast):
    take_in(cast, POLICE, make_draft(reference="PL-1"), make_draft(reference="PL-2"), make_draft(reference="PL-3"))

    refused = Refusal(3, "Aard", "iets nieuws", "Dit woord staat in geen tabel.", Secret("PL-1"))
    receipt = take_in(cast, POLICE, refused, make_draft(reference="PL-2", incident_date=parse_span("2027-01-01")))

    assert (receipt.refused_count, receipt.vanished) == (2, 1)


def test_cases_that_came_in_on_another_day_are_updated_in_bulk(cast: Cast):
    earlier = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with cast.as_person(POLICE, now=earlier) as work:
        intake.take_in(work, reading=Delivery([make_draft(reference=f"PL-{n}") for n in range(40)]), house=cast.house)

    receipt = take_in(cast, POLICE, *(make_draft(reference=f"PL-{n}", nature="geweld") for n in range(40)))

    assert (receipt.updated, receipt.shared) == (40, {GRONINGEN: 40})


@pytest.mark.parametrize(("word", "still_seen"), [("not_asked", True), ("given", True), ("refused", False), ("withdrawn", False)])
def test_an_export_may_end_what_a_person_recorded_and_never_forget_or_widen_it(cast: Cast, superuser, word: str, still_seen: bool):
    take_in(cast, FRYSLAN, make_draft(reference="F-9", place="GM0080", circumstances=BUREAU_WORDS))
    [case] = own(cast, FRYSLAN)
    with cast.as_person(FRYSLAN) as work:
        said = ConsentAsked("given", ("case_work",), "guardian", "phone", date(2026, 12, 31))
        actions.record_consent(work, code=case.code, recipient=POLICE, asked=said, house=cast.house)

    take_in(
        cast, FRYSLAN, make_draft(reference="F-9", place="GM0080", circumstances=BUREAU_WORDS, consents={POLICE: word}, nature="geweld")
    )

    assert bool(inbox(cast, POLICE)) is still_seen
    latest = superuser.execute("SELECT purposes, given_by, until FROM hub.consent ORDER BY no DESC LIMIT 1").fetchone()
    assert (latest == (["case_work"], "guardian", date(2026, 12, 31))) is still_seen
