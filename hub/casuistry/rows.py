"""Where the rows of an edition come from, in SQL: the partner's rows as they are now, how each differs from before, and frozen lines."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import text

from hub.cases.columns import COLUMNS, FINE_AND_COARSE, from_cells
from hub.cases.house import House
from hub.cases.received import LETTERS
from hub.cases.rows import narrative_context
from hub.cases.standing import revision_context
from hub.casuistry.edition import Counts, Line, Tally
from hub.casuistry.rules import CODES, NO_PLACE, SILENT_AFTER, Mark, Part
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.rules import Partner
from hub.sharing.facts import FACTS, Value
from hub.sharing.tables import AGREED

PARTS = tuple(Part)  # a part stands in the tables as its place in this order, from 1
PART_NO = {part: number for number, part in enumerate(PARTS, 1)}
SILENT, UNCHANGED, NO_LONGER = (PART_NO[part] for part in (Part.SILENT, Part.UNCHANGED, Part.NO_LONGER))
COMPARED = tuple(PART_NO[part] for part in (Part.CLOSED, Part.CHANGED, Part.SHARED_OTHERWISE))
OWN = "own"
_LETTERS = {**LETTERS, "u": "unknown"}
_HERE = "{row}.province = :code"
_NOWHERE = "({row}.province IS NULL OR {row}.province <> ALL (ARRAY['PV20', 'PV21', 'PV22']))"

OWN_STATES = " || ".join(
    f"CASE WHEN {' OR '.join(f'r.{name} IS NOT NULL' for name in names)} THEN 'g' WHEN '{fact}' = ANY (r.unknown) THEN 'u' ELSE '-' END"
    for fact, names in FINE_AND_COARSE.items()
)
_NOW = """
  SELECT i.giver, i.code, i.kind, i.visible_revision, i.content_revision, i.changed_on, i.incident_from,
         (i.status = 'afgesloten' OR i.phase = 'gesloten') IS TRUE AS is_closed, NULL::uuid AS contribution
    FROM hub.inbox i WHERE i.recipient = :me AND i.for_collection AND i.shown_until >= :day AND {agreed} AND {inbox_here}
  UNION ALL
  SELECT o.giver, o.own_code, 'own', o.latest_no, o.latest_no, (r.made_at AT TIME ZONE 'Europe/Amsterdam')::date, r.incident_from,
         o.state = 'closed', o.id
    FROM hub.contribution o JOIN hub.revision r ON r.giver = o.giver AND r.contribution = o.id AND r.no = o.latest_no
   WHERE o.giver = :me AND o.state IN ('released', 'closed') AND {own_here}"""
_SORTED = f"""
n AS ({_NOW}), w AS (
  SELECT copy, giver, code, kind, visible_revision, content_revision, is_closed, is_gone, stands_once, contribution,
         recalled_on FROM hub.collected WHERE recipient = :me AND area = :area AND replaced_by IS NULL),
j AS (
  SELECT coalesce(n.giver, w.giver) AS giver, coalesce(n.code, w.code) AS code, coalesce(n.kind, w.kind) AS kind, w.copy AS old_copy,
         n.incident_from, coalesce(n.visible_revision, w.visible_revision) AS visible_revision,
         coalesce(n.content_revision, w.content_revision) AS content_revision, n.is_closed,
         coalesce(n.changed_on, w.recalled_on, :day) AS changed_on, coalesce(n.contribution, w.contribution) AS contribution,
         w.recalled_on AS gone_on, w.stands_once, n.code IS NOT NULL AND w.is_gone IS TRUE AS is_again,
         n.is_closed IS FALSE AND w.is_closed IS TRUE AND n.visible_revision <> w.visible_revision AND NOT w.is_gone AS is_reopened,
         (CASE WHEN n.code IS NULL THEN CASE WHEN NOT w.is_gone THEN 7 END
               WHEN w.code IS NULL OR w.is_gone THEN 1
               WHEN n.is_closed AND w.is_closed IS NOT TRUE THEN 2
               WHEN n.content_revision <> w.content_revision THEN 3
               WHEN n.visible_revision <> w.visible_revision THEN 4
               WHEN n.is_closed THEN NULL
               WHEN :day - n.changed_on > {SILENT_AFTER} THEN 5 ELSE 6 END)::smallint AS part
    FROM n FULL JOIN w ON n.giver = w.giver AND n.code = w.code AND n.kind = w.kind),
