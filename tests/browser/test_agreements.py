"""An agreement in a real browser: read, signed by two, accepted, and stopped; every step at both widths."""

from collections.abc import Callable

from hub.demo.personas import Persona
from tests.browser.sights import look
from tests.browser.walk import Tab, persona

TabOf = Callable[[Persona | None], Tab]
NEXT = "/afspraken/bureau-fryslan~coc-friesland~bureaus--coc~2"
POLICE = "/afspraken/politie-noord-nederland~bureau-fryslan~politie--bureaus~4"


def sign(tab: Tab, path: str, button: str) -> None:
    tab.open(path)
    tab.page.check("#read")
    tab.press(button)


def test_a_proposal_is_read_signed_by_two_and_accepted_by_its_recipient(tab_for: TabOf) -> None:
    tjeerd, sietske, ellen, wrong = tab_for(persona("Tjeerd")), tab_for(persona("Sietske")), tab_for(persona("Ellen")), []
    tjeerd.open("/afspraken")
    wrong += look(tjeerd, "list")
    tjeerd.open(NEXT)
    wrong += look(tjeerd, "first signature")
    tjeerd.press("Afspraak tekenen")
    wrong += look(tjeerd, "without the tick")
    sign(tjeerd, NEXT, "Afspraak tekenen")
    wrong += look(tjeerd, "signed once")
    sign(sietske, NEXT, "Afspraak tekenen")
    ellen.open(POLICE)
    wrong += look(ellen, "the giver waits")
    sign(tjeerd, POLICE, "Afspraak aanvaarden")
    wrong += look(tjeerd, "accepted")

    assert tjeerd.page.get_by_role("status").inner_text() == "Uw handtekening staat."
    assert "aanvaard, gaat nog in" in tjeerd.page.locator("main").inner_text()
    assert not wrong, "\n".join(wrong)


def test_a_proposal_is_withdrawn_by_its_giver(tab_for: TabOf) -> None:
    ellen, path = tab_for(persona("Ellen")), POLICE.replace("fryslan", "emmen")
    ellen.open(path)
    ellen.page.locator("summary", has_text="Voorstel intrekken").click()
    wrong = look(ellen, "withdrawing")
    ellen.page.check("#sure")
    ellen.press("Voorstel intrekken")
    wrong += look(ellen, "withdrawn")

    assert "gestopt" in ellen.page.locator("main").inner_text()
    assert not wrong, "\n".join(wrong)
