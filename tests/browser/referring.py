"""What somebody does to refer a reporter: nothing filled in, then a yes; and a code that is none at the bureau."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.browser.walk import Tab

BUREAU = "bureau-drenthe"
SENT = ("referrals.offer_case", "referrals.step_referral", "referrals.renew_code", "referrals.enter_code", "referrals.state_concern")
PAGES: Mapping[str, Callable[[Any], str | None]] = {
    "referrals.show_referrals": lambda _: "/doorverwijzingen",
    "referrals.show_referral": lambda has: has.referral and f"/doorverwijzingen/{has.referral}",
    "referrals.choose_bureau": lambda has: has.own and f"/zaken/{has.own}/doorverwijzen",
    "referrals.ask_offer": lambda has: f"/zaken/{has.own}/doorverwijzen/{BUREAU}" if has.own and may_refer(has) else None,
    "referrals.show_concerns": lambda _: "/terugkoppelingen",
    "referrals.ask_concern": lambda has: has.own and f"/zaken/{has.own}/betreft",
}


def may_refer(has: Any) -> bool:
    """Whether this person's organisation refers reporters: the police and the COC do."""
    return str(has.writer.partner).startswith(("politie", "coc"))


def refer_first(tab: Tab, own: str | None, *, refers: bool) -> None:
    """Refer the reporter of this case, if that was not done before; the page with the code follows."""
    if own is None or not refers:
        return
    tab.open(f"/zaken/{own}/doorverwijzen/{BUREAU}")
    tab.page.check("input[name=which][value=alles]")
    tab.page.check("input[name=given_by][value=guardian]")  # who may say yes for everybody, of whatever age
    tab.page.check("input[name=how][value=talk]")
    tab.press("Doorverwijzen")


def refer_somebody(tab: Tab, own: str | None, *, refers: bool) -> Iterator[str]:
    """The question to a reporter with nothing filled in; another code for one that lost it; and the reporter wants it no longer."""
    if own is None or not refers:
        return
    tab.open(f"/zaken/{own}/doorverwijzen/{BUREAU}")
    tab.press("Doorverwijzen")
    yield "referrals.offer_case, refused"
    tab.open("/doorverwijzingen")
    if tab.page.locator("#wacht").count() == 0:
        return
    tab.page.locator('[aria-labelledby="wacht"] tbody a').first.click()
    tab.page.locator("summary").last.click()
    tab.press("Nieuwe code geven")
    yield "referrals.renew_code, done"
    tab.follow("Naar de doorverwijzing")
    tab.press("Doorverwijzing intrekken")
    yield "referrals.step_referral, done"


def try_a_code(tab: Tab) -> Iterator[str]:
    """A bureau enters digits that are no code of a reporter."""
    tab.open("/doorverwijzingen")
    if tab.page.locator("#receipt").count():
        tab.page.fill("#receipt", "1234")
        tab.press("Zoek de doorverwijzing")
        yield "referrals.enter_code, refused"


def say_whose_case_it_is(tab: Tab, own: str | None) -> Iterator[str]:
    """Where an agreement asks whose cases own ones are: a code that nobody gave."""
    if own is None:
        return
    tab.open(f"/zaken/{own}/betreft")
    if tab.page.locator("#theirs").count():
        tab.page.fill("#theirs", "geen code")
        tab.press("Vastleggen")
        yield "referrals.state_concern, refused"
