"""Every page, for every role and kind of partner, at both widths: axe finds nothing, the page is built well, and it fits."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask

from hub.app import create_app
from hub.demo.personas import PERSONAS, Persona
from hub.demo.place import Place
from hub.partners.rules import Kind
from hub.web.entry import ENTRIES
from tests.browser import looks, tour
from tests.browser.walk import NARROW, WIDE, Tab, persona

VISITORS = ("Marijke", "Hendrik", "Roos", "Wouter", "Rick", "Maarten", "Robin", "Bram")  # four roles at a bureau; police, OM, COC, nobody's friend
TYPED_BY = ("bureau", "coc")
STAYS_SHUT = {"cases.ask_new": "the organisation brings its cases in with an export"}
TabOf = Callable[[Persona | None], Tab]
LOOKED: set[tuple[str, str, int]] = set()


@pytest.fixture(scope="session")
def routes(demo: Place) -> dict[str, set[str]]:
    """The endpoints of the hub as it runs, each with its methods."""
    app = create_app(demo.settings())
    return {rule.endpoint: rule.methods or set() for rule in app.url_map.iter_rules()}


def look(tab: Tab, name: str) -> list[str]:
    """Everything that is wrong with the page where this tab stands, at both widths."""
    wrong = []
    for size in (WIDE, NARROW):
        tab.page.set_viewport_size(size)
        found = [*looks.axe(tab.page), *looks.fit(tab.page), *(looks.structure(tab.page) if size is WIDE else ())]
        wrong += [f"{name} at {size['width']}: {one}" for one in found]
    tab.page.set_viewport_size(WIDE)
    return wrong


def test_every_route_of_the_hub_is_on_the_tour_or_is_no_page(routes: dict[str, set[str]]) -> None:
    shown = {endpoint for endpoint, methods in routes.items() if "GET" in methods}

    assert shown == set(tour.PAGES) | (set(tour.NO_PAGES) & shown)


@pytest.mark.parametrize("name", VISITORS)
def test_every_page_is_right_for_everybody_who_may_see_it_and_its_refusal_for_others(name: str, tab_for: TabOf, things_of: Any) -> None:
    who = persona(name)
    has, tab, wrong = things_of(who.partner), tab_for(who), []

    for endpoint, path_of in tour.PAGES.items():
        path = path_of(has)
        if path is None or endpoint in tour.CLEARS_THE_BROWSER:
            continue
        roles = ENTRIES[endpoint].roles
        is_shut = roles is not None and not roles & set(who.roles) or endpoint in STAYS_SHUT and tour.kind_of(who) not in TYPED_BY
        tab.open(path, status=403 if is_shut else 200)
        tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        wrong += look(tab, f"{name} {endpoint}")

    assert not wrong, "\n".join(wrong)