s AS MATERIALIZED (
  SELECT j.*, row_number() OVER (ORDER BY part, CASE WHEN part IN ({SILENT}, {UNCHANGED}) THEN old_copy END, incident_from, giver, code,
         kind)::int AS line_no FROM j WHERE {{which}})"""


@contextmanager
def whole(work: Work) -> Iterator[None]:
    """
    Statements about all rows of an edition at once join them as wholes, whatever the planner believes of their number.

    Its figures may be from before the rows were there: then it expects one, and would look through all of them for each of them.
    """
    work.session.execute(WHOLE, {"nested": "off"})
    yield
    work.session.execute(WHOLE, {"nested": "on"})


def sorted_rows(area: str, *, which: str = "part IS NOT NULL") -> str:
    """
    The CTE `s`: every case that this partner's edition would show now, in its part and numbered (casuistry.md 4); `which` narrows it.

    What did not change comes in the order of its copies: the longest unchanged first.
    """
    here = _NOWHERE if area == NO_PLACE else _HERE
    return _SORTED.format(agreed=AGREED, inbox_here=here.format(row="i"), own_here=here.format(row="r"), which=which)


def told(area: str, *, me: PartnerId, day: date) -> dict[str, object]:
    """What these statements have to be told."""
    return {"me": me, "area": area, "code": CODES.get(area), "day": day}


_CELLS = ", ".join(f"c.{name}" for name in COLUMNS)
_BEFORE = ", ".join(f"b.{name} AS before_{name}" for name in COLUMNS)
_PAST = "b.salt IS NOT NULL AS has_before, b.contribution AS before_contribution, b.visible_revision AS before_visible_revision"
_VALUES = "NOT c.is_gone AND c.salt IS NOT NULL AND (c.giver = :me OR i.shown_until >= :today) AS has_values"
_INBOX = "hub.inbox i WHERE i.recipient = :me AND i.code = c.code AND i.kind = c.kind AND i.giver = c.giver"
_STANDING = f"""
c AS MATERIALIZED (
  SELECT {{columns}}, k.line_part AS part, row_number() OVER (ORDER BY line_part, copy)::int AS line_no
    FROM (SELECT m.*, CASE WHEN copy >= :first_copy THEN m.part
                           WHEN :day - changed_on > {SILENT_AFTER} THEN {SILENT} ELSE {UNCHANGED} END AS line_part
            FROM hub.collected m
           WHERE recipient = :me AND area = :area AND copy <= :last_copy AND (replaced_by IS NULL OR replaced_by > :last_copy)
             AND (copy >= :first_copy OR :number = 0 AND NOT stands_once)) k)"""
_BY_KEY = "(SELECT * FROM hub.collected o WHERE o.recipient = :me AND o.area = :area AND o.copy = {of} OFFSET 0)"
# A page asks for some lines, each with its copies by their key; OFFSET 0 keeps the planner from joining them the other way round.
FROZEN = f"""{_STANDING.format(columns="k.copy")},
x AS (
  SELECT l.line_no, l.part, c.is_again AND c.copy >= :first_copy AS is_again, c.is_reopened AND c.copy >= :first_copy AS is_reopened,
         c.giver, c.code, c.kind, c.contribution, c.visible_revision, c.changed_on, c.states,
         coalesce(c.recalled_on, CASE WHEN i.shown_until < :today THEN i.shown_until + 1 END) AS recalled_on,
         {_VALUES}, c.salt, {_CELLS}, {_PAST}, {_BEFORE}
    FROM (SELECT * FROM c ORDER BY line_no) l CROSS JOIN LATERAL {_BY_KEY.format(of="l.copy")} c
    LEFT JOIN LATERAL {_BY_KEY.format(of="c.before_copy AND c.copy >= :first_copy")} b ON true
    LEFT JOIN LATERAL (SELECT i.shown_until FROM {_INBOX} OFFSET 0) i ON true)"""
# Of a whole edition the few columns that are counted, or noted at its givers; to be asked under WHOLE.
_COUNTED = "giver, code, kind, visible_revision, states, grounds, ground_families, terrain, nature, mass_report, is_gone, salt"
COUNTED = f"""{_STANDING.format(columns=", ".join(f"k.{name}" for name in _COUNTED.split(", ")))},
x AS (
  SELECT c.*, i.policy_version, {_VALUES}
    FROM c LEFT JOIN hub.inbox i ON i.recipient = :me AND i.code = c.code AND i.kind = c.kind AND i.giver = c.giver)"""
WHOLE = text("SELECT set_config('enable_nestloop', :nested, true), set_config('work_mem', '96MB', true)")
_EITHER = ", ".join(f"coalesce(i.{name}, r.{name}) AS {name}" for name in COLUMNS)
AS_IT_IS_NOW = f"""
x AS (
  SELECT s.line_no, s.part, s.is_again, s.is_reopened, s.giver, s.code, s.kind, s.contribution, s.visible_revision, s.changed_on,
         coalesce(i.states, {OWN_STATES}) AS states, NULL::date AS recalled_on, s.part <> 7 AS has_values, NULL::bytea AS salt,
         {_EITHER}, {_PAST}, {_BEFORE}
    FROM s LEFT JOIN hub.inbox i ON i.recipient = :me AND i.code = s.code AND i.kind = s.kind AND i.giver = s.giver AND s.part <> 7
    LEFT JOIN hub.revision r ON r.giver = :me AND r.contribution = s.contribution AND r.no = s.visible_revision AND s.part <> 7
    LEFT JOIN hub.collected b ON b.recipient = :me AND b.area = :area AND b.copy = s.old_copy AND s.part = ANY (ARRAY{list(COMPARED)}))"""


NOT_GIVEN, UNKNOWN = "not_given", "unknown"
_ANY_GROUND = "coalesce(x.grounds, x.ground_families)"
COUNTS = f"""
SELECT 'part' AS of, part::text AS word, count(*) AS reports, coalesce(sum(cardinality({_ANY_GROUND})), 0) AS mentions
  FROM x WHERE has_values OR part = 7 GROUP BY 2
