"""The effect of a proposal equals what really putting it in force does to the stored rows, fact by fact and row by row."""

from collections import Counter
from dataclasses import replace
from itertools import combinations
from random import Random

import psycopg
import pytest

from hub.cases.effects import RecipientEffect, effect_of
from hub.cases.tallying import Became
from hub.kernel.errors import NotFound
from hub.sharing.compare import Way
from hub.sharing.facts import FACTS
from hub.sharing.policy import ExistingCases, Policy, PolicyKind
from tests.cast import EMMEN, OM, POLICE, Cast
from tests.effecting import NAMES, before_and_after, bring_in_a_world, compared, joinable, noon, proposal, told
from tests.generated import BOOK, TODAY
from tests.rules.test_compare import fact_mutants, row_mutants

STANDING = {
    giver: [one for one in BOOK.policies if one.kind is PolicyKind.STANDING and giver in one.givers] for giver in (POLICE, EMMEN, OM)
}


def some_proposals(chance: Random, policies: list[Policy], *, many: int) -> list[Policy]:
    """Mutants of a giver's policies that the floor allows, from today on."""
    mutants = [mutant for policy in policies for mutant, *_ in (*fact_mutants(policy), *row_mutants(policy))]
    found = (proposal(mutant, first=TODAY) for mutant in chance.sample(mutants, len(mutants)))
    fit = [one for one in found if one is not None and one.is_valid(one.valid_from)]
    return fit[:many]


@pytest.mark.parametrize("giver", [POLICE, EMMEN, OM])
def test_the_effect_told_beforehand_is_what_the_stored_rows_become(giver: str, cast: Cast, superuser: psycopg.Connection):
    chance, fates = Random(giver), Counter[str]()
    bring_in_a_world(cast, chance, giver=giver, many=40)

    for policy in some_proposals(chance, STANDING[giver], many=8):
        with cast.as_person(giver, now=noon(TODAY)) as work:
            effect = effect_of(work, proposed=policy, house=cast.house)
        before, after = before_and_after(cast, superuser, giver=giver, policy=policy)
        changed = {key for key in {*before, *after} if key[1] in [NAMES[slug] for slug in policy.recipients]}
        assert {key: row for key, row in before.items() if key not in changed} == {k: r for k, r in after.items() if k not in changed}
        for slug in policy.recipients:
            found = compared(before, after, recipient=NAMES[slug])
            assert told(effect, recipient=slug) == found, (policy.name, slug, policy.text)
            fates.update(found["rows"].keys())
        linked = {(one.one.slug, one.other.slug): one for one in effect.linkable}
        for one, other in combinations(sorted({key[1] for key in {*before, *after}}), 2):
            counts = joinable(before, one, other), joinable(after, one, other)
            names = tuple(slug for number in (one, other) for slug, its in NAMES.items() if its == number)
            said = linked.get(names)
            shown = ((said.before.common, said.before.certain), (said.after.common, said.after.certain)) if said else ((0, 0), (0, 0))
            assert shown == counts, names
            fates["joined"] += counts[0][1] > 0
    assert len(fates) >= 3, fates


@pytest.mark.parametrize("giver", [POLICE, EMMEN])
def test_every_planted_step_is_counted_at_its_own_point_in_its_own_direction(giver: str, cast: Cast):
    chance, found = Random(f"planted {giver}"), Counter[str]()
    bring_in_a_world(cast, chance, giver=giver, many=40)

    def told_of(policy: Policy) -> list[RecipientEffect]:
        with cast.as_person(giver, now=noon(TODAY)) as work:
            return list(effect_of(work, proposed=policy, house=cast.house).recipients)

    for policy in STANDING[giver]:
        same = replace(policy, version=90, valid_from=TODAY, sha256="same")
        assert all(set(one.rows) <= {Became.STAYS} and not one.points for one in told_of(same)), policy.name
        for mutant, point, way in (*chance.sample([*fact_mutants(policy)], 12), *row_mutants(policy)):
            if point in ("pairs", "kind", "valid", "existing_cases") or not set(mutant.recipients) <= set(policy.recipients):
                continue
            opened = ExistingCases.OPEN_TOO if way is Way.WIDER else policy.existing_cases
            proposed = replace(mutant, version=91, valid_from=TODAY, existing_cases=opened, sha256=f"{point} {way}")
            for one in told_of(proposed):
                fates, moved = set(one.rows) - {Became.STAYS}, {*one.points}
                if way is Way.NARROWER:
                    assert not fates & {Became.APPEARS, Became.WIDER, Became.BOTH}, (policy.name, point)
                    assert one.longer == 0
                elif way is Way.WIDER:
                    assert not fates & {Became.VANISHES, Became.NARROWER, Became.BOTH}, (policy.name, point)
                    assert one.shorter == 0
                if point in FACTS:
                    assert moved <= {point}, (policy.name, point, moved)
                found[f"{way} {point in FACTS}"] += bool(fates)
                found["keep"] += point == "keep" and bool(one.shorter + one.longer)
    assert all(found[key] for key in ("narrower True", "wider True", "narrower False", "keep")), found


def test_only_its_own_giver_is_told_and_the_telling_writes_nothing(cast: Cast, superuser: psycopg.Connection):
    bring_in_a_world(cast, Random(3), giver=POLICE, many=8)
    before = superuser.execute("SELECT count(*) FROM hub.given").fetchall() + superuser.execute("SELECT size FROM audit.head").fetchall()
    policy = STANDING[POLICE][0]

    with pytest.raises(NotFound), cast.as_person(EMMEN, now=noon(TODAY)) as work:
        effect_of(work, proposed=policy, house=cast.house)
    with cast.as_person(POLICE, now=noon(TODAY)) as work:
        first, again = (effect_of(work, proposed=policy, house=cast.house) for _ in range(2))
    with cast.as_person(POLICE, now=noon(TODAY)) as work:
        later = effect_of(work, proposed=replace(policy, version=99), house=cast.house)

    assert first == again and first.digest == again.digest != later.digest
    after = superuser.execute("SELECT count(*) FROM hub.given").fetchall() + superuser.execute("SELECT size FROM audit.head").fetchall()
    assert before == after


def test_counts_have_directions_and_no_numbers(cast: Cast):
    policy = next(one for one in BOOK.policies if one.kind is PolicyKind.COUNTS and POLICE in one.givers)

    with cast.as_person(POLICE, now=noon(TODAY)) as work:
        effect = effect_of(work, proposed=replace(policy, version=90, share={}), house=cast.house)

    assert effect.cases == 0 and effect.linkable == ()
    assert all(one.changes and not one.rows and one.way is Way.NARROWER for one in effect.recipients)
