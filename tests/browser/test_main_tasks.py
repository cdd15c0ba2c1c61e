"""The main tasks, each done twice: by pointing with scripts switched off, and with the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from hub.demo.place import Place
from tests.browser.hands import Hand, Keys, Pointer
from tests.browser.tour import EXAMPLES, fill_case
from tests.browser.walk import new_context, persona, tab_of

HANDS = {"without-scripts": (Pointer, False), "by-keyboard": (Keys, True)}


@pytest.fixture(params=HANDS)
def hand(request: pytest.FixtureRequest, chromium: Browser, demo: Place) -> Iterator[Hand]:
    """A hand of somebody who just opened the start page."""
    kind, scripts = HANDS[request.param]
    context = new_context(chromium, scripts=scripts)
    with tab_of(context, demo) as tab:
        tab.open("/")
        yield kind(tab)
    context.close()


def link(hand: Hand, name: str, *, within: str = "body") -> object:
    return hand.tab.page.locator(within).get_by_role("link", name=name)


def button(hand: Hand, name: str) -> object:
    return hand.tab.page.get_by_role("button", name=name)


def sign_in(hand: Hand, name: str) -> None:
    hand.follow(link(hand, "Aanmelden met uw organisatie"))
    hand.follow(link(hand, "Inlogdienst van de demo"))
    hand.push(hand.tab.page.locator(f'button[value="{persona(name).subject}"]'))


def heading(hand: Hand) -> str:
    return hand.tab.page.locator("h1").inner_text()


def told(hand: Hand) -> str:
    return hand.tab.page.get_by_role("status").inner_text()


def test_somebody_signs_in_and_out_and_is_then_a_stranger_again(hand: Hand) -> None:
    sign_in(hand, "Jelle")
    inside = heading(hand), hand.tab.page.locator(".who").inner_text()
    hand.push(button(hand, "Afmelden"))
    outside = heading(hand)
    hand.tab.open("/zaken", status=401)

    assert inside[0] == "Overzicht"
    assert "Jelle W." in inside[1]
    assert outside == "U bent afgemeld"
    assert hand.tab.page.locator(".who").count() == 0


def test_somebody_finds_and_opens_a_case_that_another_partner_shared(hand: Hand) -> None:
    sign_in(hand, "Jelle")
    hand.follow(link(hand, "Ontvangen", within="nav"))
    listed = heading(hand)
    hand.follow(hand.tab.page.locator("tbody th a").first)

    assert listed == "Ontvangen zaken"
    assert heading(hand).startswith("Zaak ")
    assert hand.tab.page.get_by_role("heading", name="Met u gedeeld", exact=True).count() == 1


def test_somebody_enters_a_new_case_and_updates_it(hand: Hand) -> None:
    sign_in(hand, "Samira")
    hand.follow(link(hand, "Eigen zaken", within="nav"))
    hand.follow(link(hand, "Nieuwe zaak"))
    fill_case(hand)
    hand.push(button(hand, "Bewaren en delen"))
    entered = told(hand)
    hand.follow(link(hand, "Aanvullen"))
    hand.choose("nature", "bedreiging")
    hand.push(button(hand, "Aanvulling bewaren en delen"))

    assert entered == "De zaak is bewaard. Hieronder ziet u wie wat ontvangt."
    assert told(hand) == "De aanvulling is bewaard en gedeeld volgens de afspraken."
    assert "Bedreiging" in hand.tab.page.locator("main").inner_text()


def test_somebody_records_consent_and_withdraws_it_with_a_receipt(hand: Hand) -> None:
    sign_in(hand, "Samira")
    hand.follow(link(hand, "Eigen zaken", within="nav"))
    hand.follow(hand.tab.page.locator("tbody th a").first)
    hand.follow(link(hand, "Toestemming", within=".title"))
    hand.tick("antwoord-politie-noord-nederland", "alles")
    hand.tick("doel-politie-noord-nederland", "case_work")
    hand.tick("given_by", "reporter")
    hand.tick("how", "phone")
    hand.push(button(hand, "Vastleggen"))
    recorded = told(hand)
    hand.follow(link(hand, "Toestemming", within=".title"))
    hand.follow(link(hand, "Intrekken bij Politie Noord-Nederland"))
    warned = heading(hand)
    hand.push(button(hand, "Toestemming intrekken"))

    assert recorded == "De toestemming is vastgelegd. De wijziging werkt meteen."
    assert warned == "Toestemming intrekken bij Politie Noord-Nederland"
    assert heading(hand) == "Bewijs van intrekking"
    assert "Politie Noord-Nederland" in hand.tab.page.locator("main dl").inner_text()


def test_somebody_takes_in_an_export_after_looking_at_what_was_understood(hand: Hand) -> None:
    sign_in(hand, "Samira")
    hand.follow(link(hand, "Inlezen", within="nav"))
    hand.give_file("file", EXAMPLES["bureau"])
    hand.push(button(hand, "Nakijken"))
    refused = hand.tab.page.get_by_role("heading", name="Deze rijen neemt Schakel niet over").count()
    hand.push(button(hand, "inlezen en delen"))

    assert refused == 1
    assert told(hand) == "Het bestand is ingelezen."
    assert heading(hand).startswith("Ingelezen op ")