UNION ALL SELECT 'ground', coalesce(g, CASE WHEN substr(states, 4, 1) = 'u' THEN 'unknown' ELSE 'not_given' END), count(*), count(g)
  FROM x LEFT JOIN LATERAL unnest({_ANY_GROUND}) g ON true WHERE has_values GROUP BY 2
UNION ALL SELECT 'terrain', coalesce(terrain, CASE WHEN substr(states, 5, 1) = 'u' THEN 'unknown' ELSE 'not_given' END), count(*), 0
  FROM x WHERE has_values GROUP BY 2
UNION ALL SELECT 'nature', coalesce(nature, CASE WHEN substr(states, 6, 1) = 'u' THEN 'unknown' ELSE 'not_given' END), count(*), 0
  FROM x WHERE has_values GROUP BY 2
UNION ALL SELECT 'mass', coalesce(mass_report::text, 'not_given'), count(*), 0 FROM x WHERE has_values GROUP BY 2"""


def line_value(row: Mapping[str, Any], *, partners: Mapping[PartnerId, Partner], me: PartnerId, house: House, day: date) -> Line:
    """One row of `x` as a value; `day` is the day of the freeze."""
    facts = _facts(row, "", me, house) if row["has_values"] else {}
    before: dict[str, Value | None] = {}
    if row["has_values"] and row["has_before"]:
        old = _facts(row, "before_", me, house)
        before = {fact: old.get(fact) for fact in FACTS if old.get(fact) != facts.get(fact)}
    letters = row["states"] if row["has_values"] else "-" * len(FACTS)
    states = {fact: _LETTERS[letter] for fact, letter in zip(FACTS, letters, strict=True)}
    marks = tuple(mark for mark, name in ((Mark.AGAIN, "is_again"), (Mark.REOPENED, "is_reopened")) if row[name])
    return Line(
        no=row["line_no"], part=PARTS[row["part"] - 1], marks=marks, code=row["code"], giver=partners[row["giver"]],
        is_own=row["giver"] == me, facts=facts, states=states, before=before, last_change=row["changed_on"],
        days_silent=max((day - row["changed_on"]).days, 0), same_incident=None, recalled_on=row["recalled_on"],
    )  # fmt: skip


def _facts(row: Mapping[str, Any], prefix: str, me: PartnerId, house: House) -> dict[str, Value]:
    cells = {name: row[prefix + name] for name in COLUMNS}
    if cells["narrative"] is not None:
        if row["giver"] == me:
            context = revision_context(me, contribution=row[f"{prefix}contribution"], no=row[f"{prefix}visible_revision"])
        else:
            context = narrative_context(row["giver"], recipient=me, code=row["code"])
        cells["narrative"] = house.keys.text_if_it_opens(bytes(cells["narrative"]), context=context)
    return from_cells(cells)


def counts_value(rows: Iterable[tuple[str, str, int, int]]) -> Counts:
    """
    What the rows of COUNTS come to. Every line that still has values counts; of a case no longer shared, the line alone.

    No link between cases is known yet, so each report is an incident of its own.
    """
    found: dict[str, dict[str, Tally]] = {"part": {}, "ground": {}, "terrain": {}, "nature": {}, "mass": {}}
    for of, word, reports, mentions in rows:
        found[of][word] = Tally(reports, reports, int(mentions))
    parts = {part: found["part"].get(str(number), Tally(0, 0, 0)) for part, number in PART_NO.items()}
    shown = [tally for part, tally in parts.items() if part is not Part.NO_LONGER]
    total = Tally(sum(one.reports for one in shown), sum(one.incidents for one in shown), sum(one.mentions for one in shown))
    mass = {word: tally.reports for word, tally in found["mass"].items()}
    return Counts(
        total, mass.get("true", 0), mass.get(NOT_GIVEN, 0), total.incidents, total.incidents, parts, _most_first(found["ground"]),
        {word: tally.reports for word, tally in _most_first(found["terrain"]).items()},
        {word: tally.reports for word, tally in _most_first(found["nature"]).items()},
    )  # fmt: skip


def _most_first(rows: Mapping[str, Tally]) -> dict[str, Tally]:
    """The largest first, then by word; what is unknown or not shared comes last."""
    return dict(sorted(rows.items(), key=lambda one: (one[0] in (UNKNOWN, NOT_GIVEN), -one[1].reports, one[0])))
