"""The lines of the journal before they are stored: their form, what they may carry, and what they never say."""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import pytest

from hub.audit.events import GROUPS, Event, unknown_facts
from hub.audit.facts import FACTS, FactRefused
from hub.audit.journal import lines_of
from hub.kernel.actor import Actor, Clerk, Doorkeeper, Person
from hub.kernel.words import PartnerId, Secret

NOW = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
KEY = UUID("0192f0c1-0000-7000-8000-000000000001")
ANNA = Person(PartnerId(1), KEY, frozenset({"coordinator", "case_worker"}), Secret("ticket"))


class Cause(StrEnum):
    GUARDIAN = "voogd-gewijzigd"


def said(event: Event, actor: Actor = ANNA, **facts: object) -> dict[str, object]:
    [line] = lines_of([facts], event=event, actor=actor, now=NOW)
    return json.loads(line)  # type: ignore[no-any-return]


def test_a_line_says_who_did_what_when_to_what_and_why() -> None:
    line = said(Event.SHARED, contribution=KEY, revision=3, recipients=["om-noord-nederland", "bureau-drenthe"], policy_version=2)

    assert len(str(line.pop("nonce"))) == 32
    assert line == {
        "k": "verstrekken/bijdrage-gedeeld", "tijd": "2026-11-04T09:30:00.000Z", "actor": str(KEY), "partner": 1,
        "rol": ["case_worker", "coordinator"], "object": {"bijdrage": str(KEY), "revisie": 3}, "beleid": {"versie": 2},
        "ontvangers": ["bureau-drenthe", "om-noord-nederland"], "reden": "beleid", "uitkomst": "gedaan",
    }  # fmt: skip


def test_a_line_is_the_one_way_to_write_its_json() -> None:
    facts = {"contribution": KEY, "code": "7K2MQ4XD9E6", "fields": {"place": "g", "accused": "n"}, "until": date(2027, 1, 1)}

    [line] = lines_of([{**facts, "purposes": ["help", "case_work"]}], event=Event.SHARED, actor=ANNA, now=NOW)

    assert line == json.dumps(json.loads(line), sort_keys=True, separators=(",", ":")).encode()


def test_many_lines_come_in_order_and_no_two_have_the_same_nonce() -> None:
    lines = [json.loads(line) for line in lines_of([{"contribution": at} for at in range(250)], event=Event.SHARED, actor=ANNA, now=NOW)]

    assert [line["object"]["bijdrage"] for line in lines] == list(range(250))
    assert len({line["nonce"] for line in lines}) == 250


def test_lines_with_other_facts_stand_beside_each_other() -> None:
    first, second = lines_of([{"contribution": 1}, {"revision": 2, "contribution": 1}], event=Event.SHARED, actor=ANNA, now=NOW)

    assert json.loads(first)["object"] == {"bijdrage": 1}
    assert json.loads(second)["object"] == {"bijdrage": 1, "revisie": 2}


@pytest.mark.parametrize(
    ("actor", "who"),
    [
        (ANNA, (str(KEY), 1, ["case_worker", "coordinator"])),
        (Clerk(PartnerId(4)), (None, 4, ["hub"])),
        (Clerk(), (None, None, ["hub"])),
        (Doorkeeper(), (None, None, ["portier"])),
    ],
)
def test_every_actor_is_named_by_key_and_role_and_never_by_name(actor: Actor, who: tuple[object, ...]) -> None:
    line = said(Event.SIGN_IN_REFUSED, actor, provider="demo")

    assert (line["actor"], line["partner"], line["rol"]) == who
    assert (line["uitkomst"], line["reden"]) == ("geweigerd", "onbekend")


def test_counts_of_an_import_stand_together() -> None:
    line = said(Event.TAKEN_IN, received=10, new=7, refused=3, shared={"om-noord-nederland": 4})

    assert line["aantallen"] == {"ontvangen": 10, "nieuw": 7, "geweigerd": 3, "gedeeld": {"om-noord-nederland": 4}}


