"""Every page at both widths, by night for every role and kind of partner: axe finds nothing, the page is built well, and it fits."""

from collections.abc import Callable

import pytest

from hub.app import create_app
from hub.demo.personas import Persona
from hub.demo.place import Place
from hub.web.entry import ENTRIES
from tests.browser import tour
from tests.browser.sights import SENT, TYPISTS, found_by_somebody, look
from tests.browser.walk import Tab, persona
from tests.nights import is_night

# Who brings in cases, signs, collects, sees nothing, and keeps the hub running; by day each page has one visitor, with something to see.
VISITORS = ("Marijke", "Roos", "Nadia", "Bram", "Omar") if is_night() else ("Bram",)
TabOf = Callable[[Persona | None], Tab]
ThingsOf = Callable[[str], tour.Things]


@pytest.fixture(scope="session")
def routes(demo: Place) -> dict[str, set[str]]:
    """The endpoints of the hub as it runs, each with its methods."""
    app = create_app(demo.settings())
    return {rule.endpoint: rule.methods or set() for rule in app.url_map.iter_rules()}


def test_every_route_of_the_hub_is_on_the_tour_or_is_no_page(routes: dict[str, set[str]]) -> None:
    shown = {endpoint for endpoint, methods in routes.items() if "GET" in methods}

    assert shown == set(tour.PAGES) | (set(tour.NO_PAGES) & shown)


def test_every_form_of_the_hub_is_sent_by_some_deed(routes: dict[str, set[str]]) -> None:
    sent = {endpoint for endpoint, methods in routes.items() if "POST" in methods}

    assert sent == {name.split(",")[0] for name in SENT} | {"people.take_notice"}


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


def test_every_page_is_right_for_who_has_something_to_see_there(tab_for: TabOf, things_of: ThingsOf) -> None:
    wrong = []

    for endpoint, tab, path in found_by_somebody(tab_for, things_of):
        tab.open(path)
        tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        wrong += look(tab, endpoint, seen=f"{endpoint} False")

    assert not wrong, "\n".join(wrong)


def test_every_page_has_something_to_show_to_somebody_and_the_outsider_has_nothing_received(tab_for: TabOf, things_of: ThingsOf) -> None:
    outsider = things_of("buitenstaander")

    assert {endpoint for endpoint, _, _ in found_by_somebody(tab_for, things_of)} == set(tour.PAGES) - tour.CLEARS_THE_BROWSER
    assert outsider.received is outsider.collected.edition is None


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
