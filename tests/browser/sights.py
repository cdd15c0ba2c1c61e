"""A look at a page at both widths, and somebody who has something to show on each page."""

from collections.abc import Callable, Iterator

from hub.demo.personas import Persona
from hub.web.entry import ENTRIES
from tests.browser import looks, tour
from tests.browser.walk import NARROW, WIDE, Tab, persona

WALKERS = ("Marijke", "Nadia", "Omar")  # every page is open to one of them, and has something to show there
TYPISTS = ("bureau", "coc")  # the others bring in their cases by export alone
HEARD: set[str] = set()  # doors whose narrow page axe has heard: another visitor's differs in its rows, and axe hears those when it is wide
TabOf = Callable[[Persona | None], Tab]
ThingsOf = Callable[[str], tour.Things]


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


def found_by_somebody(tab_for: TabOf, things_of: ThingsOf) -> Iterator[tuple[str, Tab, str]]:
    """Every page, with a tab of the first walker who may enter and whose organisation has something there."""
    tabs = {name: tab_for(persona(name)) for name in WALKERS}
    for endpoint, path_of in tour.PAGES.items():
        for name, tab in tabs.items():
            roles, path = ENTRIES[endpoint].roles, path_of(things_of(persona(name).partner))
            if path and (roles is None or roles & set(persona(name).roles)) and endpoint not in tour.CLEARS_THE_BROWSER:
                yield endpoint, tab, path
                break
