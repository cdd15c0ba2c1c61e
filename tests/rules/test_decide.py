"""The decision only takes away, names every obstacle, and gives each fact a reason."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hub.partners.rules import Kind
from hub.sharing.compare import meet
from hub.sharing.decide import STEPS, decide, months_after
from hub.sharing.facts import FACTS, Case
from hub.sharing.invariants import Floor, FloorRule
from hub.sharing.policy import Condition, ExistingCases, Policy, PolicyKind, Purpose
from hub.sharing.projection import NO_POLICY, Answer, Nothing, Projection, recipient_bytes
from hub.sharing.question import Consents, ConsentState, HeldBack, Occasion, Terms, Ties
from hub.sharing.sentences import REASONS
from tests.generated import BOOK, PAIRS, TODAY, any_case, any_occasion, full_case, is_no_finer, mild_occasion, terms_of

WORDS = BOOK.vocabulary.facts
EXAMPLES = 200
seeds = some.integers(min_value=0)


def policy_named(name: str) -> Policy:
    policy = BOOK.policy_named(name)
    assert policy is not None
    return policy


def any_question(chance: Random) -> tuple[Case, Terms, Occasion]:
    policy, giver, recipient = chance.choice(PAIRS)
    base = None if chance.random() < 0.05 else policy
    terms = Terms(BOOK.partners[recipient], policy, base, BOOK.floor, BOOK.vocabulary)
    return any_case(chance, giver=BOOK.partners[giver]), terms, any_occasion(chance, recipient=BOOK.partners[recipient])


@settings(max_examples=EXAMPLES)
@given(seed=seeds)
def test_every_question_has_an_answer_with_a_reason_for_everything(seed: int) -> None:
    chance = Random(seed)
    case, terms, occasion = any_question(chance)

    answer = decide(case, terms=terms, occasion=occasion)

    assert len(answer.states) == len(FACTS)
    assert answer == decide(case, terms=terms, occasion=occasion)
    if isinstance(answer, Nothing):
        assert answer.because
        assert all(reason in REASONS or reason.startswith("floor:") for reason in answer.because)
    else:
        assert tuple(answer.shapes) == FACTS
        assert all(shape.reason and shape.is_shown == (shape.value is not None) for shape in answer.shapes.values())
        assert occasion.on <= answer.until <= terms.policy.valid_until if terms.policy else False


@settings(max_examples=EXAMPLES)
@given(seed=seeds)
def test_permuting_the_steps_changes_reasons_and_never_values(seed: int) -> None:
    chance = Random(seed)
    case, terms, occasion = any_question(chance)

    answers = [decide(case, terms=terms, occasion=occasion, steps=order) for order in permutations(STEPS)]

    assert len(set(map(recipient_bytes, answers))) == 1
    assert len({frozenset(answer.because) for answer in answers if isinstance(answer, Nothing)}) <= 1


def held_coarser(chance: Random, held: HeldBack) -> HeldBack:
    """The same hold-back, with one fact as coarse as it was or coarser."""
    fact = chance.choice(FACTS)
    words = WORDS[fact].words[WORDS[fact].step(held.facts.get(fact, WORDS[fact].words[0])) :]
    return replace(held, facts={**held.facts, fact: chance.choice([*words, None])})


def floor_raised(chance: Random, floor: Floor) -> Floor:
    """The same floor with one rule more, which hides a fact or the row from everybody."""
    everybody, hides_row = frozenset(Kind), chance.random() < 0.3
    rule = FloorRule("more", everybody, frozenset(PolicyKind), {}, {}, (chance.choice(FACTS),), hides_row, "Meer.", "-", "niets")
    return replace(floor, rules=(*floor.rules, rule))


def policy_narrowed(chance: Random, policy: Policy) -> Policy:
    """The same policy with a fact less, a fact coarser, or one condition more."""
    shared = chance.choice(list(policy.share))
    steps = WORDS[shared].words[WORDS[shared].step(policy.share[shared]) :]
    condition = Condition("ground", frozenset({chance.choice(["ras", "seksuele_gerichtheid", "geslacht"])}))
    return chance.choice([
        replace(policy, share={one: word for one, word in policy.share.items() if one != shared}),
        replace(policy, share={**policy.share, shared: chance.choice(steps)}),
        replace(policy, conditions=(*policy.conditions, condition)),
    ])  # fmt: skip


def narrowed(chance: Random, terms: Terms, occasion: Occasion) -> tuple[Terms, Occasion]:
    """The same question with one thing more in the way."""
    held, consents, policy = occasion.held, occasion.consents, terms.policy
    assert policy is not None
    fewer = consents.purposes & {Purpose.CONSULTATION, Purpose.HELP}
    return chance.choice([
        (terms, replace(occasion, held=held_coarser(chance, held))),
        (terms, replace(occasion, held=replace(held, whole=True))),
        (terms, replace(occasion, consents=replace(consents, state=ConsentState.WITHDRAWN))),
        (terms, replace(occasion, consents=replace(consents, purposes=fewer))),
        (terms, replace(occasion, ties=Ties())),
        (replace(terms, floor=floor_raised(chance, terms.floor)), occasion),
        (replace(terms, policy=policy_narrowed(chance, policy)), occasion),
        (replace(terms, base=None), occasion),
    ])  # fmt: skip


@settings(max_examples=EXAMPLES)
@given(seed=seeds)
def test_one_thing_more_in_the_way_never_gives_a_finer_value(seed: int) -> None:
    chance = Random(seed)
    case, terms, occasion = any_question(chance)
    before = decide(case, terms=terms, occasion=occasion)

    after = decide(case, terms=(less := narrowed(chance, terms, occasion))[0], occasion=less[1])

    # A closing that is no longer shown no longer ends the row either: its end would announce the closing (sharing.md 6.5).
    assert is_no_finer(after, than=before) or before == Nothing(("kept_long_enough",))


def test_a_pair_without_a_policy_gets_nothing() -> None:
    case = full_case("politie-noord-nederland", "bureau-emmen")
    outsider, emmen = BOOK.partners["buitenstaander"], BOOK.partners["bureau-emmen"]
    policy = policy_named("politie--bureaus")

    for recipient, one in ((emmen, None), (outsider, policy), (emmen, policy_named("bureaus--om"))):
        terms = Terms(recipient, one, one, BOOK.floor, BOOK.vocabulary)
        assert decide(case, terms=terms, occasion=mild_occasion(recipient.slug)) == Nothing((NO_POLICY,))


def test_all_obstacles_are_named_at_once_in_the_order_of_the_steps() -> None:
    case = full_case("bureau-groningen", "coc-groningen-drenthe")
    case = replace(case, facts={**case.facts, "place": "GM0080", "ground": ("leeftijd",)}, circumstances={"reporter_age": "under_16"})
    occasion = Occasion(date(2027, 3, 1), Consents(ConsentState.GIVEN, frozenset({Purpose.HELP})), HeldBack(whole=True))

    answer = decide(case, terms=terms_of(policy_named("bureaus--coc"), recipient="coc-groningen-drenthe"), occasion=occasion)

    reasons = ("guardian_needed", "purpose_not_consented", "not_valid", "outside_province", "other_subject", "held_back")
    assert answer == Nothing(reasons)
    assert answer.states == "t" * 20


@pytest.mark.parametrize(
    ("consents", "reasons"),
    [
        (Consents(), ("no_consent",)),
        (Consents(ConsentState.REFUSED), ("no_consent",)),
        (Consents(ConsentState.WITHDRAWN), ("no_consent",)),
        (Consents(ConsentState.EXPIRED), ("no_consent",)),
        (Consents(ConsentState.GIVEN, until=date(2026, 11, 3)), ("no_consent",)),
        (Consents(ConsentState.GIVEN, purposes=frozenset()), ("purpose_not_consented",)),
        (Consents(ConsentState.GIVEN, until=date(2026, 11, 4)), None),
        (Consents(ConsentState.GIVEN_BY_GUARDIAN), None),
    ],
)
def test_consent_opens_the_row_only_while_it_stands(consents: Consents, reasons: tuple[str, ...] | None) -> None:
    occasion = replace(mild_occasion("om-noord-nederland"), consents=consents)
    terms = terms_of(policy_named("bureaus--om"), recipient="om-noord-nederland")

    answer = decide(full_case("bureau-emmen", "om-noord-nederland"), terms=terms, occasion=occasion)

    assert isinstance(answer, Projection) if reasons is None else answer == Nothing(reasons)


def test_a_purpose_to_which_the_reporter_did_not_agree_is_not_in_the_row() -> None:
    occasion = replace(mild_occasion("om-noord-nederland"), consents=Consents(ConsentState.GIVEN, frozenset({Purpose.CASE_WORK})))
    terms = terms_of(policy_named("bureaus--om"), recipient="om-noord-nederland")

    answer = decide(full_case("bureau-emmen", "om-noord-nederland"), terms=terms, occasion=occasion)

    assert isinstance(answer, Projection)
    assert answer.purposes == {Purpose.CASE_WORK}


def older(policy: Policy) -> Policy:
    """A version of before, which gave less here and more there."""
    share = {**{fact: word for fact, word in policy.share.items() if fact != "narrative"}, "place": "province", "accused": "exact"}
    return replace(policy, version=1, share=share, not_shared={"narrative": "De samenvatting ging toen niet mee."}, sha256="older",
                   keep=replace(policy.keep, at_most=3), purposes=frozenset({Purpose.CASE_WORK, Purpose.HELP}))  # fmt: skip


def answer_with_base(base: Policy | None, *, existing: ExistingCases = ExistingCases.STAY_CLOSED) -> Answer:
    policy = replace(policy_named("bureaus--om"), existing_cases=existing)
    terms = Terms(BOOK.partners["om-noord-nederland"], policy, base, BOOK.floor, BOOK.vocabulary)
    return decide(full_case("bureau-emmen", "om-noord-nederland"), terms=terms, occasion=mild_occasion("om-noord-nederland"))


def test_an_older_case_gets_no_more_than_the_version_of_its_time_gave_and_no_more_than_the_present_one() -> None:
    answer = answer_with_base(older(policy_named("bureaus--om")))

    assert isinstance(answer, Projection)
    assert (answer.shapes["place"].state, answer.shapes["place"].value, answer.shapes["place"].reason) == ("k", "PV20", "stays_closed")
    assert (answer.shapes["narrative"].state, answer.shapes["narrative"].reason) == ("p", "stays_closed")
    assert (answer.shapes["accused"].state, answer.shapes["accused"].reason) == ("p", "not_shared")
    assert answer.purposes == {Purpose.CASE_WORK}
    assert answer.until == date(2027, 2, 4)


def test_the_caller_may_pass_the_meet_itself_and_gets_the_same_row() -> None:
    policy = policy_named("bureaus--om")
    both = meet(older(policy), present=policy, vocabulary=BOOK.vocabulary)
    terms = Terms(BOOK.partners["om-noord-nederland"], both, older(policy), BOOK.floor, BOOK.vocabulary)

    answer = decide(full_case("bureau-emmen", "om-noord-nederland"), terms=terms, occasion=mild_occasion("om-noord-nederland"))
    other = answer_with_base(older(policy))

    assert isinstance(answer, Projection)
    assert isinstance(other, Projection)
    assert (answer.shown, answer.purposes, answer.until) == (other.shown, other.purposes, other.until)


def test_a_case_of_before_any_version_stays_closed_unless_the_version_opens_older_cases_too() -> None:
    assert answer_with_base(None) == Nothing(("stays_closed",))
    assert isinstance(answer_with_base(None, existing=ExistingCases.OPEN_TOO), Projection)
    assert recipient_bytes(answer_with_base(older(policy_named("bureaus--om")), existing=ExistingCases.OPEN_TOO)) == recipient_bytes(
        answer_with_base(policy_named("bureaus--om"))
    )


@pytest.mark.parametrize(
    ("status", "closed_on", "first_shown_on", "held", "until"),
    [
        ("in_behandeling", None, None, {}, date(2027, 8, 31)),
        ("afgesloten", date(2025, 1, 31), None, {}, date(2027, 1, 31)),
        ("afgesloten", date(2025, 1, 31), None, {"status": None}, date(2027, 8, 31)),
        ("in_behandeling", date(2025, 1, 31), None, {}, date(2027, 8, 31)),
        ("afgesloten", date(2026, 10, 1), date(2023, 1, 15), {}, date(2027, 1, 15)),
        ("afgesloten", date(2024, 11, 3), None, {}, None),
        ("afgesloten", date(2024, 11, 4), None, {}, TODAY),
    ],
)
def test_the_last_day_is_the_earliest_of_the_term_the_longest_keep_and_a_closing_that_is_shown(
    status: str, closed_on: date | None, first_shown_on: date | None, held: dict[str, str | None], until: date | None
) -> None:
    case = full_case("bureau-emmen", "om-noord-nederland")
    case = replace(case, facts={**case.facts, "status": status}, closed_on=closed_on)
    occasion = replace(mild_occasion("om-noord-nederland"), held=HeldBack(facts=held), first_shown_on=first_shown_on)

    answer = decide(case, terms=terms_of(policy_named("bureaus--om"), recipient="om-noord-nederland"), occasion=occasion)

    assert answer == Nothing(("kept_long_enough",)) if until is None else isinstance(answer, Projection) and answer.until == until


@pytest.mark.parametrize(("until", "last_day"), [(TODAY, TODAY), (date(2026, 12, 24), date(2026, 12, 24)), (None, date(2027, 8, 31))])
def test_a_row_that_rests_on_consent_ends_with_it(until: date | None, last_day: date) -> None:
    occasion = mild_occasion("politie-noord-nederland")
    terms = terms_of(policy_named("bureaus--politie"), recipient="politie-noord-nederland")

    consented = replace(occasion, consents=replace(occasion.consents, until=until))
    answer = decide(full_case("bureau-emmen", "politie-noord-nederland"), terms=terms, occasion=consented)

    assert isinstance(answer, Projection)
    assert answer.until == last_day


def test_an_end_of_consent_ends_no_row_that_does_not_rest_on_consent() -> None:
    occasion = mild_occasion("bureau-emmen")
    terms = terms_of(policy_named("politie--bureaus"), recipient="bureau-emmen")
    case = full_case("politie-noord-nederland", "bureau-emmen")

    ended = replace(occasion, consents=replace(occasion.consents, until=TODAY))

    assert decide(case, terms=terms, occasion=ended) == decide(case, terms=terms, occasion=occasion)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 4), 48, date(2030, 11, 4)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, later: date) -> None:
    assert months_after(day, months=months) == later


def test_a_row_that_hangs_on_a_fact_goes_when_the_fact_is_made_too_coarse() -> None:
    terms = terms_of(policy_named("politie--bureaus"), recipient="bureau-emmen")
    case = full_case("politie-noord-nederland", "bureau-emmen")
    asked: list[tuple[dict[str, str | None], bool]] = [({"place": "province"}, True), ({"place": None}, False), ({"ground": None}, True)]

    for held, is_shown in asked:
        answer = decide(case, terms=terms, occasion=replace(mild_occasion("bureau-emmen"), held=HeldBack(facts=held)))
        assert isinstance(answer, Projection) if is_shown else answer == Nothing(("would_announce",))


def test_the_first_step_that_takes_a_fact_gives_the_reason() -> None:
    case = full_case("coc-friesland", "bureau-fryslan")
    case = replace(case, circumstances={**case.circumstances, "anonymity": "full"})
    occasion = replace(mild_occasion("bureau-fryslan"), held=HeldBack(facts={"residence": None, "terrain": None}))

    answer = decide(case, terms=terms_of(policy_named("coc--bureaus.referral"), recipient="bureau-fryslan"), occasion=occasion)

    assert isinstance(answer, Projection)
    assert (answer.shapes["residence"].state, answer.shapes["residence"].reason) == ("a", "anoniem-voor-iedereen")
    assert (answer.shapes["terrain"].state, answer.shapes["terrain"].reason) == ("h", "held_back")
    assert set(answer.because) == {"anoniem-voor-iedereen", "not_shared", "held_back"}
