"""Everybody at the door: a session for every partner in every role, and the things that the addresses of the pages name."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from uuid import uuid4

import psycopg
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub.cases import forms
from hub.cases.queries import own_case
from hub.cases.typed import REVISION
from hub.kernel import clock
from hub.kernel.actor import Doorkeeper
from hub.kernel.database import begin_work
from hub.kernel.words import PartnerId
from hub.people.actions import admit, sign_in
from hub.people.words import Claims, Role
from hub.pseudonyms.mint import complete
from hub.web import entry
from tests.cast import COC_GD, DRENTHE, EMMEN, EVERYBODY, OUTSIDER, POLICE, Cast
from tests.doors.visitor import Visitor
from tests.scaffold import ISSUER

ASSURED = "http://eidas.europa.eu/LoA/substantial"
SECONDS = re.compile(rb'(name="schakel-session-seconds" content=")\d+')
CLOCKED = {"Date"}


class Seat(Visitor):
    """A browser with one session; it asks for its form token once."""

    def __init__(self, app: Flask, cookie: str = "", *, slug: str = "", role: str = "") -> None:
        super().__init__(app, cookie)
        self.slug, self.role = slug, role

    @cached_property
    def held(self) -> str:
        return super().token("/privacy")  # a page for every role

    def token(self, path: str = "/") -> str:
        return self.held

    def ask(self, method: str, path: str, data: Mapping[str, object]) -> TestResponse:
        return self.get(path) if method == "GET" else self.post(path, data=dict(data))


@contextmanager
def seats(app: Flask, cast: Cast, superuser: psycopg.Connection) -> Iterator[dict[tuple[str, str], Seat]]:
    """A session for every partner in every role; the accounts go again afterwards."""
    found = {}
    for slug, role in product(EVERYBODY, Role):
        with cast.as_clerk(slug) as work:
            admit(work, issuer=ISSUER, subject=f"seat {slug} {role}", name=f"Iemand {role}", roles=[role])
        claims = Claims("demo", ISSUER, f"seat {slug} {role}", slug, None, ASSURED, datetime.now(UTC))
        with begin_work(Doorkeeper(), now=clock.now()) as work:
            found[slug, str(role)] = Seat(app, sign_in(work, claims=claims, replacing=None, origin=None).reveal(), slug=slug, role=role)
    yield found
    superuser.execute("DELETE FROM hub.account WHERE subject LIKE 'seat %'")


def essence(answer: TestResponse) -> tuple[int, bytes, frozenset[str]]:
    """What two answers are compared by: status, every byte but the seconds that a session still has, and the names of the headers."""
    return answer.status_code, SECONDS.sub(rb"\1", answer.data), frozenset(answer.headers.keys()) - CLOCKED


Words = dict[str, str]  # path part → value


@dataclass
class Things:
    """For one partner, per kind of thing: its own, another's, and ones that never were; and what its forms say."""

    own: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, list[str]] = field(default_factory=dict)
    absent: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, object] = field(default_factory=dict)


