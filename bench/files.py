"""Writes exports of any size for the bench, fast: rows of the bureau's registration export, all different and all accepted."""

import csv
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

HEADER = (
    "Zaaknummer", "Datum melding", "Datum voorval", "Gemeente voorval", "Online", "Discriminatiegrond", "Terrein", "Aard", "Soort",
    "Massamelding", "Melder", "Woongemeente", "Wens", "Ook gemeld bij", "Samenvatting voor partners", "Wederpartij", "Stand", "Behandeling",
    "Afgesloten op", "Anonimiteit", "Leeftijd melder", "Onderzoek", "Toestemming politie", "Toestemming OM", "Toestemming COC",
    "Behandelaar", "Interne notities",
)  # fmt: skip
_PLACES = "Assen Emmen Hoogeveen Meppel Coevorden Groningen Veendam Oldambt Eemsdelta Leeuwarden Smallingerland Harlingen Waadhoeke".split()
_GROUNDS = ("Ras", "Godsdienst: islam", "Antisemitisme", "Seksuele gerichtheid", "Handicap", "Leeftijd", "Ras|Nationaliteit", "Geslacht")
_TERRAINS = ("Arbeidsmarkt", "Buurt/wijk", "Horeca/amusement", "Huisvesting", "Onderwijs", "Openbare ruimte", "Sport/recreatie")
_NATURES = ("Omstreden behandeling", "Vijandige bejegening", "Bedreiging", "Geweld", "Vernieling/bekladding")
_KINDS = ("Melding", "Klacht", "Melding")
_REPORTERS = ("Slachtoffer", "Getuige", "Namens een ander", "Organisatie")
_WISHES = ("Advies", "Gesprek", "Bemiddeling", "Alleen registratie", "")
_STATES = ("Ontvangen", "In behandeling", "In onderzoek")
_CONSENTS = ("ja", "nee", "niet gevraagd", "ja", "ja")


def write_bureau_csv(path: Path, rows: int, *, consent: str = "", turn: int = 0) -> None:
    """Write a registration export of this many rows in the format of adapters/bureau/registratie.yaml; every call writes the same.

    `consent` is what every reporter says, instead of a mixture; another `turn` gives every row another nature: a later delivery.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(_rows(rows, (consent,) if consent else _CONSENTS, _NATURES[turn:] + _NATURES[:turn]))


def _rows(count: int, consents: tuple[str, ...], natures: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    # the lengths of the lists have few factors in common, so that the combinations hardly repeat
    words = zip(
        cycle(_PLACES), cycle(_GROUNDS), cycle(_TERRAINS), cycle(natures), cycle(_KINDS), cycle(_REPORTERS), cycle(_PLACES[::-1]),
        cycle(_WISHES), cycle(_STATES), cycle(consents),
    )  # fmt: skip
    for number, (place, ground, terrain, nature, kind, reporter, home, wish, state, consent) in zip(range(count), words, strict=False):
        day = f"{number % 28 + 1:02}-{number // 28 % 10 + 1:02}-2026"
        yield (
            f"B2026-{number:07}", day, day, place, "nee", ground, terrain, nature, kind, "nee", reporter, home, wish, "Nergens",
            "", "Onbekende", state, "Registratie", "", "Bekend", "34", "Geen", consent, consent, "niet gevraagd", "mw. J.", "",
        )  # fmt: skip
