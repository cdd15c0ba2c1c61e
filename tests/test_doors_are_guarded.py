"""Every door is declared, asks for a login and a form of our own, changes nothing when it only shows, and lets only projections out."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask, template_rendered
from jinja2 import Undefined
from markupsafe import Markup
from marshmallow import RAISE, Schema
from werkzeug.routing import UUIDConverter

from hub.cases.forms import Field
from hub.cases.house import House
from hub.kernel.errors import Problem
from hub.kernel.schemas import HouseSchema
from hub.people.words import Onward
from hub.web import door, entry
from tests.cast import COC_GD, EVERYBODY, FRYSLAN, POLICE, Cast
from tests.walls.month import play_month
from tests.walls.seats import Seat, Things, addresses, doors, essence, methods_of, seats, things_of

HUB = Path(__file__).parent.parent / "hub"
PAGES = sorted(HUB.glob("*/pages.py"))
TEMPLATES = sorted((HUB / "web" / "templates").rglob("*.html"))
TEXT_PARTS = {  # a path part that is any text → who says no to what it cannot be
    "code": "mint.read: no code is absent", "recipient": "looked up among the recipients of the case",
    "province": "looked up among the provinces of a collection", "month": "read as a month or absent", "number": "a number or absent",
    "token": "looked up by its hash: any other is absent",
    "body": "looked up among the bodies of the reader", "key": "looked up among the agreements of the reader",
    "provider": "looked up in the register of providers", "name": "looked up among the static files",
}  # fmt: skip
NOTES = {"hub.seen", "hub.disclosure", "audit.entry", "hub.session"}  # what looking may leave: who saw what, when; and that a session lives
NOT_PROJECTED = {  # what a template gets besides dumped values → why nothing of a case can be in it
    "form": "what this visitor typed just now, and what is wrong with it",
    "code": "the code in the address", "id": "the number in the address",
    "sections": "the fields of an empty form", "questions": "the questions of an empty form", "revision": "the revision the form stands on",
    "words": "words to choose from in a form",
    "purposes": "words of the vocabulary", "titles": "the titles of the agreed exports", "preview": "counts and refusals of the own file",
    "contacts_waiting": "how many of the reader's own rows wait for the reader",
    "recalls_waiting": "as above", "referrals_waiting": "as above",
    "first": "a link", "onward": "a link", "is_filtered": "yes or no",
    "providers": "the register of providers", "way_out": "a link",
    "heading": "words of an error", "sentence": "words of an error", "advice": "words of an error", "problems": "words of an error",
}  # fmt: skip
PLAIN = (str, int, float, bool, date, datetime, type(None), Markup)
SHAPES = (Field, Problem, Onward)  # frozen values without a case in them: a field of a form, words about it, a link
FOREIGN = (  # what a browser sends with a form that is not ours, or a program that is no browser
    {"Origin": "https://elders.example", "Sec-Fetch-Site": "cross-site"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-site"}, {"Origin": "null"},
    {"Origin": "http://localhost:8001", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost:8000.elders.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {},
)  # fmt: skip
ODD = ("%00", "..", "a" * 4000, "%F0%9F%92%A5", "'", "%2e%2e%2f", "0", "-", "%0d%0aSet-Cookie:x=1", "{{7*7}}", "%C3%28", "00000000-0000")


@dataclass(frozen=True)
class Standing:
    """The hub after a month, seats at its doors, and a way to see whether anything changed."""

    app: Flask
    superuser: psycopg.Connection
    seats: dict[tuple[str, str], Seat]
    things: dict[str, Things]

    def state(self) -> dict[str, str]:
        """A fingerprint of every table but the notes that reading leaves."""
        asked = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('hub', 'audit', 'sec')"
        told = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
        names = [name for (name,) in self.superuser.execute(asked).fetchall() if name not in NOTES]
        return {name: self.superuser.execute(told.format(name)).fetchone()[0] for name in names}


@pytest.fixture(scope="module")
def standing(app: Flask, house: House, superuser: psycopg.Connection, emptied: str) -> Iterator[Standing]:
    superuser.execute(emptied)
    with app.app_context():
        cast = Cast(house)
        play_month(cast)
        things = {slug: things_of(cast, slug, superuser) for slug in EVERYBODY}
        with seats(app, cast, superuser) as found:
            yield Standing(app, superuser, found, things)
    superuser.execute(emptied)


def every_address(
    standing: Standing, slug: str, *, method: str, sorts: tuple[str, ...] = ("own", "hidden", "absent"), role: str = ""
) -> list[str]:
    """Every address behind a login that this partner can name, of these sorts of things; with a role, only what that may enter."""
    may = [
        rule for rule, one in doors(standing.app) if one == method and (not role or entry.is_open(rule.endpoint, roles=frozenset({role})))
    ]
    told = [(rule, sort) for rule in may for sort in sorts]
    return list(dict.fromkeys(path for rule, sort in told for path in addresses(rule, standing.things[slug], sort)))


def test_the_table_of_entries_names_every_door_and_no_door_that_is_not_there(app: Flask):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(entry.ENTRIES)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(app.view_functions)
    assert set(entry.FROM_ELSEWHERE) <= set(entry.ENTRIES)


def test_a_door_either_shows_or_changes_and_never_both(app: Flask):
    for rule in app.url_map.iter_rules():
        assert methods_of(rule) in (["GET"], ["POST"]), rule.endpoint


def test_every_part_of_an_address_has_a_type_or_somebody_who_says_no(app: Flask):
    for rule in app.url_map.iter_rules():
        assert rule.arguments == set(rule._converters), rule.rule
        text = {name for name, converter in rule._converters.items() if not isinstance(converter, UUIDConverter)}
        assert text <= TEXT_PARTS.keys(), rule.rule
        assert entry.ENTRIES[rule.endpoint].roles is None or set(entry.ENTRIES[rule.endpoint].things) == rule.arguments, rule.rule


def test_without_a_login_every_door_gives_the_same_answer_by_every_method(standing: Standing):
    stranger, wrong = Seat(standing.app), []
    told = {path: essence(stranger.get(path)) for path in every_address(standing, FRYSLAN, method="GET")}
    told |= {path: essence(stranger.post(path, data={"a": "b"})) for path in every_address(standing, FRYSLAN, method="POST")}
    for rule, _ in doors(standing.app):
        [path, *_] = addresses(rule, standing.things[POLICE], "own")
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            answer = stranger.client.open(path, method=method, base_url="https://localhost:8000")
            wrong += [f"{method} {path} {answer.status_code}"] if answer.status_code not in (401, 405) else []

    assert {one[0] for one in told.values()} == {401}
    assert len(set(told.values())) == 1
    assert wrong == []


def test_looking_changes_nothing_but_the_notes_of_the_looking(standing: Standing):
    seat, before = standing.seats[FRYSLAN, "coordinator"], standing.state()

    statuses = {path: seat.get(path).status_code for path in every_address(standing, FRYSLAN, method="GET", role="coordinator")}

    assert standing.state() == before
    assert list(statuses.values()).count(200) >= 10
    assert set(statuses.values()) <= {200, 404}


def test_a_form_that_is_not_ours_is_refused_at_every_door_and_changes_nothing(standing: Standing):
    seat, before, wrong = standing.seats[FRYSLAN, "coordinator"], standing.state(), []
    data = {**standing.things[FRYSLAN].typed, door.FORM_FIELD: seat.token()}
    for path in [*every_address(standing, FRYSLAN, method="POST", sorts=("own",)), "/afmelden"]:
        tries = [seat.client.post(path, data=data, headers=headers, base_url="https://localhost:8000") for headers in FOREIGN]
        ours = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}
        for token in ("", "0" * 64, standing.seats[FRYSLAN, "case_worker"].token()):
            body = {door.FORM_FIELD: token}
            tries.append(seat.client.post(path, data=body, headers=ours, base_url="https://localhost:8000"))
        tries.append(seat.client.post(path, json=data, headers=ours, base_url="https://localhost:8000"))
        tries.append(seat.client.post(path, data="x=1", headers={**ours, "Content-Type": "text/plain"}, base_url="https://localhost:8000"))
        wrong += [f"{path} {number} {answer.status_code}" for number, answer in enumerate(tries) if answer.status_code != 403]

    assert wrong == []
    assert standing.state() == before


def test_an_odd_part_of_an_address_is_as_absent_as_one_that_never_was(standing: Standing):
    seat, things, wrong = standing.seats[FRYSLAN, "coordinator"], standing.things[FRYSLAN], []
    for rule, method in doors(standing.app):
        for name in entry.ENTRIES[rule.endpoint].things:
            [pattern, *_] = [rule.rule] if rule.arguments == {name} else [rule.rule.replace("<code>", things.own["own"][0])]
            for odd in ODD:
                answer = seat.ask(method, re.sub(r"<(?:\w+:)?\w+>", lambda _, odd=odd: odd, pattern), things.typed)
                wrong += [f"{method} {pattern} {odd[:20]} {answer.status_code}"] if answer.status_code != 404 else []

    assert wrong == []


def test_odd_words_behind_an_address_are_never_an_error_of_the_hub(standing: Standing):
    seat, wrong = standing.seats[FRYSLAN, "coordinator"], []
    words = (
        "onbekend=1",
        "na=x&na=y",
        "na=%00",
        "na=" + "A" * 3000,
        "gedaan=<b>",
        "maand=2026-13",
        "provincie=%F0",
        "gedaan=zaak&gedaan=zaak",
    )
    paths = every_address(standing, FRYSLAN, method="GET", sorts=("own",), role="coordinator")
    paths = [path for path in paths if not path.startswith("/inlezen/")]
    for path in paths:
        for said in words:
            answer = seat.get(f"{path}?{said}")
            wrong += (
                [f"{path}?{said[:20]} {answer.status_code}"] if answer.status_code not in (200, 400, 404) or b"<b>" in answer.data else []
            )

    assert wrong == []


def unplain(value: Any, *, place: str = "") -> Iterator[str]:
    """Where in a value stands something that no schema dumped."""
    if isinstance(value, PLAIN) or type(value).__name__ == "UUID":
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from unplain(inner, place=f"{place}.{key}")
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from unplain(inner, place=f"{place}[]")
    elif not isinstance(value, SHAPES):
        yield f"{place} is a {type(value).__name__}"


def test_a_template_gets_dumped_values_and_no_row_secret_or_value_of_the_rooms(standing: Standing):
    found: set[str] = set()
    names: set[str] = set()
    shared = {*standing.app.jinja_env.globals, "g", "request", "session", "shell", "form_token", "may_enter", "link", "config"}

    def look(_: Flask, template: Any, context: dict[str, Any], **__: Any) -> None:
        names.add(template.name)
        found.update(
            f"{template.name} {one}" for name, value in context.items() if name not in shared for one in unplain(value, place=name)
        )

    with template_rendered.connected_to(look, standing.app):
        for slug in (FRYSLAN, POLICE, COC_GD):
            seat = standing.seats[slug, "coordinator"]
            for path in ["/", "/aanmelden", "/privacy", "/zaken/0", *every_address(standing, slug, method="GET", sorts=("own",))]:
                seat.get(path)
        for path in [path for path in every_address(standing, FRYSLAN, method="POST") if not path.startswith("/inlezen/")]:
            standing.seats[FRYSLAN, "coordinator"].post(path, data={"revisie": "1", "recipient": "bestaat-niet"})

    assert found == set()
    cases = "own own_one received received_one intake preview taken_in consent enter withdraw".split()
    casuistry = "collections edition edition_print statements gatherings gathering".split()
    assert names >= {"web/overview.html", "error.html", *(f"cases/{name}.html" for name in cases)}
    assert names >= {f"casuistry/{name}.html" for name in casuistry}


def test_the_look_at_templates_notices_what_no_schema_dumped():
    planted = {"case": {"rows": [SimpleNamespace(narrative="…")], "day": date(2026, 11, 4)}, "missing": Undefined(name="x")}

    assert sorted(unplain(planted)) == [".case.rows[] is a SimpleNamespace", ".missing is a Undefined"]


def bare_values(tree: ast.Module) -> Iterator[str]:
    """What a page hands to a template without a schema, though no exception names it."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        given = {target.id: node.value for node in ast.walk(function) if isinstance(node, ast.Assign)
                 for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if ast.unparse(call.func).split(".")[-1] in ("render_template", "render_template_string", "stream_template"):
                yield from (f"{function.name}: {word.arg or '**'}" for word in call.keywords if not is_dumped(word.arg, word.value, given))


