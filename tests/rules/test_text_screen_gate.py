"""
The gate of the text screen: 260 fixed sentences with planted names and numbers; how many are touched, and how much else is.

The word list is not part of the repository, so layer 2 gets a small one here: the words of these sentences without the names, and
the names that are also words. The figure for false alarms thus measures the rules about capitals, cues and initials, not a real
list. Five frames begin with the name: names that are ordinary words are missed there, as the design says.
"""

import re
from itertools import cycle

from hub.pseudonyms.rules import screen

NAMES = (
    """
Fatima El Idrissi | Kees de Vries | Mohammed Yılmaz | Roos | Peter Bakker | Nguyen Thi Lan | Sjoerd Hoekstra | Aleksandra Kowalska
| Chidi Okonkwo | Rachel Cohen | Bram Visser | Zeynep Kaya | Jan-Willem van der Meer | Ayaan Warsame | Priya Raghunath | Dirk |
Latoya Pinas | Bogdan Ionescu | Hennie Mulder | Samira Amrani | Tjitske | Mehmet Öztürk | Guus Meeuwsen | Li Wei | Ömer Şahin |
Anneke Smit | Babajide Adeyemi | Wietske Dijkstra | Yusuf Benali | Hanna Lewandowska | Sandra de Boer | Ricardo Fernandes | Jelle
Zijlstra | Fenna | Abdulrahman Al-Masri | Kwame Mensah | Noor | Tamás Szabó | Ilse Kok | Delano Kromodimedjo | Vusi Dlamini |
Marit | Oksana Shevchenko | Björn | Tahir Hussain | Greetje Postma | Siham Ouali | Eelco | Ngozi Eze | Wouter Haan | Shanti Ramdin
| Iwona | Berfin Demir | Ludo | Farah Haidari | Joost van Dam | Adwoa | Rens Prins | Meral Aydın | Ids Wiersma | Karlijn | Merel
| Storm | Linde
""".replace("\n", " ")
    .strip()
    .split(" | ")
)
FRAMES = (
    """
Op school werd {} door drie jongens uitgescholden. | De [melder] hoorde dat {} werd bedreigd. | Volgens de [getuige 1] begon {}
met schreeuwen. | De buurman, {}, gooide een steen door het raam. | Zij werkte samen met {} in de keuken. | De leidinggevende heet
{} en doet er niets aan. | Gisteren heeft {} een klacht ingediend bij de gemeente. | Het [slachtoffer] kent {} van de voetbalclub.
| Bij de kassa zei {} dat zij moest opstappen. | De trainer noemde {} een aap. | Tijdens de les maakte {} grappen over een
hoofddoek. | Niemand hielp toen {} werd geslagen. | De beheerder van het pand is {} en weigert hem een woning. | De brief was
ondertekend door {} namens de vereniging. | In de bus ging {} naast haar zitten. | De [melder] wil niet dat {} hiervan hoort. | Op
het werk kreeg {} een briefje met een hakenkruis. | Een collega, genaamd {}, deed eraan mee. | De portier liet {} niet binnen om
zijn huidskleur. | Ook dhr. {} was erbij aanwezig. | Daarna belde mevrouw {} de politie. | De eigenaar van het café, {}, lachte
hem uit. | Zijn vrouw en {} zagen alles gebeuren. | Na afloop bood {} geen excuses aan. | De huisarts verwees naar {} voor een
gesprek. | Met krijt stond op de muur dat {} weg moest. | Haar baas {} vond het overdreven. | De groep riep dat {} een verrader
was. | Vorige week vertelde {} het aan de directeur. | Het filmpje werd gemaakt door {} en verspreid in een groep. | De
sollicitatie van {} werd afgewezen wegens zijn achternaam. | De kinderen van {} durven niet meer buiten te spelen. | Toen spuugde
{} hem in het gezicht. | Hij is door {} van de trap geduwd. | De begeleider {} schreef er een verslag over. | Iedereen in de
straat weet dat {} het deed. | De vriend van {} werd ook uitgescholden. | Volgens haar was {} dronken. | Al maanden pest {} de
hele familie. | De rechter sprak met {} over de zaak. | {} riep door de hele kantine dat hij weg moest. | {} stuurde een bericht
met een bedreiging. | {} weigerde de [melder] de hand. | {} zat achter het raam te lachen. | {} is de voorzitter van de
vereniging.
""".replace("\n", " ")
    .strip()
    .split(" | ")
)
NUMBERS = (
    """
06-12345678 | +31 6 87654321 | 050-3123456 | 123456782 | NL91 ABNA 0417 1643 00 | jan.jansen@voorbeeld.nl |
www.voorbeeld.nl/profiel | @roos_1998 | 12-ABC-3 | 9401 AB 12 | Kerkstraat 14 | Hereweg 101 | PL0100-2026123456-1 | 18/123456-26 |
NPK1234X5 | facebook.com/roos.b | 0031612345678 | Grote Markt 5 | KX-123-B | 1234.56.782
""".replace("\n", " ")
    .strip()
    .split(" | ")
)
NUMBER_FRAMES = (
    """
De [melder] is te bereiken via {} na zes uur. | Op een briefje stond {} geschreven. | Het ging om {} volgens de [getuige 1]. | Zij
gaf {} door aan de politie.
""".replace("\n", " ")
    .strip()
    .split(" | ")
)
NEUTRAL = """
De [melder] werd bij de ingang van de winkel tegengehouden en kreeg te horen dat mensen zoals zij niet welkom waren. Een
medewerker zei dat het beleid zo was. Na een gesprek met de bedrijfsleider is er niets veranderd. Het [slachtoffer] voelt zich
onveilig en mijdt nu de hele straat. In oktober 2026 gebeurde het 3 keer. Er zijn twee getuigen. De politie heeft een verklaring
opgenomen op grond van artikel 137c van het Wetboek van Strafrecht. Het Openbaar Ministerie beslist later. De gemeente Groningen
is op de hoogte. Ook in Drenthe waren er meldingen over dezelfde groep. Iemand van het COC sprak met hen.
""".replace("\n", " ").strip()
ALSO_WORDS = "roos bakker visser kok smit haan dam mulder prins boer merel storm linde".split()
PLANTED = [frame.format("{" + name + "}") for frame, name in zip(FRAMES * 4, cycle(NAMES), strict=False)]
WITH_NUMBER = [frame.format("{" + number + "}") for frame in NUMBER_FRAMES for number in NUMBERS]
KNOWN = frozenset(re.findall(r"[^\W\d_]+", " ".join([*FRAMES, *NUMBER_FRAMES, NEUTRAL]).lower())) | frozenset(ALSO_WORDS)


