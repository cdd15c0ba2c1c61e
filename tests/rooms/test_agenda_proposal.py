"""From lines to an agenda: proposed by who runs the block, changed by people, taken back, settled, and kept as an edition by everybody."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from hub.agendas import actions, queries, settling
from hub.agendas.actions import Overrun, Wish
from hub.agendas.tables import EditionRow, ItemRow
from hub.cases import actions as giving
from hub.cases.received import Wanted, received
from hub.consultations.queries import consultation
from hub.consultations.rules import NotNow, State
from hub.kernel.errors import Invalid, NotFound, Refused
from hub.sharing.facts import Span
from tests.agendas import Table, lay_table
from tests.cast import DRENTHE, EMMEN, OM, OUTSIDER, POLICE, Cast
from tests.consulting import MEETS, TABLE, make_block, make_consultation
from tests.meeting import Room

WISH = Wish("own", "", "", None, "Loopt vast bij de gemeente.", 10, is_urgent=False)


@pytest.fixture
def table(cast: Cast) -> Table:
    made = lay_table(cast)
    for place in ("GM0114", "GM1680", "GM0106"):
        made.bring(DRENTHE, place=place)
    made.place()
    made.propose()
    return made


def nominate(table: Table, slug: str, wish: Wish) -> None:
    with table.at(slug) as work:
        actions.nominate(work, consultation=table.meeting, wish=wish, house=table.cast.house)


def told(table: Table) -> list[tuple[object, ...]]:
    return [(item.code, item.state, item.no, item.minutes, item.because) for item in table.items(POLICE)]


def test_every_line_is_an_item_with_a_code_of_four_signs_and_its_reason(table: Table):
    items = table.items(POLICE)

    assert [item.no for item in items] == [1, 2, 3]
    assert {item.state for item in items} == {"proposed"}
    assert all(item.reasons[0].startswith("Nieuw sinds ") and len(item.code) == 4 for item in items)
    assert [item.brought_by for item in items] == [table.cast.partners[DRENTHE].name] * 3
    assert table.items(EMMEN) == []


def test_who_does_not_run_the_block_reads_the_agenda_only_once_it_is_settled(table: Table):
    with table.at(OM) as work:
        before = [part.items for part in queries.agenda(work, consultation=table.meeting).parts]
    table.settle()
    table.publish()

    with table.at(OM) as work:
        after = queries.agenda(work, consultation=table.meeting)
    assert before == [(), ()]
    assert [len(part.items) for part in after.parts] == [3, 0]
    assert after.parts[0].items[1].starts - after.parts[0].items[0].starts == timedelta(minutes=12)
    assert after.edition is not None
    assert (after.edition.number, after.edition.is_outdated) == (1, False)


def test_taking_everything_back_gives_the_computed_agenda(table: Table):
    before, items = told(table), table.items(POLICE)
    with table.at(POLICE) as work:
        actions.shift(work, consultation=table.meeting, item=items[2].id, by=-1)
        actions.give_minutes(work, consultation=table.meeting, item=items[0].id, minutes=30)
        actions.decline(work, consultation=table.meeting, item=items[1].id, because="Komt volgende keer.")
        actions.add_theme(work, consultation=table.meeting, block=table.blocks["Allen"], theme="Ladder van inzet", minutes=10)
    changed = told(table)

    with table.at(POLICE) as work:
        actions.reset(work, consultation=table.meeting)

    assert len(changed) == 4
    assert ("left_out", "Afgewezen door de coördinator: Komt volgende keer.") in [(one[1], one[4]) for one in changed]
    assert told(table) == before


def test_computing_again_keeps_what_people_did_and_adds_what_is_new(table: Table):
    first = table.items(POLICE)[0]
    with table.at(POLICE) as work:
        actions.give_minutes(work, consultation=table.meeting, item=first.id, minutes=30)
    table.bring(DRENTHE, place="GM0119")
    table.place()
    table.propose()

    after = {item.id: item for item in table.items(POLICE)}
    assert (after[first.id].minutes, after[first.id].is_changed) == (30, True)
    assert len(after) == 4


def test_nobody_changes_items_of_a_block_that_another_runs_and_nothing_changes_after_settling(table: Table):
    item = table.items(POLICE)[0]
    for slug in (OM, EMMEN, OUTSIDER):
        with pytest.raises(NotFound), table.at(slug) as work:
            actions.decline(work, consultation=table.meeting, item=item.id, because="Niet nodig.")
    with pytest.raises(Refused), table.at(OM) as work:
        actions.settle(work, consultation=table.meeting)
    table.settle()

    with pytest.raises(NotNow), table.at(POLICE) as work:
        actions.decline(work, consultation=table.meeting, item=item.id, because="Niet nodig.")


def test_an_agenda_that_is_too_long_is_settled_only_if_somebody_says_so(table: Table):
    with table.at(POLICE) as work:
        for item in queries.items(work, consultation=table.meeting):
            actions.give_minutes(work, consultation=table.meeting, item=item.id, minutes=30)

    with pytest.raises(Overrun, match="Allen duurt 60 minuten, de punten samen 90"):
        table.settle()
    table.settle(overrun="yes")
    with table.at(POLICE) as work:
        assert consultation(work, id=table.meeting).state is State.PUBLISHED


def test_every_organisation_keeps_its_own_edition_and_is_told_once(table: Table, superuser: psycopg.Connection):
    table.settle()
    table.publish()
    table.publish()

    for slug in (DRENTHE, EMMEN, POLICE, OM):
        with table.at(slug) as work:
            assert work.session.scalar(select(func.count()).select_from(EditionRow)) == 1
    told = superuser.execute("SELECT partner, count(*) FROM hub.notice WHERE kind = 'agenda_ready' GROUP BY partner").fetchall()
    assert sorted(told) == sorted((table.cast.id(slug), 1) for slug in (DRENTHE, EMMEN, POLICE, OM))
    with pytest.raises(NotFound):
        table.paper(OUTSIDER)


def test_a_case_that_goes_after_publishing_empties_the_item_and_makes_the_edition_outdated(table: Table):
    table.settle()
    table.publish()
    code = table.bring(DRENTHE, place="GM0106")
    with table.at(DRENTHE) as work:
        codes = [entry.own[0][1] for part in queries.agenda_paper(work, house=table.cast.house, consultation=table.meeting).parts
                 for entry in part.entries if entry.own]  # fmt: skip
    assert len(codes) == 3
    assert code not in codes

    with table.at(DRENTHE) as work:
        giving.withdraw_consent(work, code=codes[0].replace("-", ""), recipient=OM, house=table.cast.house)

    for slug in (DRENTHE, POLICE, OM):
        with table.at(slug) as work:
            agenda = queries.agenda(work, consultation=table.meeting)
        assert agenda.edition is not None
        assert agenda.edition.is_outdated
        assert [item.is_withdrawn for part in agenda.parts for item in part.items].count(True) == 1
    with table.at(OM) as work:
        assert actions.renew(work, consultation=table.meeting) == 2
        assert actions.renew(work, consultation=table.meeting) == 2


def test_an_own_case_that_is_nominated_leads_with_who_said_so(table: Table):
    code = table.bring(DRENTHE, place="GM1701")
    nominate(table, DRENTHE, replace(WISH, code=code, is_urgent=True))
    table.propose()

    first = table.items(POLICE)[0]
    assert (first.no, first.is_must) == (1, True)
    assert first.reasons[:2] == ("Onrust of veiligheid", f"Aangemeld door {table.cast.partners[DRENTHE].name}")
    assert first.line is not None
    assert first.line.because == WISH.because


def test_who_received_a_case_nominates_it_to_its_giver_and_cannot_call_it_urgent(table: Table):
    with table.at(OM) as work:
        code = received(work, house=table.cast.house, wanted=Wanted()).rows[0].code
    nominate(table, OM, replace(WISH, about="received", code=code, is_urgent=True))
    with table.at(DRENTHE) as work:
        assert [one.code for one in queries.nominations(work, consultation=table.meeting)] == [code]
    with table.at(POLICE) as work:
        assert queries.nominations(work, consultation=table.meeting) == ()
    table.place(DRENTHE)

    [line] = [line for line in table.lines(POLICE) if line.nominated_by]
    assert (line.nominated_by, line.is_urgent) == ((table.cast.partners[OM].name,), False)


def test_a_nomination_of_somebody_outside_the_block_is_not_told_in_it(cast: Cast):
    table = lay_table(cast, blocks={"Bureau en politie": (DRENTHE, POLICE)})
    table.bring(DRENTHE)
    with table.at(OM) as work:
        code = received(work, house=cast.house, wanted=Wanted()).rows[0].code
    nominate(table, OM, replace(WISH, about="received", code=code))
    table.place()

    [line] = table.lines(POLICE)
    assert (line.nominated_by, line.because, line.minutes_asked) == ((), None, None)


def test_a_theme_is_for_the_people_of_one_block(table: Table):
    nominate(table, OM, replace(WISH, about="theme", theme="Aangiftebereidheid", block=table.blocks["Politie en OM"]))
    table.propose()

    [theme] = [item for item in table.items(POLICE) if item.kind == "theme"]
    assert (theme.title, theme.block) == ("Aangiftebereidheid", table.blocks["Politie en OM"])
    assert theme.reasons[-1] == WISH.because
    assert not [item for item in table.items(DRENTHE) if item.kind == "theme"]


WRONG = (
    (replace(WISH, code="2345"), "code"), (replace(WISH, minutes=2), "minutes"), (replace(WISH, because=""), "because"),
    (replace(WISH, because="Bel 06-12345678 over deze zaak."), "because"), (replace(WISH, about="theme", theme="Iets"), "block"),
    (replace(WISH, about="anders"), "about"),
)  # fmt: skip


@pytest.mark.parametrize(("wish", "field"), WRONG, ids=[field for _, field in WRONG])
def test_a_nomination_that_is_not_right_says_which_field(table: Table, wish: Wish, field: str):
    with pytest.raises(Invalid) as refused, table.at(DRENTHE) as work:
        actions.nominate(work, consultation=table.meeting, wish=wish, house=table.cast.house)

    assert [problem.place for problem in refused.value.problems] == [field]


def test_a_case_of_others_cannot_be_nominated(table: Table):
    code = table.bring(DRENTHE, place="GM1701")
    for about in ("own", "received"):
        with pytest.raises(NotFound), table.at(EMMEN) as work:
            actions.nominate(work, consultation=table.meeting, wish=replace(WISH, about=about, code=code), house=table.cast.house)


def test_what_was_held_over_comes_back_once_with_the_minutes_that_were_left(cast: Cast):
    table = lay_table(cast)
    table.bring(DRENTHE)
    table.place()
    table.propose()
    table.settle()
    with table.at(POLICE) as work:
        row = work.session.scalars(select(ItemRow)).one()
        row.state, row.outcome, row.begun_at, row.ended_at = "held_over", "held_over", table.now, table.now + timedelta(minutes=4)
        first = row.id
    table.step("held")
    later = lay_later(table)
    later.place()
    later.propose()
    later.propose()

    [item] = later.items(POLICE)
    with later.at(POLICE) as work:
        rows = work.session.scalars(select(ItemRow).where(ItemRow.follows == first)).all()
    assert [row.id for row in rows] == [item.id]
    assert (item.held_over, item.minutes, item.reasons[0]) == (1, 8, "Aangehouden")


def lay_later(table: Table) -> Table:
    """The next meeting of the same body."""
    from_now = timedelta(days=70)
    meeting = table.make_next(from_now)
    return Table(table.cast, meeting, table.blocks, table.now + from_now)


def test_of_a_meeting_that_falls_out_no_item_stands(table: Table):
    table.settle()
    table.cancel()

    with table.cast.as_clerk(POLICE) as work:
        assert settling.let_go(work, meeting=consultation(work, id=table.meeting)) == 3
        assert settling.let_go(work, meeting=consultation(work, id=table.meeting)) == 0
    assert {item.state for item in table.items(POLICE)} == {"held_over"}


def test_what_was_on_the_agenda_of_a_cancelled_meeting_comes_back_by_itself_with_what_it_followed(cast: Cast):
    table = lay_table(cast)
    table.bring(DRENTHE)
    with table.at(POLICE) as work:
        theme = replace(WISH, about="theme", theme="Jaarwisseling", block=table.blocks["Allen"])
        actions.nominate(work, consultation=table.meeting, wish=theme, house=cast.house)
    table.place()
    table.propose()
    table.settle()
    table.cancel()
    with cast.as_clerk(POLICE) as work:
        assert settling.let_go(work, meeting=consultation(work, id=table.meeting)) == 2
    later = lay_later(table)
    later.place()
    later.propose()

    before, after = table.items(POLICE), later.items(POLICE)
    assert sorted(item.kind for item in after) == ["case", "theme"]
    assert all(item.state == "proposed" and item.held_over == 1 and "Aangehouden" in item.reasons for item in after)
    with later.at(POLICE) as work:
        rows = work.session.scalars(select(ItemRow.follows).where(ItemRow.consultation == later.meeting)).all()
    assert set(rows) == {item.id for item in before}


def test_a_term_that_may_end_before_the_next_meeting_is_a_reason_that_all_of_the_block_can_compute(cast: Cast):
    table = lay_table(cast)
    day = Span(date(2026, 10, 21), date(2026, 10, 21))
    table.bring(DRENTHE, place="GM0114", nature="vijandige_bejegening", report_kind="melding", incident_date=day)
    table.bring(DRENTHE, place="GM1680", nature="geweld", report_kind="melding")
    table.place()
    table.propose()

    reasons = [item.reasons for item in table.items(POLICE)]
    assert sorted(any(one.startswith("Termijn kan aflopen op ") for one in some) for some in reasons) == [False, True]
    assert ["Termijn kan aflopen op 15 januari" in some for some in reasons].count(True) == 1  # all of them know the week


def test_what_is_still_open_stands_in_the_block_for_actions_of_who_knows_of_it(cast: Cast):
    room = Room(cast)
    agreed = room.agreed()
    small = room.agreed(block=room.small, owner=cast.id(OM))
    after = make_consultation(cast, starts=MEETS + timedelta(days=63), state="published")
    make_block(cast, consultation=after, seats=TABLE, kind="agreements", name="Actiepunten")

    def codes(slug: str) -> list[str]:
        with cast.as_person(slug) as work:
            paper = queries.agenda_paper(work, house=cast.house, consultation=after)
        return [entry.code for part in paper.parts for entry in part.entries if entry.title.startswith("Open: ")]

    assert codes(DRENTHE) == codes(POLICE) == [agreed.code]
    assert small.code not in codes(OM)  # not everybody in this block knows of it; it stands on the page of actions