def is_dumped(name: str | None, value: ast.expr, given: dict[str, ast.expr]) -> bool:
    """Whether this is what a schema dumped, a constant, a yes or no, or named among the exceptions."""
    if name in NOT_PROJECTED or isinstance(value, ast.Constant | ast.Compare):
        return True
    if isinstance(value, ast.Name) and value.id in given:
        return is_dumped(name, given[value.id], {})
    if isinstance(value, ast.BinOp):
        return is_dumped(None, value.left, given) and is_dumped(None, value.right, given)
    if isinstance(value, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in value.keys]
        return all(is_dumped(key, one, given) for key, one in zip(keys, value.values, strict=True))
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "dump"


@pytest.mark.parametrize("file", [*PAGES, HUB / "web" / "faults.py"], ids=lambda file: str(file.relative_to(HUB)))
def test_a_page_hands_a_template_what_a_schema_dumped_and_nothing_else(file: Path):
    assert list(bare_values(ast.parse(file.read_text("utf-8")))) == []


@pytest.mark.parametrize("planted", [
    "return render_template('x.html', row=row)", "return render_template('x.html', **vars(page))",
    "return render_template('x.html', rows=page.rows)", "return render_template('x.html', **{'case': page.case, 'first': ''})",
    "told = page.case\n    return render_template('x.html', case=told)", "return flask.render_template('x.html', n=len(rows))",
    "return render_template('x.html', **(Schema().dump(page) | {'raw': page}))",
])  # fmt: skip
def test_a_value_that_passes_by_the_schemas_is_noticed(planted: str):
    assert list(bare_values(ast.parse(f"def show(page, row):\n    {planted}\n"))) != []


