"""What is asked of the ledger beside the calendar: now, once more, and whether anybody is listening."""

import ast
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from hub.kernel import ledger
from hub.kernel.errors import Refused
from hub.kernel.words import Month
from tests.cast import DRENTHE, NOON, OM, OUTSIDER, POLICE, Cast
from tests.rooms.collecting import open_month

HUB = Path(__file__).parents[2] / "hub"
RUNS = "SELECT job, period, partner, state, forgiven FROM hub.job_run ORDER BY job, period"
LATER = NOON + timedelta(days=3)


def runs(superuser: psycopg.Connection) -> list[tuple[object, ...]]:
    return superuser.execute(RUNS).fetchall()


def test_a_job_that_is_asked_for_stands_in_the_ledger_once_and_only_with_its_transaction(cast: Cast, superuser):
    with cast.as_clerk(POLICE) as work:
        first = ledger.put_due(work, job="documents", period="2026-10/drenthe/om", partner=cast.id(OM))
        again = ledger.put_due(work, job="documents", period="2026-10/drenthe/om", partner=cast.id(OM))
    with pytest.raises(ZeroDivisionError), cast.as_clerk(POLICE) as work:
        ledger.put_due(work, job="documents", period="2026-11/drenthe/om", partner=cast.id(OM))
        raise ZeroDivisionError

    assert (first, again) == (True, False)
    assert runs(superuser) == [("documents", "2026-10/drenthe/om", cast.id(OM), "due", 0)]


def test_the_coordinator_of_a_gathering_may_ask_to_gather_and_to_deliver(cast: Cast, superuser):
    open_month(cast, month=Month(2026, 10), now=NOON)
    with cast.as_person(POLICE) as work:
        assert ledger.put_due(work, job="deliver", period="2026-10/drenthe", partner=None)
        assert ledger.put_due(work, job="gather", period=f"2026-10/drenthe/{OM}", partner=cast.id(OM))

    assert runs(superuser) == [("deliver", "2026-10/drenthe", None, "due", 0), ("gather", f"2026-10/drenthe/{OM}", cast.id(OM), "due", 0)]


ASKING = "INSERT INTO hub.job_run (job, period, partner, due_at, not_before) VALUES (:job, :period, :partner, :due, :before)"
RIGHT = {"job": "gather", "period": f"2026-10/drenthe/{OM}", "partner": OM, "due": NOON, "before": NOON}


@pytest.mark.parametrize(("slug", "wrong"), [
    (DRENTHE, {}), (OUTSIDER, {}), (POLICE, {"partner": POLICE}), (POLICE, {"partner": None}), (POLICE, {"before": "infinity"}),
    (POLICE, {"due": "infinity", "before": "infinity"}), (POLICE, {"due": "-infinity", "before": "-infinity"}),
    (POLICE, {"due": "3000-01-01", "before": "3000-01-01"}), (POLICE, {"period": f"2026-09/drenthe/{OM}"}),
    (POLICE, {"period": f"2026-10/groningen/{OM}"}), (POLICE, {"period": f"2026-10/drenthe/{OM}/late-1"}),
    (POLICE, {"period": f"2026-10/drenthe/{OM}/terug-2"}), (POLICE, {"period": f"2026-10/drenthe/{OM}/zomaar"}),
    (POLICE, {"job": "deliver"}), (POLICE, {"job": "deliver", "period": "2026-10/drenthe"}), (POLICE, {"job": "papers"}),
])  # fmt: skip
def test_no_row_can_be_put_before_the_clocks_own_that_would_keep_anybodys_edition_from_being_made(
    cast: Cast, superuser, slug: str, wrong: dict[str, object]
):
    """A row under a name that the clock will give keeps its own from being planned: so it must be the same, or not be there."""
    open_month(cast, month=Month(2026, 10), now=NOON)
    told = {**RIGHT, **wrong}
    told["partner"] = cast.id(str(told["partner"])) if told["partner"] else None

    with pytest.raises(Refused), cast.as_person(slug) as work:
        work.session.execute(text(ASKING), told)

    assert runs(superuser) == []


@pytest.mark.parametrize("asked", [
    "INSERT INTO hub.job_run (job, period, due_at, not_before) VALUES ('watch', '2026-10/drenthe', now(), now())",
    "INSERT INTO hub.job_run (job, period, due_at, not_before) VALUES ('gather', 'anything', now(), now())",
    "INSERT INTO hub.job_run (job, period, due_at, not_before, state) VALUES ('gather', '2026-10/drenthe', now(), now(), 'done')",
    "UPDATE hub.job_run SET state = 'done', finished_at = now()", "DELETE FROM hub.job_run", "UPDATE hub.job_plan SET until = now()",
    "INSERT INTO hub.job_attempt (job, period, worker, started_at) VALUES ('documents', '2026-10/drenthe', 'me', now())",
    "INSERT INTO hub.pulse (worker, duty, at) VALUES ('me', 'hartslag', now())", "UPDATE hub.pulse SET at = now()",
])  # fmt: skip
def test_a_page_can_neither_ask_for_anything_else_nor_end_a_job_nor_play_the_clock(cast: Cast, superuser, asked: str):
    with cast.as_clerk(None) as work:
        ledger.put_due(work, job="documents", period="2026-10/drenthe", partner=None)

    with pytest.raises(Refused), cast.as_person(POLICE) as work:
        work.session.execute(text(asked))

    assert runs(superuser) == [("documents", "2026-10/drenthe", None, "due", 0)]


