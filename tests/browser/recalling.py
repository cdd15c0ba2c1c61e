"""What somebody does about a recall: an answer without a reason, and the word that all of it is removed."""

from collections.abc import Iterator

from tests.browser.walk import Tab


def answer_a_recall(tab: Tab, recall: str) -> Iterator[str]:
    """Where this organisation has to remove something: it cannot without saying why, and then it can."""
    tab.open(f"/terugroepingen/{recall}")
    if tab.page.locator("#reason").count() == 0:
        return  # the giver waits for the other, or it was answered
    tab.press("Verwijderen kan niet")
    yield "threads.answer_recall, refused"
    tab.press("Ja, alles is verwijderd")
    yield "threads.answer_recall, done"