def things_of(cast: Cast, slug: str, superuser: psycopg.Connection) -> Things:
    """What there is for this partner after the month was played, looked up as nobody of the application can."""
    me, found = cast.id(slug), Things()

    def column(asked: str) -> list[str]:
        return [str(value) for (value,) in superuser.execute(asked, {"me": me}).fetchall()]

    readable = "(for_case_work OR for_help)"
    mine, others, never = found.own, found.hidden, found.absent
    mine["received"] = column(f"SELECT code FROM hub.inbox WHERE recipient = %(me)s AND {readable} ORDER BY code LIMIT 1")
    kept = "FROM hub.hold_back h WHERE h.giver = c.giver AND h.contribution = c.id"  # a case of which something is held back comes first
    first = f"FROM hub.contribution c WHERE c.giver = %(me)s ORDER BY EXISTS (SELECT {kept}) DESC, c.changed_at, c.own_code LIMIT 1"
    mine["own"], mine["hold"] = column(f"SELECT c.own_code {first}"), column(f"SELECT coalesce((SELECT min(h.no) {kept}), 1) {first}")
    mine["upload"] = column("SELECT id FROM hub.upload WHERE giver = %(me)s LIMIT 1")
    mine["run"] = column("SELECT id FROM hub.import_run WHERE giver = %(me)s LIMIT 1")
    for word in ("contact", "watch"):
        mine[word] = column(f"SELECT id FROM hub.{word} WHERE partner = %(me)s ORDER BY id LIMIT 1")
    meet_things(found, column)
    collect_things(found, superuser, me=me, asked=[cast.id(one) for one in (DRENTHE, EMMEN, POLICE)])
    not_mine = column("SELECT code FROM hub.inbox WHERE recipient <> %(me)s ORDER BY md5(code || recipient) LIMIT 1")
    withdrawn = column("""SELECT g.code FROM hub.given g WHERE g.state = 'closed' AND g.code IS NOT NULL AND g.recipient <> %(me)s
                           AND g.giver <> %(me)s ORDER BY g.code LIMIT 1""")
    held = column("""SELECT c.own_code FROM hub.contribution c JOIN hub.hold_back h ON h.giver = c.giver AND h.contribution = c.id
                      WHERE c.giver <> %(me)s ORDER BY c.own_code LIMIT 1""")
    theirs = column("SELECT own_code FROM hub.contribution WHERE giver <> %(me)s ORDER BY md5(own_code) LIMIT 1")
    others["received"] = [*not_mine, *withdrawn, *theirs, *mine["own"]]
    others["own"] = [*theirs, *held, *not_mine, *mine["received"]]
    others["upload"] = column("SELECT id FROM hub.upload WHERE giver <> %(me)s ORDER BY id LIMIT 1")
    others["run"] = column("SELECT id FROM hub.import_run WHERE giver <> %(me)s ORDER BY id LIMIT 1")
    marks = (cast.partners[slug].code_mark, cast.partners[POLICE].code_mark, 900)
    others["hold"], never["hold"] = ["1"], ["9"]
    never["received"] = never["own"] = [complete("ZZZZZZZZZ", mark=mark) for mark in marks]
    mine["recall"] = column("SELECT id FROM hub.thread WHERE reader = %(me)s AND kind = 'recall' ORDER BY giver = %(me)s, id LIMIT 1")
    others["recall"] = column(
        "SELECT id FROM hub.thread WHERE reader <> %(me)s AND other <> %(me)s AND kind = 'recall' ORDER BY id LIMIT 1"
    )
    of_referrals = "SELECT id FROM hub.thread WHERE kind = 'referral' AND"
    mine["referral"] = column(f"{of_referrals} reader = %(me)s ORDER BY id LIMIT 1")
    others["referral"] = column(f"{of_referrals} reader <> %(me)s AND other <> %(me)s ORDER BY id LIMIT 1")
    others["contact"] = column("SELECT id FROM hub.contact WHERE partner <> %(me)s AND other <> %(me)s ORDER BY id LIMIT 1")
    others["watch"] = column("SELECT id FROM hub.watch WHERE partner <> %(me)s ORDER BY id LIMIT 1")
    never["recall"] = never["referral"] = never["upload"] = never["run"] = never["contact"] = never["watch"] = [str(uuid4())]
    key = """SELECT g.slug || '~' || r.slug || '~' || v.name || '~' || v.version FROM hub.policy_pair p JOIN hub.policy_version v
             ON v.id = p.version_id JOIN hub.partner g ON g.id = p.giver JOIN hub.partner r ON r.id = p.recipient"""
    mine["policy"] = column(f"{key} WHERE %(me)s IN (p.giver, p.recipient) ORDER BY p.giver <> %(me)s, 1 LIMIT 1")
    others["policy"] = column(f"{key} WHERE %(me)s NOT IN (p.giver, p.recipient) ORDER BY 1 LIMIT 1")
    never["policy"] = [f"{slug}~{POLICE}~nooit~1", "geen"]
    mine["partner"], others["partner"], never["partner"] = [POLICE if slug != POLICE else DRENTHE], [COC_GD, OUTSIDER], ["bestaat-niet"]
    mine["bureau"], others["bureau"], never["bureau"] = [DRENTHE], [OUTSIDER], ["bestaat-niet"]
    found.typed = typed_of(cast, slug, mine["own"])
    return found


