"""Layer 1 of the text screen: what blocks release by its form, what only looks like it, and what the author reads."""

from itertools import product

import pytest

from hub.pseudonyms.rules import SENTENCES, is_bsn, is_iban, screen

BLOCKED = {
    "bsn": ("123456782 | bsn 123456782 | 1234.56.782 | 123 456 782 | BSN: 10000008 | bsn is 10000008 | 111222333"),
    "iban": ("NL91ABNA0417164300 | nl91 abna 0417 1643 00 en | NL20 INGB 0001 2345 67. | DE89370400440532013000 | BE68 5390 0754 7034"),
    "plate": ("12-ab-34 | KX-123-B | 9-XYZ-12 | 99-XX-99 | GB-12-34 | XXX-99-X | kenteken 12ABC3 | kenteken: G 123 BB | 3-TTT-01"),
    "phone": (
        "0612345678 | 06-12345678 | 06 12 34 56 78 | +31612345678 | +31 (0)6 1234 5678 | 0031 6 12345678 | 050-1234567 "
        "| (0592) 12 34 56 | 0592/123456 | +49 151 23456789 | 06.12.34.56.78"
    ),
    "email": ("jan@voorbeeld.nl | j.jansen+werk@mail.voorbeeld.co.uk | fatima [at] voorbeeld.nl | kees(apenstaartje)voorbeeld.nl"),
    "url": ("https://voorbeeld.nl/profiel?id=3 | www.voorbeeld.nl | facebook.com/jan.jansen | marktplaats.nl | t.me/groep | voorbeeld.frl"),
    "handle": ("@jan_jansen | op Instagram @fatima.x heeft | (@kees)"),
    "address": (
        "9401 AB 12 | 9401AB 12 | 9401 AB, nr. 12 | 9401ab 12 | Kerkstraat 12 | kerkstraat 12b | Grote Markt 5 | Laan "
        "van de Vrijheid 31 | Brink 3 | Stationsplein nr. 9 | Hereweg 101-2 | J.C. Kapteynlaan 8 a | Oude Ebbingestraat"
        " 44"
    ),
    "case_number": (
        "PL0100-2026123456-1 | PL01002026123456 | 18/123456-26 | 18-123456-26 | NPK1234X5 | SPECI2014 | zaaknummer "
        "2026-00123 | aangiftenummer: 2026123456 | dossiernr 44/12345 | v-nummer 123.456.7890"
    ),
}
ALLOWED = [
    "Op 12 oktober 2026 om 14.30 uur riepen 3 jongens iets naar de [melder].",
    "Het was tussen 2024 en 2026.",
    "Artikel 137c Sr en artikel 429quater.",
    "De [melder] is 34 jaar.",
    "Wij waren met 12-en 13-jarigen.",
    "Onderweg 3 keer uitgescholden.",
    "Hij ging slaan 3 keer.",
    "Sinds 4-mei-26 is het mis.",
    "Wetboek van Strafrecht, artikel 1 Grondwet.",
    "Bel 112 of 0800-8112.",
    "In 2026 de 3 mannen weer gezien.",
    "Er stond 100% eigen volk.",
    "123456789 is geen burgerservicenummer.",
    "000000000",
    "NL00ABNA0417164300",
    "Op straat 2 mannen.",
    "Het kostte € 1.250,00.",
    "24-uursopvang",
    "De politie.Daarna niets",
    "9401 SS 12",
    "Op de Kerkstraat 20 mensen.",
    "De Kerkstraat in 2026.",
    "2026-10-07",
    "07-10-2026",
    "10:15 - 11:30",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in BLOCKED.items() for text in texts.split(" | ")])
def test_a_number_an_address_or_an_account_blocks_release(kind: str, text: str) -> None:
    findings = screen(f"De [melder] zei: {text} en ging weg.")

    assert [block.kind for block in findings.blocks] == [kind]
    assert findings.sentences == (SENTENCES[kind],)


@pytest.mark.parametrize("text", ALLOWED)
def test_what_only_looks_like_it_does_not_block(text: str) -> None:
    assert screen(text).blocks == ()


def test_a_finding_says_where_it_stands_and_never_what_it_says() -> None:
    text = "Bel 06-12345678 of mail jan@voorbeeld.nl, ook op 06-87654321."

    findings = screen(text)

    assert [text[block.start : block.end] for block in findings.blocks] == ["06-12345678", "jan@voorbeeld.nl", "06-87654321"]
    assert findings.sentences == (SENTENCES["phone"], SENTENCES["email"])
    assert not any(digit in sentence for sentence in findings.sentences for digit in "0123456789")


@pytest.mark.parametrize("text", ["06–12345678", "06\u00a012345678", "06‑12 34\u202f56 78", "０６１２３４５６７８"])
def test_other_hyphens_spaces_and_digits_hide_nothing(text: str) -> None:
    assert [block.kind for block in screen(text).blocks] == ["phone"]


def test_the_eleven_test_passes_what_it_should() -> None:
    assert is_bsn("123456782") and is_bsn("111222333") and is_bsn("010000008")
    assert not is_bsn("123456789") and not is_bsn("000000000")
    assert sum(is_bsn(f"1234567{a}{b}") for a, b in product(range(10), repeat=2)) == 9


def test_an_account_number_must_have_the_right_check_digits() -> None:
    assert is_iban("NL91ABNA0417164300") and is_iban("GB82WEST12345698765432")
    assert not is_iban("NL91ABNA0417164301")


def test_without_a_word_list_nothing_is_asked_and_that_is_said() -> None:
    assert screen("Fatima zei niets.").questions is None


WORDS = frozenset("de het een zei dat hij en zij was op school roos buurman mijn baas heet werd door uit geen van straat naam".split())


def asked(text: str) -> list[str]:
    return [text[question.start : question.end] for question in screen(text, known_words=WORDS).questions or ()]


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        ("De buurman zei dat de melder uit Groningen was.", []),
        ("De buurman Xerxes zei dat.", ["Xerxes"]),
        ("Mijn baas Roos was op school.", ["Roos"]),
        ("Xerxes zei dat.", ["Xerxes"]),
        ("De schoolbuurman zei dat.", []),
        ("De schoolsbuurman en het straatnaam.", []),
        ("Zij heet roos.", ["roos"]),
        ("Hij werd door dhr. Baas uit school.", ["Baas"]),
        ("Door J.P. van de Baas.", ["Baas"]),
        ("Het [slachtoffer] zei dat.", []),
        ("De el-Idrissi zei.", ["el-Idrissi"]),
        ("Het was 123456 op school.", ["123456"]),
        ("Roos zei dat.", []),
    ],
)
def test_a_word_that_may_be_a_name_is_asked_about(text: str, suspect: list[str]) -> None:
    assert asked(text) == suspect


def test_a_word_inside_a_block_is_not_asked_about_as_well() -> None:
    assert asked("De buurman zei Kerkstraat 12.") == []


@pytest.mark.parametrize("seed", ["a", "1-", "a.", "06 ", "A.", "NL91", "Aa ", "1 ", "@a", "(at)", "9401 AB ", "straat "])
def test_a_narrative_without_sense_is_read_to_its_end(seed: str) -> None:
    findings = screen(seed * (1_000 // len(seed)), known_words=WORDS)

    assert findings.questions is not None
