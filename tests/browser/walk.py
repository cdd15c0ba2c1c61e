"""Somebody at a browser in front of the running demo: logs in by card, opens pages, and hears everything the browser complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response

from hub.demo.personas import PERSONAS, Persona
from hub.demo.place import Place
from tests.browser.provide import browser_path, launch_arguments

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
PATIENCE = 20_000  # milliseconds: this is no speed test, and the machine may be busy
ISSUES = ("ContentSecurityPolicyIssue", "MixedContentIssue", "CookieIssue", "BlockedByResponseIssue", "GenericIssue")

NO_COMPLAINTS = (
    "Clear-Site-Data header",  # our page after logging out emptied the browser, as it should
    "The specified value",  # a field for a date holds what somebody typed wrongly
)


def persona(name: str) -> Persona:
    """The person of the demo whose card begins with this name."""
    [found] = [one for one in PERSONAS if one.name.startswith(name)]
    return found


@dataclass
class Tab:
    """One tab of somebody; `complaints` fills with console messages, dialogs, script errors and reports of the browser itself."""

    page: Page
    place: Place
    complaints: list[str] = field(default_factory=list)
    answered: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("dialog", self._dismiss)
        self.page.on("response", self._note)
        audits = self.page.context.new_cdp_session(self.page)
        audits.on("Audits.issueAdded", self._hear_issue)
        audits.send("Audits.enable")

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to this path of the hub (or to a whole address); the answer must have this status."""
        self.page.goto(path if path.startswith("http") else self.place.address + path, wait_until="load")
        assert self.answered == status, f"{path} answered {self.answered} instead of {status}: {self.page.title()}"

    def press(self, name: str, *, exact: bool = True) -> None:
        """Push the button with this name, and wait for the page that follows."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=name, exact=exact).click()

    def follow(self, name: str, *, exact: bool = True) -> None:
        """Follow the first link with this name."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("link", name=name, exact=exact).first.click()

    def sign_in(self, who: Persona) -> None:
        """Log in by the card of this person."""
        self.open("/aanmelden")
        self.follow("Inlogdienst van de demo")
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(f'button[value="{who.subject}"]').click()
        assert self.page.locator(".who").inner_text().find(who.name) >= 0, self.page.title()

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.answered = response.status

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium writes a line for a page that answers 4xx; the test that opened it says which answer it expects.
        of_page_itself = (
            message.text.startswith("Failed to load resource") and message.location.get("url", "").split("#")[0] == self.page.url
        )
        if not of_page_itself and not message.text.startswith(NO_COMPLAINTS):
            self.complaints.append(f"{self.page.url} {message.type}: {message.text}")

    def _dismiss(self, dialog: object) -> None:
        self.complaints.append(f"{self.page.url} opened a dialog")
        dialog.dismiss()  # type: ignore[attr-defined]

    def _hear_issue(self, event: dict[str, object]) -> None:
        issue = event["issue"]
        if issue["code"] in ISSUES:  # type: ignore[index]
            self.complaints.append(f"{self.page.url} {issue['code']}: {issue['details']}")  # type: ignore[index]


def start_browser(playwright: Playwright) -> Browser:
    """The Chromium of these tests, with its sandbox where that is possible."""
    return playwright.chromium.launch(executable_path=browser_path(), args=launch_arguments())


def new_context(browser: Browser, *, scripts: bool = True, state: object = None, **more: object) -> BrowserContext:
    """A browser of its own as a case worker in the north has it; our content policy holds."""
    settings = {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "reduced_motion": "reduce", "viewport": WIDE, "bypass_csp": False}
    return browser.new_context(**{**settings, **more}, java_script_enabled=scripts, storage_state=state)  # type: ignore[arg-type]


@contextmanager
def tab_of(context: BrowserContext, place: Place) -> Iterator[Tab]:
    """A tab in this context; at its end the browser must have had nothing to complain of."""
    tab = Tab(context.new_page(), place)
    yield tab
    tab.page.close()
    assert not tab.complaints, "\n".join(tab.complaints)