def meet_things(found: Things, column: Callable[[str], list[str]]) -> None:
    """The bodies of the month: who belongs to them, and what was written about their meetings."""
    found.own["body"] = column("SELECT body FROM hub.membership WHERE partner = %(me)s ORDER BY body LIMIT 1")
    found.hidden["body"] = column("""SELECT slug FROM hub.body WHERE slug NOT IN
                                       (SELECT body FROM hub.membership WHERE partner = %(me)s) ORDER BY slug LIMIT 1""")
    found.own["asked"], found.hidden["asked"] = found.own["body"], found.hidden["body"]  # in this month everybody said yes
    found.absent["body"] = found.absent["asked"] = ["bestaat-niet"]
    spoken = "(SELECT n.consultation FROM hub.nomination n LIMIT 1)"  # the meeting in which there is one of everything
    orders = {"consultation": f"id = {spoken} DESC NULLS LAST, ", "presence": f"consultation = {spoken} DESC NULLS LAST, ",
              "item": f"(consultation = {spoken} AND state = 'published') DESC NULLS LAST, "}  # fmt: skip
    for word in ("series", "consultation", "agreement", "item", "presence"):
        found.own[word] = column(f"SELECT id FROM hub.{word} WHERE partner = %(me)s ORDER BY {orders.get(word, '')}id LIMIT 1")
        found.hidden[word] = column(f"SELECT id FROM hub.{word} WHERE NOT %(me)s = ANY (members) ORDER BY id LIMIT 1")
    for word in ("unavailable", "attendee", "nomination"):  # another's is known, and still not ours to take back
        found.own[word] = column(f"SELECT id FROM hub.{word} WHERE writer = %(me)s ORDER BY id LIMIT 1")
        found.hidden[word] = column(f"SELECT id FROM hub.{word} WHERE writer <> %(me)s ORDER BY id LIMIT 1")
    found.own["minutes"] = column(f"SELECT id FROM hub.minutes WHERE partner = %(me)s AND consultation = {spoken} ORDER BY id LIMIT 1")
    found.hidden["minutes"] = column("SELECT id FROM hub.minutes WHERE NOT %(me)s = ANY (members) ORDER BY id LIMIT 1")
    found.absent["minutes"] = [str(uuid4())]
    for word in ("series", "consultation", "agreement", "item", "presence", "unavailable", "attendee", "nomination"):
        found.absent[word] = [str(uuid4())]


def collect_things(found: Things, superuser: psycopg.Connection, *, me: int, asked: list[PartnerId]) -> None:
    """The collection of the month: who has an edition, who is asked for a statement, who leads the gathering."""

    def has(table: str, whose: str) -> bool:
        return superuser.execute(f"SELECT FROM hub.{table} WHERE {whose} = %s", (me,)).fetchone() is not None

    here = {"edition": has("collection", "recipient"), "statement": me in asked, "gathering": has("gathering", "collector")}
    for word, is_mine in here.items():
        found.own[word], found.hidden[word] = (["drenthe"], []) if is_mine else ([], ["drenthe"])
        found.absent[word] = ["groningen", "nergens"]
    found.own["month"], found.own["addendum"] = ["2026-10"], ["1"] if has("collection", "number = 1 AND recipient") else []


def typed_of(cast: Cast, slug: str, codes: list[str]) -> dict[str, object]:
    """A form that would be right for a case of this partner."""
    said: dict[str, object] = {
        "soort": "bijgewerkt",
        "vorm": "json",
        "recipient": POLICE,
        "state": "given",
        "how": "talk",
        "purposes": ["case_work"],
    }
    said |= {f"antwoord-{POLICE}": "alles", f"doel-{POLICE}": ["case_work"], "given_by": "reporter"}
    said |= {"what": "*", "because": "Op verzoek van de melder", "until": ""}
    said |= {"when": "later", "answer": "confirmed", "person": "Balie", "channel": "phone", "reach": "kantoor", "moment": "op werkdagen"}
    if codes:
        with cast.as_person(slug) as work:
            case = own_case(work, house=cast.house, code=codes[0])
        known = {field.name for field in forms.fields_for(cast.partners[slug].kind, vocabulary=cast.house.book.vocabulary)}
        said |= forms.retyped({fact: value for fact, value in case.facts.items() if fact in known}, circumstances=case.circumstances)
        said[REVISION] = str(case.revisions[0].no)
    return said


def methods_of(rule: Rule) -> list[str]:
    """GET or POST; what Flask answers by itself is no door of its own."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def addresses(rule: Rule, things: Things, which: str) -> list[str]:
    """The addresses of this door for things of one sort: a thing that leads another in the path decides whose the whole is."""
    lot = {"own": things.own, "hidden": things.hidden, "absent": things.absent}[which]
    kinds = entry.ENTRIES[rule.endpoint].things
    names = [name for name in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule) if name in kinds]
    rows: list[Words] = [{}]
    for place, name in enumerate(names):
        values = lot[kinds[name]] if place == 0 else things.own[kinds[name]]
        rows = [{**row, name: value} for row in rows for value in values]
    return [re.sub(r"<(?:\w+:)?(\w+)>", lambda part, row=row: row[part[1]], rule.rule) for row in rows]  # type: ignore[misc]


def doors(app: Flask) -> list[tuple[Rule, str]]:
    """Every door that is not open to everybody, with each of its methods; what reads stands before what changes."""
    rules = [rule for rule in app.url_map.iter_rules() if entry.ENTRIES[rule.endpoint].roles is not None]
    return sorted(((rule, method) for rule in rules for method in methods_of(rule)), key=lambda one: (one[1], one[0].rule))
