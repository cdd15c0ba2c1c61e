"""The demo's invented month: every file is read by the partner's own mapping, almost wholly, and a second delivery brings real changes."""

from pathlib import Path

import pytest

from adapters.engine import find_mapping, read
from hub.cases.draft import Draft, Refusal
from hub.demo.story import write_late_delivery, write_month, write_second_delivery, write_september
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


def test_seven_partners_deliver_a_month_in_which_only_a_few_rows_are_refused(month: dict[str, Read]) -> None:
    drafts = {slug: len(found) for slug, (found, _) in month.items()}
    refusals = [refusal for _, refused in month.values() for refusal in refused]

    assert set(drafts) == set(PARTNERS) - {"buitenstaander", "monitor-noord", "bureau-emmen"}
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


def test_september_is_read_without_a_refusal_and_went_on_in_october(month: dict[str, Read], tmp_path: Path) -> None:
    for slug, path in write_september(tmp_path):
        september, refused = read_all(slug, path)
        october = month.get(slug, ({}, []))[0]
        changed = [key for key in set(september) & set(october) if {**september[key], "row": 0} != {**october[key], "row": 0}]

        assert not refused
        assert slug == "bureau-emmen" or (set(september) <= set(october) and changed)


def test_the_late_delivery_adds_what_was_forgotten_and_leaves_nothing_out(tmp_path: Path) -> None:
    [second] = [read_all(slug, path)[0] for slug, path in write_second_delivery(tmp_path) if slug == "bureau-groningen"]
    [(slug, path)] = write_late_delivery(tmp_path)
    late, refused = read_all(slug, path)

    assert not refused
    assert set(second) < set(late)


def test_nothing_in_an_export_happened_after_the_day_on_which_it_was_made(tmp_path: Path) -> None:
    for write, day in ((write_september, "2026-09-30"), (write_month, "2026-10-30"), (write_second_delivery, "2026-11-02")):
        for slug, path in write(tmp_path):
            days = [str(draft["facts"].get("incident_date")) for draft in read_all(slug, path)[0].values()]  # type: ignore[attr-defined]

            assert max(days) <= day


def test_the_same_month_is_written_every_time(month: dict[str, Read], tmp_path: Path) -> None:
    assert month == {slug: read_all(slug, path) for slug, path in write_month(tmp_path)}
