"""The demo's invented month: every file is read by the partner's own mapping, almost wholly, and a second delivery brings real changes."""

from pathlib import Path

import pytest

from adapters.engine import find_mapping, read
from hub.cases.draft import Draft, Refusal
from hub.demo.story import write_month, write_second_delivery
from hub.sharing.foundations import load_partners
from tests.adapters.plainly import POLICIES, VOCABULARY, plain

PARTNERS = load_partners(POLICIES)
Read = tuple[dict[str, dict[str, object]], list[Refusal]]


def read_all(slug: str, path: Path) -> Read:
    mapping = find_mapping(path, partner=slug, kind=PARTNERS[slug].kind.value)
    with read(path, mapping=mapping, vocabulary=VOCABULARY) as reading:
        things = list(reading)
    drafts = [plain(thing) for thing in things if isinstance(thing, Draft)]
    return {draft.pop("reference"): draft for draft in drafts}, [thing for thing in things if isinstance(thing, Refusal)]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    return {slug: read_all(slug, path) for slug, path in write_month(tmp_path_factory.mktemp("month"))}


def test_eight_partners_deliver_a_month_in_which_only_a_few_rows_are_refused(month: dict[str, Read]) -> None:
    drafts = {slug: len(found) for slug, (found, _) in month.items()}
    refusals = [refusal for _, refused in month.values() for refusal in refused]

    assert set(drafts) == set(PARTNERS) - {"buitenstaander", "monitor-noord"}
    assert 120 <= sum(drafts.values()) <= 200
    assert 8 <= len(refusals) <= 20


def test_the_month_holds_consents_concerns_and_every_regime_that_may_be_shared(month: dict[str, Read]) -> None:
    def words(slug: str, *path: str) -> set[str]:
        return {str(draft.get(path[0], {}).get(path[1])) for draft in month[slug][0].values()}  # type: ignore[attr-defined]

    assert {"given", "refused"} <= words("bureau-groningen", "consents", "politie-noord-nederland")
    assert {"known", "towards_others", "full"} == words("bureau-fryslan", "circumstances", "anonymity")
    assert {"art8", "art13", "art9"} == words("politie-noord-nederland", "circumstances", "police_regime")
    assert {"irrevocable_sanction", "open", "dismissed", "acquitted"} == words("om-noord-nederland", "circumstances", "prosecution")
    assert any(draft.get("concerns") for draft in month["om-noord-nederland"][0].values())
    assert any(draft.get("consents") for draft in month["coc-groningen-drenthe"][0].values())


def test_the_second_delivery_has_changed_new_and_vanished_cases(month: dict[str, Read], tmp_path: Path) -> None:
    for slug, path in write_second_delivery(tmp_path):
        first, (second, refused) = month[slug][0], read_all(slug, path)
        changed = [key for key in set(first) & set(second) if {**first[key], "row": 0} != {**second[key], "row": 0}]

        assert not refused
        assert len(set(first) - set(second)) == 1
        assert set(second) - set(first)
        assert changed


def test_the_same_month_is_written_every_time(month: dict[str, Read], tmp_path: Path) -> None:
    assert month == {slug: read_all(slug, path) for slug, path in write_month(tmp_path)}
