"""Policies, reasons and values in Dutch: complete for the giver, and for the recipient no more than the policy says."""

import re
from dataclasses import replace
from random import Random

import pytest

from hub.sharing.decide import decide
from hub.sharing.facts import FACTS, Value, parse_span
from hub.sharing.policy import Policy
from hub.sharing.projection import Nothing
from hub.sharing.question import Terms
from hub.sharing.sentences import explain_to_giver, explain_to_recipient, listed, policy_in_dutch, reason_in_dutch, value_in_dutch
from tests.generated import BOOK, PAIRS, any_case, any_occasion, full_case, mild_occasion, terms_of

FLOOR, VOCABULARY = BOOK.floor, BOOK.vocabulary
POLICE = BOOK.policy_named("politie--bureaus")


@pytest.mark.parametrize("policy", BOOK.policies, ids=lambda policy: policy.name)
def test_a_policy_reads_as_whole_sentences_that_name_every_fact_and_every_partner(policy: Policy) -> None:
    sentences = policy_in_dutch(policy, vocabulary=VOCABULARY, partners=BOOK.partners)
    text = " ".join(sentences)

    assert all((sentence.endswith(".") and sentence[0].isupper()) or sentence.startswith("COC") for sentence in sentences)
    assert all(VOCABULARY.facts[fact].dutch in text for fact in FACTS)
    assert all(BOOK.partners[slug].name in text for slug in (*policy.givers, *policy.recipients))
    assert all(sentence in text for sentence in policy.not_shared.values())
    assert "Dit is een voorbeeld en geen echt besluit." in sentences
    assert not re.search(r"\b[a-z]+_[a-z]+\b", text), "no word of the files themselves"


def test_every_reason_and_every_state_of_a_decision_has_a_sentence_for_the_giver() -> None:
    chance, said = Random(4), set[str]()

    for _ in range(700):
        policy, giver, recipient = chance.choice(PAIRS)
        terms = terms_of(policy, recipient=recipient)
        answer = decide(any_case(chance, giver=BOOK.partners[giver]), terms=terms, occasion=any_occasion(chance, recipient=terms.recipient))
        sentences = [reason_in_dutch(reason, floor=FLOOR) for reason in answer.because]
        if not isinstance(answer, Nothing):
            for fact, shape in answer.shapes.items():
                sentences.append(explain_to_giver(fact, state=shape.state, because=answer.because, terms=terms))
        assert all(sentence.endswith(".") and len(sentence) > 10 for sentence in sentences)
        said.update(sentences)

    assert len(said) > 60


@pytest.mark.parametrize(
    ("fact", "steering", "held", "part"),
    [
        ("residence", {"anonymity": "full"}, {}, "De melder is geheel anoniem, of dat is niet bekend."),
        ("residence", {"anonymity": "towards_others"}, {}, "De melder wil anoniem blijven voor anderen."),
        ("accused", {}, {}, "Het bureau vraagt dit zelf"),
        ("terrain", {}, {"terrain": None}, "U houdt dit tegen"),
        ("place", {}, {"place": "province"}, "u maakt het voor deze zaak grover"),
        ("place", {}, {}, "Gedeeld: de gemeente. Afspraak 'COC verwijst"),
        ("place", {}, {}, "VOORBEELD-COC-2026-001"),
    ],
)
def test_the_giver_reads_the_reason_with_its_source(fact: str, steering: dict[str, str], held: dict[str, str | None], part: str) -> None:
    terms = terms_of(next(policy for policy in BOOK.policies if policy.name == "coc--bureaus.referral"), recipient="bureau-fryslan")
    case = full_case("coc-friesland", "bureau-fryslan")
    occasion = mild_occasion("bureau-fryslan")
    answer = decide(
        replace(case, circumstances={**case.circumstances, **steering}),
        terms=terms,
        occasion=replace(occasion, held=replace(occasion.held, facts=held)),
    )

    assert not isinstance(answer, Nothing)
    assert part in explain_to_giver(fact, state=answer.shapes[fact].state, because=answer.because, terms=terms)


def test_a_giver_without_a_policy_reads_that_there_is_none() -> None:
    terms = Terms(BOOK.partners["buitenstaander"], None, None, FLOOR, VOCABULARY)

    assert explain_to_giver("place", state="p", because=(), terms=terms) == "Er is geen afspraak met deze ontvanger."
    assert reason_in_dutch("no_policy", floor=FLOOR) == "Er is geen afspraak met deze ontvanger."


@pytest.mark.parametrize(("state", "word"), [("u", "niet bekend"), ("n", "niet gevraagd"), ("e", "gewist")])
def test_the_giver_can_tell_the_absences_apart_and_the_recipient_cannot(state: str, word: str) -> None:
    assert POLICE is not None
    terms = terms_of(POLICE, recipient="bureau-emmen")

    assert word in explain_to_giver("terrain", state=state, because=(), terms=terms)
    assert explain_to_recipient("terrain", value=None, policy=POLICE, vocabulary=VOCABULARY) == "Niet gedeeld."


def test_the_recipient_reads_the_value_or_the_sentence_that_holds_for_all_cases() -> None:
    assert POLICE is not None

    shown = explain_to_recipient("incident_date", value=parse_span("2026-10-01/2026-10-07"), policy=POLICE, vocabulary=VOCABULARY)
    hidden = explain_to_recipient("accused", value=None, policy=POLICE, vocabulary=VOCABULARY)

    assert shown == "De datum van het voorval: 1 tot en met 7 oktober 2026. De afspraak deelt de week van de maand."
    assert hidden == "Gegevens over verdachten zijn niet nodig voor hulp of overleg."


@pytest.mark.parametrize(
    ("fact", "value", "dutch"),
    [
        ("incident_date", parse_span("2026-10-07"), "7 oktober 2026"),
        ("incident_date", parse_span("2026-02-22/2026-02-28"), "22 tot en met 28 februari 2026"),
        ("incident_date", parse_span("2026-10"), "oktober 2026"),
        ("incident_date", parse_span("2026-Q4"), "vierde kwartaal van 2026"),
        ("incident_date", parse_span("2026-Q1"), "eerste kwartaal van 2026"),
        ("incident_date", parse_span("2026"), "2026"),
        ("place", "GM0114", "Emmen"),
        ("place", "PV21", "Fryslân"),
        ("residence", "elsewhere", "buiten Noord-Nederland"),
        ("online", True, "ja"),
        ("mass_report", False, "nee"),
        (
            "ground",
            ("geslacht/genderidentiteit", "ras", "seksuele_gerichtheid"),
            "geslacht (genderidentiteit), ras en seksuele gerichtheid",
        ),
        ("ground", ("geloof_en_overtuiging",), "geloof en overtuiging"),
        ("terrain", "commerciele_dienstverlening", "commerciële dienstverlening"),
        ("reported_elsewhere", (), "geen"),
        ("reported_elsewhere", ("college", "police"), "het College voor de Rechten van de Mens en de politie"),
        ("narrative", "Iemand riep iets.", "Iemand riep iets."),
        ("status", "open", "open"),
    ],
)
def test_a_value_is_written_as_people_write_it(fact: str, value: Value, dutch: str) -> None:
    assert value_in_dutch(value, fact=fact, vocabulary=VOCABULARY) == dutch


def test_words_are_listed_with_commas_and_an_and() -> None:
    assert [listed(["een"]), listed(["een", "twee"]), listed(["een", "twee", "drie"])] == ["een", "een en twee", "een, twee en drie"]