def test_a_reason_comes_from_the_list_or_from_a_list_of_the_room() -> None:
    assert said(Event.ROW_REMOVED, reason="intrekking")["reden"] == "intrekking"
    assert said(Event.ROW_REMOVED, reason=Cause.GUARDIAN)["reden"] == "voogd-gewijzigd"
    with pytest.raises(FactRefused, match="the fact reason"):
        said(Event.ROW_REMOVED, reason="omdat-jan-het-vroeg")


@pytest.mark.parametrize("facts", [{"narrative": "x"}, {"upload": KEY}, {"nonce": "x"}, {"tijd": "x"}])
def test_a_fact_that_the_event_does_not_list_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(FactRefused, match="SHARED does not carry"):
        said(Event.SHARED, **facts)


WRONG: list[tuple[Event, str, object]] = [
    (Event.SHARED, "contribution", "Jan Jansen"), (Event.SHARED, "contribution", None), (Event.SHARED, "contribution", Secret("x")),
    (Event.SHARED, "contribution", True), (Event.SHARED, "revision", -1), (Event.SHARED, "revision", 1.5),
    (Event.SHARED, "revision", 2**63),
    (Event.SHARED, "code", "7K2M-Q4XD-9E6"), (Event.SHARED, "code", "7K2MQ4XD9EU"), (Event.SHARED, "recipient", "Jan Jansen"),
    (Event.SHARED, "recipient", 'a"b'), (Event.SHARED, "recipient", 3), (Event.SHARED, "recipient", "a" * 61),
    (Event.SHARED, "recipients", "bureau-drenthe"),
    (Event.SHARED, "recipients", ["bureau-drenthe", 'x"']), (Event.SHARED, "fields", {"place": "Kerkstraat 1"}),
    (Event.SHARED, "fields", {"Kerkstraat 1": "g"}), (Event.SHARED, "fields", {"place": ["g"]}), (Event.SHARED, "fields", "place"),
    (Event.SHARED, "until", NOW), (Event.SHARED, "until", "2026-11-04"), (Event.SHARED, "policy", "../x"),
    (Event.SHARED, "policy_hash", "ab"),
    (Event.SHARED, "policy", "%s"), (Event.TAKEN_IN, "shared", {"bureau-drenthe": "veel"}), (Event.TAKEN_IN, "shared", [1]),
    (Event.SIGNED_IN, "origin", "192.168.1.7"), (Event.SIGNED_IN, "provider", "demo\n"), (Event.TAKEN_IN, "fingerprint", "0" * 63),
]  # fmt: skip


@pytest.mark.parametrize(("event", "name", "value"), WRONG)
def test_a_fact_in_another_form_is_refused_without_repeating_it(event: Event, name: str, value: object) -> None:
    with pytest.raises(FactRefused) as refusal:
        said(event, **{name: value})

    assert f"the fact {name}" in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert not isinstance(value, str) or len(value) < 4 or value not in str(refusal.value)


@pytest.mark.parametrize(("name", "value"), [("origin", "192.168.1.0/24"), ("origin", "2001:db8:1::/48"), ("origin", "loopback")])
def test_an_address_is_kept_as_a_prefix_only(name: str, value: str) -> None:
    assert said(Event.SIGNED_IN, **{name: value})["oorsprong"] == value


def test_every_policy_file_can_be_named() -> None:
    for name in ("bureau-drenthe--om-noord-nederland", "a--b.referral", "_legal_floor", "_vocabulary.yaml"):
        assert said(Event.POLICY_LOADED, policy=name)["beleid"] == {"naam": name}


def test_every_event_has_a_group_of_the_law_its_own_word_and_facts_that_can_be_written() -> None:
    assert unknown_facts() == frozenset()
    assert {event.group for event in Event} <= GROUPS
    assert len({event.value.word for event in Event}) == len(Event)
    for event in Event:
        if event.group in ("raadplegen", "verstrekken"):
            assert event.value.reason, "looking up and giving away carry a reason"


def test_no_two_facts_share_a_place_but_one_recipient_and_many() -> None:
    places = [place for name, (place, _) in FACTS.items() if name != "recipient"]

    assert len(places) == len(set(places))
