"""Every page, for every role and kind of partner, at both widths: axe finds nothing, the page is built well, and it fits."""

from collections.abc import Callable, Iterator

import pytest

from hub.app import create_app
from hub.demo.personas import Persona
from hub.demo.place import Place
from hub.web.entry import ENTRIES
from tests.browser import looks, tour
from tests.browser.walk import NARROW, WIDE, Tab, persona

# the roles at a bureau; police, OM, COC, outsider; who keeps the hub running
VISITORS = ("Marijke", "Roos", "Wouter", "Nadia", "Bram", "Omar")  # every role, who collects, and the outsider
WALKERS = ("Marijke", "Nadia", "Omar")  # every page is open to one of them, and has something to show there
WRITERS = ("Marijke", "Nadia", "Robin")  # both roles that write; a bureau, who collects, and who types in and gives no export
TYPISTS = ("bureau", "coc")  # the others bring in their cases by export alone
HEARD: set[str] = set()  # doors whose narrow page axe has heard: another visitor's differs in its rows, and axe hears those when it is wide
TabOf = Callable[[Persona | None], Tab]
ThingsOf = Callable[[str], tour.Things]


@pytest.fixture(scope="session")
def routes(demo: Place) -> dict[str, set[str]]:
    """The endpoints of the hub as it runs, each with its methods."""
    app = create_app(demo.settings())
    return {rule.endpoint: rule.methods or set() for rule in app.url_map.iter_rules()}


def look(tab: Tab, name: str, *, seen: str = "") -> list[str]:
    """Everything that is wrong with the page where this tab stands, at both widths; the narrow page of one door is heard by axe once."""
    wrong = []
    for size in (WIDE, NARROW):
        tab.page.set_viewport_size(size)
        is_heard = size is WIDE or seen not in HEARD
        found = [*(looks.axe(tab.page) if is_heard else ()), *looks.fit(tab.page), *(looks.structure(tab.page) if size is WIDE else ())]
        wrong += [f"{name} at {size['width']}: {one}" for one in found]
    tab.page.set_viewport_size(WIDE)
    HEARD.update({seen} - {""})
    return wrong


def test_every_route_of_the_hub_is_on_the_tour_or_is_no_page(routes: dict[str, set[str]]) -> None:
    shown = {endpoint for endpoint, methods in routes.items() if "GET" in methods}

    assert shown == set(tour.PAGES) | (set(tour.NO_PAGES) & shown)


def test_every_form_of_the_hub_is_sent_by_some_deed(routes: dict[str, set[str]]) -> None:
    sent = {endpoint for endpoint, methods in routes.items() if "POST" in methods}

    assert sent == {name.split(",")[0] for name in tour.SENT} | {"people.take_notice"}


@pytest.mark.parametrize("name", VISITORS)
def test_every_page_is_right_for_everybody_who_may_see_it_and_its_refusal_for_others(
    name: str, tab_for: TabOf, things_of: ThingsOf
) -> None:
    who = persona(name)
    has, tab, wrong = things_of(who.partner), tab_for(who), []

    for endpoint, path_of in tour.PAGES.items():
        path = path_of(has)
        if path is None or endpoint in tour.CLEARS_THE_BROWSER:
            continue
        roles = ENTRIES[endpoint].roles
        is_shut = (roles is not None and not roles & set(who.roles)) or (endpoint == "cases.ask_new" and tour.kind_of(who) not in TYPISTS)
        tab.open(path, status=403 if is_shut else 200)
        tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        wrong += look(tab, f"{name} {endpoint}", seen=f"{endpoint} {is_shut}")

    assert not wrong, "\n".join(wrong)


def found_by_somebody(tab_for: TabOf, things_of: ThingsOf) -> Iterator[tuple[str, Tab, str]]:
    """Every page, with a tab of the first walker who may enter and whose organisation has something there."""
    tabs = {name: tab_for(persona(name)) for name in WALKERS}
    for endpoint, path_of in tour.PAGES.items():
        for name, tab in tabs.items():
            roles, path = ENTRIES[endpoint].roles, path_of(things_of(persona(name).partner))
            if path and (roles is None or roles & set(persona(name).roles)) and endpoint not in tour.CLEARS_THE_BROWSER:
                yield endpoint, tab, path
                break


def test_every_page_has_something_to_show_to_somebody_and_the_outsider_has_nothing_received(tab_for: TabOf, things_of: ThingsOf) -> None:
    outsider = things_of("buitenstaander")

    assert {endpoint for endpoint, _, _ in found_by_somebody(tab_for, things_of)} == set(tour.PAGES) - tour.CLEARS_THE_BROWSER
    assert outsider.received is outsider.collected.edition is None


@pytest.mark.parametrize("name", WRITERS)
def test_the_page_after_every_deed_and_every_mistake_is_right_too(name: str, tab_for: TabOf, things_of: ThingsOf) -> None:
    who = persona(name)
    has, tab, wrong = things_of(who.partner), tab_for(who), []

    for deed in tour.DEEDS:
        if deed is tour.type_a_case and tour.kind_of(who) not in TYPISTS:
            continue
        for sight in deed(tab, has):
            wrong += look(tab, f"{name} {sight}", seen=sight)
            is_done = sight.endswith((", done", ", nothing new")) and "withdraw" not in sight
            if is_done and tab.page.get_by_role("status").count() != 1:
                wrong.append(f"{name} {sight}: nothing says with role=status that it was done")

    assert not wrong, "\n".join(wrong)


def test_what_a_stranger_sees_is_right(stranger: Tab, demo: Place) -> None:
    wrong = []

    for path, status in {**dict.fromkeys(tour.OPEN_TO_ALL, 200), "/ontvangen": 401, "/bestaat-niet": 404, "/afmelden": 405,
                         "/aanmelden/onbekend": 404, "/aanmelden/demo/terug?state=x&code=y": 403}.items():  # fmt: skip
        stranger.open(path, status=status)
        wrong += look(stranger, f"stranger {path}")

    assert not wrong, "\n".join(wrong)


def test_the_pages_of_the_demos_own_login_are_right(stranger: Tab, demo: Place) -> None:
    wrong = []

    stranger.open("/aanmelden/demo")
    cards = stranger.page.url
    wrong += look(stranger, "cards")
    for path, status in {"/": 200, "/uitloggen": 200, "/weg": 404}.items():
        stranger.open(demo.issuer + path, status=status)
        wrong += look(stranger, f"provider {path}")
    stranger.open(cards)
    stranger.page.locator("button").first.evaluate("one => { one.value = 'niemand' }")
    stranger.page.locator("button").first.click()
    stranger.page.wait_for_url(lambda address: address == cards)
    stranger.page.get_by_role("heading", name="Dit kan hier niet").wait_for()
    wrong += look(stranger, "a card that is none")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [320, 1280])
def test_tab_walks_past_every_control_with_a_ring_that_is_seen(width: int, tab_for: TabOf, things_of: ThingsOf) -> None:
    wrong = []

    for endpoint, tab, path in found_by_somebody(tab_for, things_of):
        tab.page.set_viewport_size({"width": width, "height": 640})
        tab.open(path)
        wrong += [f"{endpoint} at {width}: {one}" for one in looks.stops(tab.page)]

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
