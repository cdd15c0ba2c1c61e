"""What recipients would see is what they will see: the preview of a deed beside the deed itself, over cases made by chance."""

from random import Random

import psycopg
import pytest

from hub.cases import actions, foreseen
from hub.cases.actions import ConsentAsked, NothingNew
from hub.cases.foreseen import Foreseen
from hub.cases.holding import HeldFact, hold_back
from hub.cases.queries import OwnCase, own_case
from hub.cases.reasons import ASKS_CONSENT
from hub.kernel.errors import Invalid
from hub.sharing.facts import Facts
from tests.cast import COC_GD, DRENTHE, GRONINGEN, OM, POLICE, Cast
from tests.generated import BOOK
from tests.walls.worlds import some_case

WHY = "te herkenbaar in een klein dorp"
SEEDS = range(9)
TYPISTS = (DRENTHE, GRONINGEN, COC_GD)
STORED = ("contribution", "revision", "given", "inbox", "consent", "hold_back", "tombstone", "disclosure", "seen")


def stored(case: OwnCase) -> dict[tuple[str, str], tuple[object, ...]]:
    return {(one.recipient.slug, one.kind): (one.state, one.because, one.states, one.shown, one.shown_until) for one in case.given}


def agreed(told: tuple[Foreseen, ...], case: OwnCase) -> bool:
    """Whether the preview said what was stored; for who lacks the reporter's yes alone, that it lacks that."""
    foretold, made = {}, stored(case)
    for one in told:
        given, key = one.page.given, (one.page.given.recipient.slug, one.page.given.kind)
        if one.needs_yes:
            assert made[key][0] == "closed" and set(made[key][1]) <= ASKS_CONSENT  # type: ignore[arg-type]
            foretold[key] = made[key]
        else:
            foretold[key] = (given.state, given.because, given.states, given.shown, given.shown_until)
    return foretold == made


def typed(chance: Random, giver: str) -> Facts:
    """What somebody of this giver could type about a case of its own."""
    return some_case(chance, giver, POLICE).facts


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_foreseen_of_a_release_an_answer_a_hold_back_and_an_update_is_what_is_stored(cast: Cast, seed: int):
    chance, giver, house = Random(seed), TYPISTS[seed % len(TYPISTS)], cast.house
    steering = {name: chance.choice([words.words[0]] * 4 + list(words.words)) for name, words in BOOK.vocabulary.steering.items()}
    required = {name for name, words in BOOK.vocabulary.steering.items() if BOOK.partners[giver].kind in words.required_of}
    circumstances = {name: word for name, word in steering.items() if name in required}
    facts = typed(chance, giver)

    with cast.as_person(giver) as work:
        told = foreseen.of_new(work, draft=actions.drafted(work, facts=facts, circumstances=circumstances, house=house), house=house)
        code = actions.release(work, facts=facts, circumstances=circumstances, house=house).code
        assert agreed(told, own_case(work, house=house, code=code))

    for one in told:
        if one.needs_yes and chance.random() < 0.7:
            with cast.as_person(giver) as work:
                by = "guardian" if circumstances.get("reporter_age") != "16_or_older" else "reporter"
                purposes = tuple(purpose.value for purpose in one.page.policy.purposes) if one.page.policy else ()
                yes = ConsentAsked("given", purposes, given_by=by)
                actions.record_consent(work, code=code, recipient=one.page.given.recipient.slug, asked=yes, house=house)
                after = next(row for row in own_case(work, house=house, code=code).given if row.recipient == one.page.given.recipient)
                assert (after.state, after.shown) == ("shown", one.page.given.shown)

    fact = chance.choice(["incident_date", "place", "ground", "narrative", None])
    held = HeldFact(WHY, fact, chance.choice([*BOOK.vocabulary.facts[fact].words[1:], None]) if fact else None)
    whom = chance.choice([POLICE, OM, None])
    with cast.as_person(giver) as work:
        told = foreseen.of_hold(work, code=code, recipient=whom, held=held, house=house)
        hold_back(work, code=code, recipient=whom, held=held, house=house)
        assert agreed(told, own_case(work, house=house, code=code))
        assert agreed(foreseen.of_case(work, code=code, house=house), own_case(work, house=house, code=code))

    later, basis = {**facts, **{fact: value for fact, value in typed(chance, giver).items() if chance.random() < 0.4}}, (1, house)
    with cast.as_person(giver) as work:
        try:
            before, draft = actions.redrafted(work, code=code, facts=later, circumstances=circumstances, basis=basis)
        except (NothingNew, Invalid):
            return
        told = foreseen.of_update(work, before=before, draft=draft, code=code, house=house)
        actions.revise(work, code=code, facts=later, circumstances=circumstances, basis=basis)
        assert agreed(told, own_case(work, house=house, code=code))


def test_looking_ahead_stores_nothing(cast: Cast, superuser: psycopg.Connection):
    chance, house = Random(3), cast.house
    words = {"anonymity": "known", "reporter_age": "16_or_older", "inquiry": "none"}
    with cast.as_person(DRENTHE) as work:
        code = actions.release(work, facts=typed(chance, DRENTHE), circumstances=words, house=house).code

    def state() -> list[object]:
        asked = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM hub.{} t"
        return [superuser.execute(asked.format(table)).fetchone() for table in STORED]

    before = state()
    with cast.as_person(DRENTHE) as work:
        foreseen.of_new(work, draft=actions.drafted(work, facts=typed(chance, DRENTHE), circumstances=words, house=house), house=house)
        foreseen.of_case(work, code=code, house=house)
        foreseen.of_hold(work, code=code, recipient=None, held=HeldFact(WHY), house=house)
    assert state() == before
