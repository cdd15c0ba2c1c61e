"""On the tour: an own case is held so that it is not deleted, and let go again."""

from collections.abc import Iterator

from tests.browser.walk import Tab

SENT = ("retention.hold_case", "retention.release_case", "retention.choose_term")  # the last by a privacy officer: tests/doors


def hold_a_case(tab: Tab, own: str | None) -> Iterator[str]:
    """Where somebody may hold a case: nothing chosen, held, and let go."""
    tab.open("/bewaren")
    if own is None or tab.page.locator("#reason").count() == 0:
        return  # a case worker only reads this page
    tab.press("Vasthouden")
    yield "retention.hold_case, refused"
    tab.page.fill("#code", own)
    tab.page.select_option("#reason", "proceedings")
    tab.press("Vasthouden")
    yield "retention.hold_case, done"
    with tab.page.expect_navigation(wait_until="load"):
        tab.page.get_by_role("button", name="Loslaten").first.click()
    yield "retention.release_case, done"