def taken_apart(marked: str) -> tuple[str, int, int]:
    """The sentence without its marks, and where the planted part begins and ends."""
    start, end = marked.index("{"), marked.index("}") - 1
    return marked.replace("{", "").replace("}", ""), start, end


def measure(sentences: list[str]) -> tuple[float, float]:
    """The part of the planted identifiers of which something is touched, and the false alarms per hundred words."""
    touched = false = words = 0
    for text, start, end in map(taken_apart, sentences):
        findings = screen(text, known_words=KNOWN)
        spans = [(found.start, found.end) for found in (*findings.blocks, *(findings.questions or ()))]
        touched += any(first < end and start < last for first, last in spans)
        false += sum(not (first < end and start < last) for first, last in spans)
        words += len(text.split())
    return touched / len(sentences), 100 * false / words


def test_there_are_at_least_two_hundred_sentences() -> None:
    assert len(set(PLANTED)) == 180
    assert len(set(WITH_NUMBER)) == 80


def test_nearly_every_planted_name_is_touched_and_little_else() -> None:
    touched, false = measure(PLANTED)

    assert touched >= 0.95
    assert false <= 2


def test_every_planted_number_address_or_account_blocks() -> None:
    kinds = [len(screen(taken_apart(marked)[0]).blocks) for marked in WITH_NUMBER]

    assert kinds == [1] * len(WITH_NUMBER)


def test_a_text_without_identifiers_is_let_through() -> None:
    findings = screen(NEUTRAL, known_words=KNOWN)

    assert findings.blocks == ()
    assert 100 * len(findings.questions or ()) / len(NEUTRAL.split()) <= 2
