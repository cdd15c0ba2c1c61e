"""What people do on the pages: each deed and mistake ends on a page that is right; and every page is walked with keys, and enlarged."""

from collections.abc import Callable

import pytest

from hub.demo.personas import Persona
from tests.browser import looks, tour
from tests.browser.sights import TYPISTS, found_by_somebody, look
from tests.browser.walk import WIDE, Tab, persona
from tests.nights import is_night

# Who collects, a bureau, and who types in and gives no export. By day the next one does what the one before had no occasion for.
WRITERS = [("Nadia",), ("Marijke",), ("Robin",)] if is_night() else [("Nadia", "Marijke", "Robin")]
TabOf = Callable[[Persona | None], Tab]
ThingsOf = Callable[[str], tour.Things]


@pytest.mark.parametrize("names", WRITERS, ids="-".join)
def test_the_page_after_every_deed_and_every_mistake_is_right_too(names: tuple[str, ...], tab_for: TabOf, things_of: ThingsOf) -> None:
    wrong: list[str] = []
    done: set[tour.Deed] = set()

    for who in map(persona, names):
        has, tab = things_of(who.partner), tab_for(who)
        for deed in tour.DEEDS:
            if deed in done or (deed is tour.type_a_case and tour.kind_of(who) not in TYPISTS):
                continue
            for sight in deed(tab, has):
                done.add(deed)
                wrong += look(tab, f"{who.name} {sight}", seen=sight)
                is_done = sight.endswith((", done", ", nothing new")) and "withdraw" not in sight
                if is_done and tab.page.get_by_role("status").count() != 1:
                    wrong.append(f"{who.name} {sight}: nothing says with role=status that it was done")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [320, 1280] if is_night() else [320])
def test_tab_walks_past_every_control_with_a_ring_that_is_seen(width: int, tab_for: TabOf, things_of: ThingsOf) -> None:
    wrong: list[str] = []
    heads: set[str] = set()

    for endpoint, tab, path in found_by_somebody(tab_for, things_of):
        tab.page.set_viewport_size({"width": width, "height": 640})
        tab.open(path)
        wrong += [f"{endpoint} at {width}: {one}" for one in looks.stops(tab.page, heads=heads)]

    assert not wrong, "\n".join(wrong)


def test_every_page_can_be_enlarged_to_twice_its_size(tab_for: TabOf, things_of: ThingsOf) -> None:
    wrong = []

    for endpoint, tab, path in found_by_somebody(tab_for, things_of):
        tab.page.set_viewport_size({"width": WIDE["width"] // 2, "height": WIDE["height"] // 2})  # what zooming to 200 % leaves
        tab.open(path)
        wrong += [f"{endpoint} zoomed: {one}" for one in looks.fit(tab.page)]
        tab.page.set_viewport_size(WIDE)
        wrong += [f"{endpoint}: {one}" for one in looks.fit_enlarged(tab.page)]

    assert not wrong, "\n".join(wrong)
