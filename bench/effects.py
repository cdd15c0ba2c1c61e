"""The effect of one changed agreement over 1,000,000 cases of one giver, beside plainly reading the rows that it is about.

A bureau shares with the police and the prosecutor; every reporter said yes to both, so there are as many revisions, twice as many consents
and given rows. The proposal tells the police the month instead of the week, of every case: each of them is decided anew, laid beside its
stored row, counted by fact, and looked for among the prosecutor's rows, by which it could be recognised. The floor draws the rows of the
same four tables as text, to the end, and keeps none.
"""

from collections import deque
from dataclasses import replace
from time import perf_counter

from bench._hub import Hub, raised
from bench.words import Figure, figure
from hub.cases.effects import Effect, effect_of
from hub.cases.tallying import Became
from hub.sharing.policy import Policy
from hub.sharing.schemas import Book, load_policies

GIVER, GIVER_ID, POLICE, OM = "bureau-groningen", 3, 5, 6
NAME = "bureaus--politie"
FILL = """
SET session_replication_role = replica;
CREATE TEMPORARY TABLE made AS SELECT n, gen_random_uuid() AS id,
  DATE '2026-11-04' - n % 1400 AS day, DATE '2026-11-04' - n % 60 AS released,
  (ARRAY['GM0014', 'GM1979', 'GM0037', 'GM0047', 'GM1950', 'GM1952'])[n % 6 + 1] AS town,
  CASE n / 7 % 4 WHEN 0 THEN ARRAY['ras'] WHEN 1 THEN ARRAY['godsdienst'] WHEN 2 THEN ARRAY['leeftijd'] ELSE ARRAY['geslacht', 'ras'] END
    AS grounds,
  (ARRAY['arbeidsmarkt', 'onderwijs', 'openbare_ruimte'])[n / 11 % 3 + 1] AS terrain,
  (ARRAY['bedreiging', 'geweld'])[n / 13 % 2 + 1] AS nature
  FROM generate_series(1, {rows}) AS n;
INSERT INTO hub.contribution (giver, id, own_code, state, latest_no, first_released_on, changed_at, fingerprint)
  SELECT {giver}, id, upper(left(md5(n::text), 5) || lpad(to_hex(n), 6, '0')), 'released', 1, released, now(), sha256(id::text::bytea)
  FROM made;
INSERT INTO hub.revision (giver, contribution, no, made_at, incident_from, incident_to, municipality, province, online, grounds,
    ground_families, terrain, nature, report_kind, mass_report, status, phase, unknown, erased, words, anonymity, reporter_age, inquiry)
  SELECT {giver}, id, 1, now(), day, day, town, 'PV20', n % 7 = 0, grounds, {families}, terrain, nature, 'melding', false,
    'in_behandeling', 'open', ARRAY[]::text[], ARRAY[]::text[], '{{}}', 'known', '16_or_older', 'none' FROM made;
INSERT INTO hub.consent (giver, contribution, recipient, no, state, purposes, at, given_by, how)
  SELECT {giver}, id, recipient, 1, 'given', ARRAY['case_work', 'collection', 'consultation', 'help', 'monitor'], now(), 'reporter',
    'import'
  FROM made, unnest(ARRAY[{police}, {om}]) AS recipient;
INSERT INTO hub.given (giver, contribution, recipient, kind, code, state, because, states, revision_no, floor_version, incident_from,
    incident_to, municipality, province, online, grounds, ground_families, terrain, nature, report_kind, mass_report, phase,
    visible_revision, content_revision, fact_revisions, revised_on, first_given_on, changed_on, shown_until, policy_version,
    for_case_work, for_collection, for_consultation, for_help, for_monitor)
  SELECT {giver}, id, recipient, 'standing', upper(left(md5(recipient || '-' || n), 5) || lpad(to_hex(n), 6, '0')), 'shown',
    ARRAY[]::text[], repeat('g', 20), 1, 1, week,
    CASE WHEN extract(day FROM week) = 22 THEN (date_trunc('month', week) + interval '1 month - 1 day')::date ELSE week + 6 END,
    town, 'PV20', n % 7 = 0, grounds, {families}, terrain, nature, 'melding', false, 'open', 1, 1, array_fill(1::smallint, ARRAY[20]),
    ARRAY[released], released, released, DATE '2027-08-31', 1, true, true, true, false, true
  FROM made, unnest(ARRAY[{police}, {om}]) AS recipient,
    LATERAL (SELECT day - ((extract(day FROM day)::int - 1) % 7 + CASE WHEN extract(day FROM day) > 28 THEN 7 ELSE 0 END) AS week) AS w;
RESET session_replication_role;
VACUUM ANALYZE hub.contribution, hub.revision, hub.consent, hub.given;
"""
FAMILIES = (
    "(SELECT array_agg(DISTINCT family ORDER BY family) FROM unnest(grounds) AS g, LATERAL (SELECT CASE g {cases} END AS family) AS f)"
)


def measure(*, small: bool) -> list[Figure]:
    """Fill, tell the effect, and read the same lines plainly."""
    rows = 10_000 if small else 1_000_000
    with raised(is_hasty=True) as hub:
        book = load_policies(hub.desk.settings.policies)
        fill(hub, rows, book)
        seconds, effect = timed(hub, proposal(book))
        floor = read(hub)
    [police] = effect.recipients
    assert police.rows == {Became.NARROWER: rows} and police.points["incident_date"].narrower == rows, police.rows
    assert effect.cases == effect.linkable[0].after.common == rows
    unit = f"s, {rows} cases"
    return [
        figure("effects", value=seconds, unit=unit, floor=None, goal="≤ 60 s"),
        figure("effects_reading", value=seconds, unit=unit, floor=floor, goal="≤ 10 × reading"),
    ]


def proposal(book: Book) -> Policy:
    """The next version: the month instead of the week, for cases from before it too."""
    old = next(policy for policy in book.policies if policy.name == NAME)
    return replace(old, version=old.version + 1, share={**old.share, "incident_date": "month"}, sha256="proposed")


def fill(hub: Hub, rows: int, book: Book) -> None:
    """So many cases of one bureau, as they stand after both recipients got them."""
    parents = book.vocabulary.lists["ground"].parents
    named = " ".join(f"WHEN '{code}' THEN '{parents.get(code, code)}'" for code in ("ras", "godsdienst", "leeftijd", "geslacht"))
    told = {"rows": rows, "giver": GIVER_ID, "police": POLICE, "om": OM, "families": FAMILIES.format(cases=named)}
    with hub.superuser() as connection:
        for statement in FILL.format(**told).split(";\n")[:-1]:
            connection.execute(statement)


def timed(hub: Hub, policy: Policy) -> tuple[float, Effect]:
    """The seconds that the effect takes, asked as the command asks it."""
    with hub.desk.work(GIVER) as (work, _):
        start = perf_counter()
        effect = effect_of(work, proposed=policy, house=hub.desk.house)
        return perf_counter() - start, effect


def read(hub: Hub) -> float:
    """The seconds that drawing every row of these tables as text takes, past row security and in no order, with nothing made of them."""
    with hub.superuser() as connection:
        start = perf_counter()
        for table in ("contribution", "revision", "consent", "given"):
            with connection.cursor().copy(f"COPY (SELECT * FROM hub.{table} WHERE giver = {GIVER_ID}) TO STDOUT") as lines:
                deque(lines, maxlen=0)
        return perf_counter() - start
