"""The effect of a proposal equals what really putting it in force does to the stored rows, fact by fact and row by row."""

from collections import Counter
from itertools import combinations
from random import Random

import psycopg
import pytest

from hub.cases.effects import effect_of
from hub.sharing.policy import Policy, PolicyKind
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
