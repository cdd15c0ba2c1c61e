"""A policy really put in force beside its effect told beforehand: files written from values, worlds of cases, and a plain comparison."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.range import Range
from sqlalchemy import select, text

from hub.cases.columns import from_cells
from hub.cases.draft import Draft
from hub.cases.effects import Effect
from hub.cases.holding import HeldFact, hold_back
from hub.cases.inbox import share
from hub.cases.intake import take_in
from hub.cases.rows import FLAGS
from hub.cases.standing import releases
from hub.cases.tables import ContributionRow
from hub.kernel.clock import AMSTERDAM, today
from hub.kernel.database import Work
from hub.partners.rules import Kind
from hub.sharing.coarsen import coarsen
from hub.sharing.facts import FACTS, Value, day_of
from hub.sharing.grammar import FaultyFile
from hub.sharing.policy import Policy
from hub.sharing.schemas import parse_policy
from tests.cast import Cast
from tests.generated import BOOK, PLACES, TODAY, any_case
from tests.make import Delivery, make_draft
from tests.walls.worlds import fitting

NAMES = {one.slug: one.id for one in BOOK.partners.values()}
GROUNDS = [("ras",), ("seksuele_gerichtheid",), ("ras", "seksuele_gerichtheid"), ("geslacht/genderidentiteit",)]
DAYS = [date(2026, 8, 1) + timedelta(days=number) for number in range(0, 90, 9)]
Row = Mapping[str, Any]
Key = tuple[str, str]  # contribution and recipient


class Undone(Exception):
    """Ends a work of which nothing shall stand."""


def noon(day: date) -> datetime:
    """The middle of this day in Amsterdam."""
    return datetime.combine(day, time(12), AMSTERDAM)


def as_file(policy: Policy, *, version: int, first: date) -> str:
    """The policy as its giver would write it in a file."""
    said = policy.decision
    words = {name: str(getattr(said, name)) for name in said.__slots__ if getattr(said, name) is not None}
    keep = [f"at_most: {policy.keep.at_most} months"]
    keep += [] if policy.keep.after_closing is None else [f"after_closing: {policy.keep.after_closing} months"]
    only_if = {one.fact: one.words for one in policy.conditions}
    last = max(policy.valid_until, first)
    lines = [
        f"policy: {policy.name}", f"version: {version}", f"title: {policy.title}", "example: true", f"kind: {policy.kind}",
        f"from: [{', '.join(policy.givers)}]", f"to: [{', '.join(policy.recipients)}]", "decision:",
        *(f"  {name}: {word}" for name, word in words.items()), f"valid: {{from: {first}, until: {last}}}",
        f"existing_cases: {policy.existing_cases}", f"purposes: [{', '.join(sorted(policy.purposes))}]",
        f"reach: {next(iter(policy.reaches))}",
        *(["only_if:"] if only_if else []), *(f"  {fact}: [{', '.join(sorted(some))}]" for fact, some in only_if.items()),
        "share:", *(f"  {fact}: {word}" for fact, word in policy.share.items()), "not_shared:",
        *(f"  {fact}: {policy.not_shared.get(fact, 'Dit gegeven gaat niet mee.')}" for fact in FACTS if fact not in policy.share),
        f"consent: {policy.consent}", "onward: forbidden", f"keep: {{{', '.join(keep)}}}",
        *(["expects:"] if policy.expects else []), *(f"  {name}: {term}" for name, term in policy.expects.items()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def proposal(policy: Policy, *, first: date, version: int = 90) -> Policy | None:
    """The policy as a new version from this day on, read from its file; None where the floor or the grammar refuses it."""
    with suppress(FaultyFile):
        return parse_policy(as_file(policy, version=version, first=first), name=policy.name, book=BOOK)
    return None


@contextmanager
def in_force(superuser: psycopg.Connection, policy: Policy, *, number: int = 900) -> Iterator[None]:
    """The version in force for all its pairs, the older ones ending the day before; everything as it was again afterwards."""
    columns = "giver, recipient, kind, version_id, valid, state"
    before = superuser.execute(f"SELECT {columns} FROM hub.policy_pair").fetchall()
    [like] = superuser.cursor(row_factory=dict_row).execute("SELECT * FROM hub.policy_pair LIMIT 1").fetchall()
    with _past_triggers(superuser):
        superuser.execute(
            "INSERT INTO hub.policy_version (id, name, version, kind, sha256, text, floor_sha256, example, loaded_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, true, now())",
            (number, policy.name, policy.version, policy.kind, bytes.fromhex(policy.sha256), policy.text, bytes(32)),
        )
        for giver, recipient in policy.pairs():
            pair = {"giver": NAMES[giver], "recipient": NAMES[recipient], "kind": policy.kind.value, "first": policy.valid_from}
            superuser.execute(
                "UPDATE hub.policy_pair SET valid = daterange(lower(valid), %(first)s) "
                "WHERE (giver, recipient, kind) = (%(giver)s, %(recipient)s, %(kind)s) AND valid @> %(first)s",
                pair,
            )
            days = {"version_id": number, "state": "valid", "valid": Range(policy.valid_from, policy.valid_until + timedelta(days=1))}
            row = {name: value for name, value in {**like, **pair, **days}.items() if name not in ("kind_no", "first")}
            places = ", ".join(["%s"] * len(row))
            superuser.execute(f"INSERT INTO hub.policy_pair ({', '.join(row)}) VALUES ({places})", list(row.values()))
    try:
        yield
    finally:
        with _past_triggers(superuser):
            superuser.execute("DELETE FROM hub.policy_pair WHERE version_id = %s", (number,))
            superuser.execute("DELETE FROM hub.policy_version WHERE id = %s", (number,))
            for giver, recipient, kind, version, valid, state in before:
                superuser.execute(
                    "UPDATE hub.policy_pair SET valid = %s, state = %s WHERE (giver, recipient, kind, version_id) = (%s, %s, %s, %s)",
                    (valid, state, giver, recipient, kind, version),
                )


@contextmanager
def _past_triggers(superuser: psycopg.Connection) -> Iterator[None]:
    superuser.execute("SET session_replication_role = replica")
    yield
    superuser.execute("RESET session_replication_role")


def bring_in_a_world(cast: Cast, chance: Random, *, giver: str, many: int) -> None:
    """Cases of this giver from before and after the start of its agreements, near and far, with consents, concerns and hold-backs."""
    days = (date(2026, 8, 20), date(2026, 9, 10), date(2026, 10, 5), date(2026, 11, 3))
    for day in days:
        drafts = [draft for _ in range(many // len(days)) if (draft := _draft(chance, giver, day)) is not None]
        with cast.as_person(giver, now=noon(day)) as work:
            take_in(work, reading=Delivery(drafts, file_hash=chance.randbytes(32)), house=cast.house)
    with cast.as_person(giver) as work:
        codes = [row.own_code for row in work.session.scalars(select(ContributionRow).order_by(ContributionRow.own_code))]
    for code in chance.sample(codes, len(codes) // 4):
        _hold(cast, chance, giver, code)
    with cast.as_person(giver, now=noon(TODAY)) as work:
        share_all(work, cast)


def _draft(chance: Random, giver: str, day: date) -> Draft | None:
    """A case that its giver may bring in, mostly in reach of somebody; consents in every state."""
    case = any_case(chance, giver=BOOK.partners[giver])
    mild = {name: words.words[0] for name, words in BOOK.vocabulary.steering.items()}
    if chance.random() < 0.8:
        near = {
            "place": chance.choice(list(PLACES.values())),
            "ground": chance.choice(GROUNDS),
            "incident_date": day_of(chance.choice(DAYS)),
        }
        case = replace(case, facts={**case.facts, **near}, circumstances={**case.circumstances, **mild})
    fit = fitting(case)
    if fit is None:
        return None
    others = [slug for slug, partner in BOOK.partners.items() if slug != giver and partner.kind is not Kind.STATISTICS]
    consents = {slug: chance.choice(("given", "given", "given", "given_by_guardian", "refused", "not_asked")) for slug in others}
    concerns = tuple(slug for slug in others if chance.random() < 0.6)
    made = make_draft(circumstances=dict(fit.circumstances), consents=consents, concerns=concerns)
    return replace(made, facts=fit.facts, closed_on=fit.closed_on)


def _hold(cast: Cast, chance: Random, giver: str, code: str) -> None:
    fact = chance.choice((*FACTS, None))
    precision = chance.choice((*BOOK.vocabulary.facts[fact].words, None)) if fact else None
    whom = chance.choice([None, *(slug for slug in BOOK.partners if slug != giver)])
    held = HeldFact("Dat is hier beter zo.", fact, precision, chance.choice((None, TODAY, TODAY + timedelta(days=30))))
    with cast.as_person(giver, now=noon(TODAY)) as work:
        hold_back(work, code=code, recipient=whom, held=held, house=cast.house)


def share_all(work: Work, cast: Cast) -> None:
    """Decide anew about everything, as one great re-projection."""
    every = list(work.session.scalars(select(ContributionRow.id).where(ContributionRow.giver == work.partner)))
    share(work, releases=releases(work, contributions=every, house=cast.house), house=cast.house)


def rows_of(work: Work) -> dict[Key, Row]:
    """Every row that the acting giver gave and that its recipient sees on this day."""
    asked = text("SELECT * FROM hub.given WHERE giver = :giver AND state = 'shown' AND shown_until >= :day AND kind = 'standing'")
    told = {"giver": work.partner, "day": today(work.now)}
    return {(str(row["contribution"]), row["recipient"]): row for row in work.session.execute(asked, told).mappings()}


def before_and_after(cast: Cast, superuser: psycopg.Connection, *, giver: str, policy: Policy) -> tuple[dict[Key, Row], dict[Key, Row]]:
    """The stored rows as they stand today, and as they stand on the first day once the policy is really in force; then nothing happened."""
    with cast.as_person(giver, now=noon(TODAY)) as work:
        before, after = rows_of(work), dict[Key, Row]()
    with in_force(superuser, policy), suppress(Undone), cast.as_person(giver, now=noon(max(TODAY, policy.valid_from))) as work:
        share_all(work, cast)
        after.update(rows_of(work))
        raise Undone
    return before, after


def facts_in(row: Row) -> dict[str, Value]:
    """The values of a row; of a narrative only that it is there."""
    return from_cells({**row, "narrative": "there" if row["narrative"] is not None else None})


def implied(value: Value, fact: str) -> list[Value | None]:
    """Everything that follows from the value."""
    return [coarsen(value, fact=fact, precision=word, vocabulary=BOOK.vocabulary) for word in BOOK.vocabulary.facts[fact].words]


def tells(fine: Value | None, coarse: Value | None, fact: str) -> bool:
    """Whether who has the one knows the other."""
    if coarse is None or fine is None:
        return coarse is None
    sets = [(set(one), set(coarse)) for one in implied(fine, fact) if isinstance(one, tuple) and isinstance(coarse, tuple)]
    return coarse in implied(fine, fact) or any(few <= many for many, few in sets)


def way(before: Value | None, after: Value | None, fact: str) -> str:
    """Wider, narrower or both."""
    if tells(after, before, fact):
        return "wider"
    return "narrower" if tells(before, after, fact) else "both"


def compared(before: Mapping[Key, Row], after: Mapping[Key, Row], *, recipient: int) -> dict[str, Any]:
    """What became of the rows of one recipient, counted row by row and fact by fact."""
    rows: Counter[str] = Counter()
    points: Counter[tuple[str, str]] = Counter()
    terms: Counter[str] = Counter()
    for key in {*before, *after}:
        if key[1] != recipient:
            continue
        if key not in before or key not in after:
            rows["vanishes" if key in before else "appears"] += 1
            continue
        was, becomes = facts_in(before[key]), facts_in(after[key])
        ways = {fact: way(was.get(fact), becomes.get(fact), fact) for fact in FACTS if was.get(fact) != becomes.get(fact)}
        old, new = ({flag for flag in FLAGS if row[key][flag]} for row in (before, after))
        if old != new:
            ways["purposes"] = "wider" if old < new else "narrower" if new < old else "both"
        points.update(ways.items())
        found = set(ways.values())
        rows["both" if len(found) > 1 else found.pop() if found else "stays"] += 1
        terms["longer"] += after[key]["shown_until"] > before[key]["shown_until"]
        terms["shorter"] += after[key]["shown_until"] < before[key]["shown_until"]
    return {"rows": +rows, "points": +points, "longer": terms["longer"], "shorter": terms["shorter"]}


def joinable(rows: Mapping[Key, Row], one: int, other: int) -> tuple[int, int]:
    """The cases that both hold, and those that agree with one row only on both sides: every row laid beside every other."""
    sides = [{key[0]: facts_in(row) for key, row in rows.items() if key[1] == recipient} for recipient in (one, other)]
    agree = {(mine, theirs) for mine in sides[0] for theirs in sides[1] if _agree(sides[0][mine], sides[1][theirs])}
    left, right = Counter(mine for mine, _ in agree), Counter(theirs for _, theirs in agree)
    common = sides[0].keys() & sides[1].keys()
    return len(common), sum((case, case) in agree and left[case] == right[case] == 1 for case in common)


def _agree(mine: Mapping[str, Value], theirs: Mapping[str, Value]) -> bool:
    pairs = ((fact, mine.get(fact), theirs.get(fact)) for fact in ("incident_date", "place", "ground"))
    return all(a is None or b is None or a in implied(b, fact) or b in implied(a, fact) for fact, a, b in pairs)


def told(effect: Effect, *, recipient: str) -> dict[str, Any]:
    """What the effect says of one recipient, in the words of `compared`."""
    [one] = [one for one in effect.recipients if one.recipient.slug == recipient]
    points = {(point, way): getattr(moved, way) for point, moved in one.points.items() for way in ("wider", "narrower", "both")}
    return {
        "rows": Counter({became.value: count for became, count in one.rows.items() if count}),
        "points": Counter({key: count for key, count in points.items() if count}), "longer": one.longer, "shorter": one.shorter,
    }  # fmt: skip