def test_templates_escape_everything_and_ask_what_is_there_and_never_who_looks():
    unasked = re.compile(r"\|\s*(?:safe|tojson)\b|autoescape|__|\b(?:request|session|viewer|roles|config|g)\b")
    for file in TEMPLATES:
        said = " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", file.read_text("utf-8"), re.DOTALL))
        assert not unasked.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", said)), file.name


for file in HUB.rglob("*.py"):  # so that no schema is overlooked, whoever imports it
    import_module(
        ".".join(file.relative_to(HUB.parent).with_suffix("").parts).removesuffix(".__init__")
    ) if file.stem != "__main__" else None


def every_schema(kind: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for one in kind.__subclasses__():
        yield from every_schema(one)
        if one.__module__.startswith("hub."):
            yield one


SCHEMAS = sorted(set(every_schema()) - {HouseSchema}, key=lambda one: one.__qualname__)
# These read files and forms, and never let a value out.
ONLY_READ = {"Strict", "ListSchema", "OwnListSchema", "EditionListSchema", "DeedForm", "EvidenceForm", "HoldForm"}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda one: one.__qualname__)
def test_a_schema_refuses_a_key_it_does_not_know_and_a_value_that_lacks_a_field(schema: type[Schema]):
    assert schema().unknown == RAISE
    if {one.__name__ for one in schema.__mro__} & ONLY_READ:
        return
    assert issubclass(schema, HouseSchema)
    names = list(schema().fields)
    for missing in names:
        with pytest.raises((KeyError, AttributeError)):
            schema(only=[missing]).dump(SimpleNamespace())


def test_no_schema_lets_out_whatever_a_value_has():
    assert len(SCHEMAS) > 15
    for schema in SCHEMAS:
        assert not schema.Meta.__dict__.get("include") and not schema.Meta.__dict__.get("additional"), schema.__qualname__
