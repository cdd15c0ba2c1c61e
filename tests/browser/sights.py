"""A look at a page at both widths, and somebody who has something to show on each page."""

from collections.abc import Callable, Iterator

from hub.demo.personas import Persona
from hub.web.entry import ENTRIES
from tests.browser import conferring, keeping, leading, looks, previewing, referring, tour
from tests.browser.walk import NARROW, WIDE, Tab, persona

WALKERS = ("Marijke", "Nadia", "Omar")  # every page is open to one of them, and has something to show there
TYPISTS = ("bureau", "coc")  # the others bring in their cases by export alone
HEARD: set[str] = set()  # the width and the shape of each page that axe has heard, and the doors whose narrow page it has
# every form that somebody sends, by its door
SENT = (
    "cases.enter_case", "cases.update_case", "cases.record_consent", "cases.withdraw_consent", "cases.offer_export",
    "cases.take_in_export", "cases.discard_export", "cases.find_case", "people.sign_out",
    "casuistry.find_line", "casuistry.download_edition", "casuistry.make_statement", "casuistry.move_gathering", "casuistry.allow_late",
    "casuistry.rebuild_edition",
    # these need an addendum at hand, or a month that is over and not delivered: tests/doors
    "casuistry.find_added_line", "casuistry.download_addendum", "casuistry.freeze_gathering", "casuistry.reopen_gathering",
    "casuistry.deliver_gathering",
    "contacts.ask_contact", "contacts.answer_contact", "contacts.note_contact", "contacts.note_outcome", "watches.settle_watch",
    "threads.answer_recall", *conferring.SENT, *leading.SENT, *previewing.SENT, *keeping.SENT, *referring.SENT,
    "sharing.sign_agreement", "sharing.stop_agreement",  # in test_agreements
    "notices.choose_notices", "notices.ask_test", "notices.try_again",  # the last one needs mail that got stuck: tests/doors
)  # fmt: skip
TabOf = Callable[[Persona | None], Tab]
ThingsOf = Callable[[str], tour.Things]


def look(tab: Tab, name: str, *, seen: str = "") -> list[str]:
    """
    Everything that is wrong with the page where this tab stands, at both widths.

    Axe hears one page of each shape at each width, and when it is narrow, one page of each door and its colours no second time.
    """
    wrong = []
    for size in (WIDE, NARROW):
        tab.page.set_viewport_size(size)
        shape = f"{size['width']} {looks.shape(tab.page)}"
        is_heard = shape in HEARD or (size is NARROW and seen in HEARD)
        found = looks.fit(tab.page)
        if not is_heard:
            found += looks.axe(tab.page, with_colours=size is WIDE)
            HEARD.add(shape)
        found += looks.structure(tab.page) if size is WIDE else []
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
