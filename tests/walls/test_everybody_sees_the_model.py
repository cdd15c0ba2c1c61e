"""
Histories of deeds by several partners: after every one of them everybody sees exactly what a second, plain account says.

The account (model.py, agreed.py) knows days, words and dicts, and calls nothing of the rooms. That the comparison can fail is shown by
faults that are planted one by one: each is found within the same number of histories, some of them in a night's run alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import and_, select

from hub.cases import actions, inbox, readable, received, rows, standing
from hub.cases.actions import ConsentAsked
from hub.cases.house import House
from hub.kernel.database import Work
from hub.referrals import actions as referring
from hub.sharing import compiled, decide, register
from hub.sharing.tables import agreed_among
from hub.threads.tables import ThreadRow
from tests.agreeing import kept_register
from tests.cast import Cast
from tests.nights import is_night
from tests.walls.everybody import Everybody
from tests.walls.playing import Stage

IN_A_NIGHT = is_night()
HISTORIES, DEEDS = (settings().max_examples, 50) if IN_A_NIGHT else (200, 30)
LIKE = settings(max_examples=HISTORIES, stateful_step_count=DEEDS, derandomize=not IN_A_NIGHT, database=None,
                suppress_health_check=list(HealthCheck))  # fmt: skip


@pytest.fixture
def stage(cast: Cast, superuser: psycopg.Connection, emptied: str) -> Iterator[Stage]:
    with kept_register(superuser):
        yield Stage(cast, superuser, emptied)


def play(stage: Stage, how: settings, *themes: str) -> None:
    run_state_machine_as_test(type("History", (Everybody,), {"stage": stage, "themes": themes or Everybody.themes}), settings=how)


def test_after_every_deed_everybody_sees_what_the_plain_account_says(stage: Stage):
    play(stage, LIKE)


def no_consent(plant: pytest.MonkeyPatch) -> None:
    """The reporter is not asked."""
    steps = tuple(one for one in decide.STEPS if one is not decide.consent)
    plant.setattr(compiled, "weigh", lambda case, **told: decide.weigh(case, **told, steps=steps))


def no_holds(plant: pytest.MonkeyPatch) -> None:
    """What is held back goes all the same."""
    plant.setattr(standing, "held_of", lambda *_, **__: {})


def read_after_a_stop(plant: pytest.MonkeyPatch) -> None:
    """The list does not ask whether an agreement of today gave the row."""
    old, own = received._NEWEST, received.INBOX.c.policy_version  # of the row itself: there may be no agreement of today to name
    columns = (own if column.name == "policy_version" else column for column in old.selected_columns)
    without = old.with_only_columns(*columns, maintain_column_froms=True)
    without._where_criteria = (readable.SHARED, received.INBOX.c.for_case_work)
    plant.setattr(received, "_NEWEST", without)


def withdrawn_and_left(plant: pytest.MonkeyPatch) -> None:
    """A withdrawal is written down and changes nothing."""

    def withdraw(work: Work, *, code: str, recipient: str, house: House) -> None:
        whom = actions.partner_named(work, slug=recipient)
        row = actions.locked(work, code=code)
        latest = actions.latest_consents(work, contributions=[row.id])[row.id].get(whom.id)
        if latest is None or latest.state not in ("given", "narrowed"):
            raise actions.Conflict("Er is geen toestemming.")
        actions.append_consent(work, contribution=row.id, recipient=whom.id, said=ConsentAsked("withdrawn", latest.purposes))

    plant.setattr(actions, "withdraw_consent", withdraw)


def narrower_not_narrowing(plant: pytest.MonkeyPatch) -> None:
    """A version that takes something away is taken for one that takes nothing away."""
    plant.setattr(register, "takes_away", lambda *_, **__: False)


def older_cases_opened(plant: pytest.MonkeyPatch) -> None:
    """A newer version counts for older cases too."""
    plant.setattr(compiled, "effective", lambda terms: terms.policy)


def declined_and_kept(plant: pytest.MonkeyPatch) -> None:
    """A referral that was turned down keeps its bureau tied to the case."""
    for room in (standing, referring):
        plant.setattr(room, "loosened", lambda _: select(ThreadRow.id).where(ThreadRow.kind == "nothing"))


def declined_and_read(plant: pytest.MonkeyPatch) -> None:
    """What a bureau turned down it can open until the clock has taken the row away."""
    everything = and_(readable.SHARED, agreed_among(row=readable.INBOX, recipient=readable.ME, day=readable.DAY))
    of_everything = received._ROWS.with_only_columns(*received._ROWS.selected_columns, maintain_column_froms=True)
    of_everything._where_criteria = (everything,)
    plant.setattr(received, "_ROWS", of_everything)


def consent_of_another(plant: pytest.MonkeyPatch) -> None:
    """A yes for one recipient counts for all."""
    old = standing.consents_of

    def of_anybody(work: Work, **told: Any) -> Mapping[Any, Any]:
        found = old(work, **told)
        return {case: {whom: next(iter(said.values())) for whom in range(1, 11)} if said else said for case, said in found.items()}

    plant.setattr(standing, "consents_of", of_anybody)


def not_asked_back(plant: pytest.MonkeyPatch) -> None:
    """Who opened a row that went hears nothing of it."""
    plant.setattr(inbox, "recall", lambda *_, **__: 0)


def revision_without_news(plant: pytest.MonkeyPatch) -> None:
    """The revision that a recipient sees rises with every update of the giver."""
    old = rows._changed
    plant.setattr(rows, "_changed", lambda *told: old(*told) or {"place"})


FAULTS = {
    no_consent: "reporters", no_holds: "reporters", read_after_a_stop: "agreements", withdrawn_and_left: "reporters",
    narrower_not_narrowing: "agreements", older_cases_opened: "agreements", declined_and_kept: "referrals", declined_and_read: "referrals",
    consent_of_another: "reporters", not_asked_back: "reporters", revision_without_news: "reporters",
}  # fmt: skip
FOUND_SOON = (no_consent, withdrawn_and_left, narrower_not_narrowing)


@pytest.mark.parametrize("fault", FAULTS if IN_A_NIGHT else FOUND_SOON)
def test_a_planted_fault_is_found_within_as_many_histories(fault: Any, stage: Stage, monkeypatch: pytest.MonkeyPatch):
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        play(stage, settings(LIKE, phases=[Phase.generate], report_multiple_bugs=False), FAULTS[fault])