def test_what_was_asked_for_again_while_it_waits_for_a_next_try_is_brought_forward(cast: Cast, superuser):
    with cast.as_clerk(None, now=LATER) as work:
        ledger.put_due(work, job="documents", period="2026-10/drenthe", partner=None)
    with cast.as_clerk(None) as work:
        assert ledger.due(work, jobs=["documents"]) == ()

        ledger.put_due(work, job="documents", period="2026-10/drenthe", partner=None)

        assert [one.period for one in ledger.due(work, jobs=["documents"])] == ["2026-10/drenthe"]


def test_a_job_that_is_over_can_be_done_again_with_all_its_tries(cast: Cast, superuser):
    which = {"job": "gather", "period": "2026-10/drenthe/om"}
    with cast.as_clerk(None) as work:
        ledger.put_due(work, **which, partner=None)
        is_waiting_already = ledger.again(work, **which)
    for _ in range(5):
        with cast.as_clerk(None) as work:
            ledger.note_attempt(work, **which, worker="one")
    with cast.as_clerk(None) as work:
        ledger.give_up(work, **which)

    with cast.as_clerk(None, now=LATER) as work:
        is_again = ledger.again(work, **which)
        is_unknown = ledger.again(work, job="gather", period="never")
    with cast.as_clerk(None, now=LATER) as work:
        attempt = ledger.note_attempt(work, **which, worker="two")

    assert (is_waiting_already, is_again, is_unknown, attempt.tries) == (False, True, False, 1)
    assert [(waiting.period, waiting.due_at) for waiting in _due_at_last(cast)] == [("2026-10/drenthe/om", LATER)]


def _due_at_last(cast: Cast) -> tuple[ledger.Waiting, ...]:
    with cast.as_clerk(None, now=LATER) as work:
        return ledger.due(work, jobs=["gather"])


def test_a_clock_hears_a_job_that_was_asked_for_once_its_transaction_has_ended(cast: Cast):
    open_month(cast, month=Month(2026, 10), now=NOON)
    with ledger.listening() as calls:
        with cast.as_person(POLICE) as work:
            ledger.put_due(work, job="deliver", period="2026-10/drenthe", partner=None)
            heard_before = calls(0.05)

        assert (heard_before, calls(5.0), calls(0.05)) == (False, True, False)


def test_a_clock_hears_nothing_of_what_was_undone(cast: Cast):
    with ledger.listening() as calls:
        with pytest.raises(ZeroDivisionError), cast.as_clerk(None) as work:
            ledger.wake(work)
            raise ZeroDivisionError

        assert not calls(0.05)


def test_what_a_worker_could_not_finish_counts_as_no_try(cast: Cast, superuser):
    which = {"job": "gather", "period": "2026-10/drenthe"}
    with cast.as_clerk(None) as work:
        ledger.put_due(work, **which, partner=None)
        ledger.note_attempt(work, **which, worker="one")
        ledger.take_back(work, worker="two")
        ledger.take_back(work, worker="one")

    assert superuser.execute("SELECT count(*) FROM hub.job_attempt").fetchone() == (0,)


def test_the_last_pulse_is_that_of_a_clock_that_goes_on_running(cast: Cast):
    with cast.as_clerk(None) as work:
        before = ledger.last_pulse(work)
        ledger.beat(work, worker="a", duty="taken", at=NOON + timedelta(hours=2))
        ledger.beat(work, worker="a", duty=ledger.HEARTBEAT, at=NOON - timedelta(days=8))
        ledger.beat(work, worker="b", duty=ledger.HEARTBEAT, at=NOON)
        ledger.beat(work, worker="b", duty=ledger.HEARTBEAT, at=NOON + timedelta(hours=1), error="Unavailable")
        forgotten = ledger.forget_pulses(work, before=NOON - timedelta(days=7))

        assert (before, ledger.last_pulse(work), forgotten) == (None, NOON + timedelta(hours=1), 1)


def test_nothing_but_the_process_of_the_clock_knows_the_scheduler_and_no_page_knows_that_process():
    def imported(file: Path) -> set[str]:
        words: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            words |= {f"{node.module}.{one.name}" for one in node.names} if isinstance(node, ast.ImportFrom) else set()
            words |= {one.name for one in node.names} if isinstance(node, ast.Import) else set()
        return words

    knows = {str(file.relative_to(HUB)): imported(file) for file in HUB.rglob("*.py")}
    pages = {name for name in knows if name.startswith("web/") or name.endswith(("pages.py", "app.py", "operating.py", "desk.py"))}

    assert {name for name, words in knows.items() if any(word.startswith("apscheduler") for word in words)} == {"ticking.py"}
    assert {name for name in pages if any(word.startswith(("hub.ticking", "hub.timetable", "hub.turns")) for word in knows[name])} == set()
