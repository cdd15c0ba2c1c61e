"""The decision over the whole space of situations: every combination of the finite things it looks at, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations, product

import pytest

from hub.sharing.decide import STEPS, Step, agreement, decide
from hub.sharing.facts import FACTS, STEERING, Absence, Case, Facts
from hub.sharing.policy import Basis, Condition, ExistingCases, Keep, Policy, PolicyKind, Purpose, Reach
from hub.sharing.projection import Answer, Nothing, Projection
from hub.sharing.question import EVERY_PURPOSE, Consents, ConsentState, HeldBack, Occasion, Terms, Ties
from tests.generated import BOOK, FULL, TODAY
from tests.rules.written_out import ABSENCES, LADDERS, Cell, Gate, as_told, cell, floor, gate

RECIPIENT = BOOK.partners["bureau-groningen"]
TIED, UNTIED = frozenset({RECIPIENT.slug}), frozenset[str]()
GIVERS = {"bureau": "bureau-drenthe", "police": "politie-noord-nederland", "om": "om-noord-nederland", "coc": "coc-friesland"}
MILD = {name: words.words[0] for name, words in BOOK.vocabulary.steering.items()}
FULL_FACTS = {**FULL, "place": "GM0014", "residence": "GM0014"}
FINEST = {fact: words.words[0] for fact, words in BOOK.vocabulary.facts.items()}
EVERYTHING = frozenset({Reach.EVERYTHING})
NEVER = date(2030, 1, 1)


@cache
def plain_policy(giver: str, kind: PolicyKind) -> Policy:
    """A policy that shares all twenty facts as fine as they come, without any condition."""
    return replace(
        BOOK.policies[0], kind=kind, givers=(GIVERS[giver],), recipients=(RECIPIENT.slug,), valid_from=date(2026, 1, 1),
        valid_until=NEVER, existing_cases=ExistingCases.OPEN_TOO, purposes=EVERY_PURPOSE, reaches=EVERYTHING, conditions=(),
        share=FINEST, not_shared={}, consent=Basis.NONE, keep=Keep(48), sha256="present",
    )  # fmt: skip


def asked(
    policy: Policy,
    occasion: Occasion,
    *,
    facts: Facts = FULL_FACTS,
    circumstances: Mapping[str, str] = MILD,
    base: Policy | None = None,
    closed_on: date | None = None,
    steps: tuple[Step, ...] = STEPS,
) -> Answer:
    case = Case(BOOK.partners[policy.givers[0]], facts, circumstances, TODAY, closed_on)
    return decide(case, terms=Terms(RECIPIENT, policy, base, BOOK.floor, BOOK.vocabulary), occasion=occasion, steps=steps)


def every_circumstance() -> Iterator[dict[str, str]]:
    words = [(*BOOK.vocabulary.steering[name].words, "unknown") for name in STEERING]
    return (dict(zip(STEERING, some, strict=True)) for some in product(*words))


def test_every_circumstance_takes_away_what_the_law_says_and_nothing_else():
    """Every word of all six circumstances, of every kind of giver, in every kind of policy."""
    rows, wrong, occasion = 0, [], Occasion(TODAY, ties=Ties(TIED, TIED))
    for words, giver, kind in product(every_circumstance(), GIVERS, PolicyKind):
        answer = asked(plain_policy(giver, kind), occasion, circumstances=words)
        obstacles, hidden = floor(giver, kind, words)
        expected = obstacles or [hidden.get(fact, "g") for fact in FACTS]
        rows += 1
        if list(answer.because if isinstance(answer, Nothing) else answer.states) != expected:
            wrong.append((words, giver, kind))

    assert wrong == []
    assert rows == (4 * 3 * 4 * 5 * 5 * 4) * 4 * 3 == 57_600


STATES = tuple(map(str, ConsentState))
ENDED = (("given", True), ("given_by_guardian", True))
WHERE = (
    ("everything", "absent"),
    ("own_cases", "outside"),
    ("recipient_province", "inside"),
    ("recipient_province", "outside"),
    ("recipient_province", "absent"),
)
YES_OR_NO = (True, False)
SPACE = {  # what belongs together stands together: only a consent that was given can have ended, and a place counts within a province
    ("kind",): tuple((kind,) for kind in ("standing", "referral", "counts")),
    ("asks_reporter", "purpose_fits", "is_young"): tuple(product(YES_OR_NO, repeat=3)),
    ("consent", "has_ended"): (*((state, False) for state in STATES), *ENDED),
    ("concern", "referral"): tuple(product(YES_OR_NO, repeat=2)),
    ("reach", "place"): WHERE,
    ("condition",): (("none",), ("met",), ("not met",), ("absent",)),
    ("in_term", "held"): tuple(product(YES_OR_NO, repeat=2)),
    ("earlier",): (("open too",), ("was there",), ("was not there",)),
}
NAMES = tuple(name for names in SPACE for name in names)
ABOUT_POLICY = ("kind", "asks_reporter", "reach", "condition", "in_term", "earlier")
GROUNDS = {"none": ("ras",), "met": ("ras", "seksuele_gerichtheid"), "not met": ("handicap",)}
PLACES = {"inside": "GM0014", "outside": "GM0080"}


@cache
def policy_at(kind: str, asks_reporter: bool, reach: str, condition: str, in_term: bool, earlier: str) -> Policy:
    return replace(
        plain_policy("coc", PolicyKind(kind)),
        consent=Basis.REPORTER if asks_reporter else Basis.NONE,
        reaches=frozenset({Reach(reach)}),
        conditions=() if condition == "none" else (Condition("ground", frozenset({"seksuele_gerichtheid"})),),
        valid_until=NEVER if in_term else TODAY - timedelta(days=1),
        existing_cases=ExistingCases.OPEN_TOO if earlier == "open too" else ExistingCases.STAY_CLOSED,
        purposes=frozenset({Purpose.HELP}),
    )


@cache
def occasion_at(consent: str, has_ended: bool, purpose_fits: bool, concern: bool, referral: bool, held: bool) -> Occasion:
    purposes = frozenset({Purpose.HELP, Purpose.MONITOR} if purpose_fits else {Purpose.CASE_WORK})
    consents = Consents(ConsentState(consent), purposes, until=TODAY - timedelta(days=1) if has_ended else TODAY)
    return Occasion(TODAY, consents, HeldBack(whole=held), Ties(TIED if concern else UNTIED, TIED if referral else UNTIED))


@cache
def case_at(place: str, condition: str, is_young: bool) -> tuple[Facts, Mapping[str, str]]:
    facts: Facts = {**FULL_FACTS, "place": PLACES.get(place, Absence.UNKNOWN), "ground": GROUNDS.get(condition, Absence.UNKNOWN)}
    return facts, {**MILD, "reporter_age": "under_16" if is_young else "16_or_older"}


def test_the_row_opens_in_exactly_the_situations_in_which_nothing_stands_in_its_way():
    """Kind × basis × consent × its end × purposes × age × ties × reach × place × condition × term × earlier version × hold-back."""
    rows, opened, wrong = 0, 0, []
    for parts in product(*SPACE.values()):
        one = Gate(**dict(zip(NAMES, (value for part in parts for value in part), strict=True)))
        policy = policy_at(*[getattr(one, name) for name in ABOUT_POLICY])
        facts, words = case_at(one.place, one.condition, one.is_young)
        occasion = occasion_at(one.consent, one.has_ended, one.purpose_fits, one.concern, one.referral, one.held)
        answer = asked(policy, occasion, facts=facts, circumstances=words, base=policy if one.earlier == "was there" else None)
        rows, opened = rows + 1, opened + isinstance(answer, Projection)
        if (list(answer.because) if isinstance(answer, Nothing) else []) != gate(one):
            wrong.append(one)

    assert wrong == []
    assert opened > 3000
    assert rows == 3 * 8 * 8 * 4 * 5 * 4 * 4 * 3 == 184_320


def every_cell(fact: str) -> Iterator[tuple[Cell, Facts]]:
    """Policy × older version × hold-back × narrowed consent × anonymity × inquiry × what is known of the fact."""
    words, values = LADDERS[fact]
    known = [(None, shapes, {fact: value}) for value, shapes in values]
    known += [(str(absence), (), {fact: absence}) for absence in Absence] + [("missing", (), {})]
    some = product(
        (*words, None), (*words, None), (None, *words, "nothing at all"), ("all", "with it", "without it"),
        (("known", "none"), ("full", "none"), ("towards_others", "none"), ("known", "preliminary")), known,
    )  # fmt: skip
    for *rest, steering, (absence, shapes, facts) in some:
        yield Cell(fact, *rest, *steering, absence, shapes), facts


@cache
def policy_of(fact: str, precision: str | None, version: int) -> Policy:
    plain = plain_policy("bureau", PolicyKind.STANDING)
    share = {} if precision is None else {fact: precision}
    return replace(plain, share=share, consent=Basis.REPORTER, existing_cases=ExistingCases.STAY_CLOSED, sha256=f"{version}")


@cache
def occasion_of(fact: str, held: str | None, consented: str) -> Occasion:
    others = frozenset(FACTS) - {fact}
    facts = {"all": None, "with it": frozenset({fact}), "without it": others}[consented]
    kept = {} if held is None else {fact: None if held == "nothing at all" else held}
    return Occasion(TODAY, Consents(ConsentState.GIVEN, facts=facts), HeldBack(facts=kept))


def cells_told_otherwise(*facts: str, steps: tuple[Step, ...] = STEPS) -> tuple[int, list[Cell]]:
    """How many cells there are of these facts, and those that the decision does not tell as the table does."""
    rows, wrong = 0, []
    for fact in facts:
        for one, known in every_cell(fact):
            words = {**MILD, "anonymity": one.anonymity, "inquiry": one.inquiry}
            policy, base = policy_of(fact, one.agreed, 2), policy_of(fact, one.before, 1)
            answer = asked(policy, occasion_of(fact, one.held, one.consented), facts=known, circumstances=words, base=base, steps=steps)
            shape = answer.shapes[fact] if isinstance(answer, Projection) else None
            rows += 1
            if shape is None or (shape.state, as_told(shape.value), shape.reason) != cell(one):
                wrong.append(one)
    return rows, wrong


def test_each_fact_is_told_as_finely_as_the_strictest_of_all_says_and_with_the_first_reason():
    rows, wrong = cells_told_otherwise(*FACTS)

    assert wrong == []
    sizes = [(len(words), len(values)) for words, values in LADDERS.values()]
    assert rows == sum((words + 1) ** 2 * (words + 2) * 3 * 4 * (values + len(ABSENCES)) for words, values in sizes) == 58_992


@pytest.mark.parametrize("step", [step for step in STEPS if step is not agreement])
def test_a_step_that_is_forgotten_is_found(step: Step):
    _, wrong = cells_told_otherwise("accused", "reported_by", steps=tuple(one for one in STEPS if one is not step))

    assert len(wrong) > 10


SHOWN_SO_FAR = {"everything": ("municipality", "province", None), "recipient_province": ("municipality", "province")}
FINE_ENOUGH = {  # the words of a condition → the grounds must be shown this finely, or the row itself would tell
    (): ("sub", "ground", "family", None),
    ("gender_en_seksualiteit",): ("sub", "ground", "family"),
    ("geslacht",): ("sub", "ground"),
    ("geslacht/genderidentiteit",): ("sub",),
    ("gender_en_seksualiteit", "geslacht/genderidentiteit"): ("sub",),
}


def coarser(words: tuple[str, ...], agreed: str | None, held: str) -> str | None:
    """The coarser of what was agreed and what is left by a hold-back; `all` holds nothing back."""
    steps = ["all", *words, "nothing at all"]
    step = max(steps.index(agreed or "nothing at all"), steps.index(held))
    return None if steps[step] == "nothing at all" else steps[step]


def test_no_row_stands_by_grace_of_a_fact_that_is_not_shown_that_finely():
    rows, wrong = 0, []
    places, grounds = LADDERS["place"][0], LADDERS["ground"][0]
    kept = [(*words, "all", "nothing at all") for words in (places, grounds)]
    for reach, listed, place, ground, *held in product(SHOWN_SO_FAR, FINE_ENOUGH, (*places, None), (*grounds, None), *kept):
        shared = {fact: word for fact, word in (("place", place), ("ground", ground)) if word}
        conditions = (Condition("ground", frozenset(listed)),) if listed else ()
        plain = plain_policy("bureau", PolicyKind.STANDING)
        policy = replace(plain, share=shared, reaches=frozenset({Reach(reach)}), conditions=conditions)
        left = {
            fact: None if word == "nothing at all" else word for fact, word in zip(("place", "ground"), held, strict=True) if word != "all"
        }
        answer = asked(
            policy, Occasion(TODAY, held=HeldBack(facts=left)), facts={"place": "GM0014", "ground": ("geslacht/genderidentiteit",)}
        )
        stands = coarser(places, place, held[0]) in SHOWN_SO_FAR[reach] and coarser(grounds, ground, held[1]) in FINE_ENOUGH[listed]
        rows += 1
        if answer != Nothing(("would_announce",)) if not stands else not isinstance(answer, Projection):
            wrong.append((reach, listed, place, ground, held))

    assert wrong == []
    assert rows == 2 * 5 * 3 * 4 * 4 * 5 == 2400


def test_a_row_serves_the_purposes_of_the_policy_that_the_reporter_agreed_to():
    sets = [frozenset(some) for size in range(len(Purpose) + 1) for some in combinations(Purpose, size)]
    rows = 0
    for asks, mine, theirs in product(YES_OR_NO, sets, sets):
        policy = replace(plain_policy("coc", PolicyKind.STANDING), purposes=mine, consent=Basis.REPORTER if asks else Basis.NONE)
        answer = asked(policy, Occasion(TODAY, Consents(ConsentState.GIVEN, theirs)))
        left = mine & theirs if asks else mine
        assert answer.purposes == left if isinstance(answer, Projection) else (asks and not left)
        rows += 1

    assert rows == 2 * 32 * 32 == 2048


def test_the_last_day_is_the_first_of_all_ends_that_count():
    """Term × longest keep × end of the consent × months after a closing that is shown, or not."""
    days = [TODAY + timedelta(days=number) for number in (-1, 0, 1, 2)]
    rows = 0
    for term, keep, consent, closing, is_shown, asks in product(days[1:], days, (None, *days[1:]), (None, *days), YES_OR_NO, YES_OR_NO):
        plain = plain_policy("coc", PolicyKind.STANDING)
        share = {**FINEST, "status": "phase"} if is_shown else {**FINEST, "status": None}
        share = {fact: word for fact, word in share.items() if word}
        basis = Basis.REPORTER if asks else Basis.NONE
        policy = replace(plain, valid_until=term, keep=Keep(12, 24), consent=basis, share=share)
        occasion = Occasion(TODAY, Consents(ConsentState.GIVEN, until=consent), first_shown_on=keep.replace(year=keep.year - 1))
        closed_on = closing and closing.replace(year=closing.year - 2)
        answer = asked(policy, occasion, facts={**FULL_FACTS, "status": "afgesloten"}, closed_on=closed_on)
        ends = [term, keep, *([consent] if asks and consent else []), *([closing] if is_shown and closing else [])]
        assert (
            answer == Nothing(("kept_long_enough",)) if min(ends) < TODAY else isinstance(answer, Projection) and answer.until == min(ends)
        )
        rows += 1

    assert rows == 3 * 4 * 4 * 5 * 2 * 2 == 960
