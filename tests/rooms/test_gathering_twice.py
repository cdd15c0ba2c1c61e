"""Editions worked out a second time, in plain Python over two snapshots: the same part and marks for every line, all through a year."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import psycopg
import pytest

from hub.cases import actions as case_actions
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnWanted, own_cases
from hub.casuistry import gathering, queries
from hub.casuistry.rules import Mark, Part
from hub.kernel.clock import today
from hub.kernel.days import collection_dates, month_after
from tests.cast import DRENTHE, EMMEN, POLICE, Cast
from tests.make import BUREAU_WORDS, POLICE_WORDS, make_draft
from tests.rooms.collecting import NOVEMBER, bring_in, now_lines, open_month

ASSEN, GRONINGEN_PLACE = "GM1680", "GM0014"
SEEN = """
    SELECT code, giver, visible_revision, content_revision, (status = 'afgesloten' OR phase = 'gesloten') IS TRUE, changed_on
      FROM hub.inbox WHERE recipient = %(me)s AND for_collection AND shown_until >= %(day)s AND province = 'PV22'
    UNION ALL SELECT c.own_code, c.giver, c.latest_no, c.latest_no, c.state = 'closed', (r.made_at AT TIME ZONE 'Europe/Amsterdam')::date
      FROM hub.contribution c JOIN hub.revision r ON (r.giver, r.contribution, r.no) = (c.giver, c.id, c.latest_no)
     WHERE c.giver = %(me)s AND r.province = 'PV22'"""


class Reader:
    """One recipient, and what it was told so far, as a second implementation of casuistry.md 4 remembers it."""

    def __init__(self, cast: Cast, slug: str, superuser: psycopg.Connection) -> None:
        self.cast, self.slug, self.superuser = cast, slug, superuser
        self.told: dict[str, tuple[int, int, bool] | None] = {}  # None: told that it is gone
        self.copies: Counter[tuple[str, int]] = Counter()

    def expected(self, now: datetime) -> dict[str, tuple[Part, tuple[Mark, ...]]]:
        day, found = today(now), {}
        rows = self.superuser.execute(SEEN, {"me": self.cast.id(self.slug), "day": day}).fetchall()
        for code, _, visible, content, closed, changed_on in rows:
            before = self.told.get(code)
            if before is None:
                found[code] = (Part.NEW, (Mark.AGAIN,) if code in self.told else ())
            else:
                reopened = (Mark.REOPENED,) if before[2] and not closed else ()
                if closed and not before[2]:
                    found[code] = (Part.CLOSED, ())
                elif content != before[1]:
                    found[code] = (Part.CHANGED, reopened)
                elif visible != before[0]:
                    found[code] = (Part.SHARED_OTHERWISE, reopened)
                elif not closed:
                    found[code] = (Part.SILENT if (day - changed_on).days > 90 else Part.UNCHANGED, ())
            self.told[code] = (visible, content, closed)
        for code in self.told.keys() - {row[0] for row in rows}:
            if self.told[code] is not None:
                found[code] = (Part.NO_LONGER, ())
                self.told[code] = None
        return found

    def printed(self, month, now: datetime) -> dict[str, tuple[Part, tuple[Mark, ...]]]:
        foreseen = now_lines(self.cast, self.slug, month=month, now=now)
        with self.cast.as_clerk(self.slug, now=now) as work:
            gathering.build(work, gathering=queries.gathering_of(work, province="drenthe", month=month))
            lines = list(queries.edition(work, province="drenthe", month=month, house=self.cast.house).lines())
        assert lines == foreseen
        assert [line.no for line in lines] == list(range(1, len(lines) + 1))
        assert [list(Part).index(line.part) for line in lines] == sorted(list(Part).index(line.part) for line in lines)
        for line in lines:
            if line.part in (Part.NEW, Part.CLOSED, Part.CHANGED, Part.SHARED_OTHERWISE):
                self.copies[line.code, self.told[line.code][0]] += 1  # type: ignore[index]
        return {line.code: (line.part, line.marks) for line in lines}


class Year:
    """What happens to a handful of cases of the police and of a bureau, drawn at random."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.draw = cast, Random(seed)
        self.cases = {POLICE: {}, EMMEN: {}}
        self.at = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)

    def live_until(self, moment: datetime) -> None:
        while True:
            self.at += timedelta(hours=self.draw.randint(20, 400))
            if self.at >= moment:
                self.at = moment
                return
            self.happen(self.draw.choice([POLICE, POLICE, EMMEN]))

    def happen(self, slug: str) -> None:
        cases = self.cases[slug]
        fresh = f"{slug}-{len(cases)}"
        reference = self.draw.choice([fresh, *cases] if len(cases) < 6 else list(cases))
        facts = cases.setdefault(reference, {"place": ASSEN if slug == POLICE else "GM0114"})
        if reference != fresh and slug == EMMEN and self.draw.random() < 0.4:
            self.consent(reference)
            return
        if reference != fresh and slug == POLICE and self.draw.random() < 0.15:
            self.hold(slug)
            return
        facts |= self.draw.choice([
            {"nature": "geweld"}, {"nature": "bedreiging"}, {"narrative": f"Voor onszelf {self.at:%d %B}."}, {"status": "afgesloten"},
            {"status": "in_behandeling"}, {"place": GRONINGEN_PLACE if slug == POLICE else "GM0114"}, {"place": "GM0114"},
        ])  # fmt: skip
        words = POLICE_WORDS if slug == POLICE else BUREAU_WORDS
        draft = make_draft(reference=reference, circumstances=words, consents={POLICE: "given"} if slug == EMMEN else {}, **facts)
        bring_in(self.cast, slug, draft, now=self.at)

    def consent(self, reference: str) -> None:
        """The reporter takes the consent back, or gives it again."""
        with self.cast.as_person(EMMEN, now=self.at) as work:
            code = self.draw.choice(own_cases(work, house=self.cast.house, wanted=OwnWanted())).code
            if self.draw.random() < 0.5:
                case_actions.withdraw_consent(work, code=code, recipient=POLICE, house=self.cast.house)
            else:
                again = case_actions.ConsentAsked("given", ("case_work", "collection"), "reporter", "talk", None)
                case_actions.record_consent(work, code=code, recipient=POLICE, asked=again, house=self.cast.house)

    def hold(self, slug: str) -> None:
        with self.cast.as_person(slug, now=self.at) as work:
            code = self.draw.choice(own_cases(work, house=self.cast.house, wanted=OwnWanted())).code
            held = HeldFact("op verzoek", self.draw.choice(["nature", "status", "terrain"]))
            hold_back(work, code=code, recipient=None, held=held, house=self.cast.house)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_implementations_agree_on_every_line_of_a_year_and_every_change_is_told_once(
    cast: Cast, superuser: psycopg.Connection, seed: int
):
    year = Year(cast, seed)
    readers, month, parts = [Reader(cast, slug, superuser) for slug in (DRENTHE, POLICE)], NOVEMBER, Counter()
    for _ in range(9):
        open_month(cast, month=month, now=collection_dates(month).freeze - timedelta(hours=1))
        year.live_until(collection_dates(month).freeze + timedelta(hours=year.draw.choice([0, 0, 1, 30, 90])))
        for reader in readers:
            expected = reader.expected(year.at)
            assert reader.printed(month, year.at) == expected, (reader.slug, str(month))
            parts.update(part for part, _ in expected.values())
        month = month_after(month)

    for reader in readers:
        assert set(reader.copies.values()) == {1}
    assert parts.keys() >= {Part.NEW, Part.CHANGED, Part.UNCHANGED}
