"""What happened in the north in an invented September and October of 2026: incidents, from which every partner knows a part."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SEED = 20261004
PLACES = {  # how many incidents of the month, where; a place named more often happens more often
    "bureau-drenthe": (13, "Assen Assen Hoogeveen Meppel Coevorden Tynaarlo Noordenveld Midden-Drenthe"),
    "bureau-emmen": (7, "Emmen"),
    "bureau-groningen": (
        28,
        "Groningen Groningen Groningen Groningen Stadskanaal Oldambt Eemsdelta Veendam Midden-Groningen Westerkwartier",
    ),
    "bureau-fryslan": (
        30,
        "Leeuwarden Leeuwarden Leeuwarden Smallingerland Heerenveen Súdwest-Fryslân Harlingen Waadhoeke Noardeast-Fryslân",
    ),
}
GROUNDS = {  # our word: as a bureau writes it, as the police, as COC's form, as the OM
    "herkomst": ("Herkomst", "Herkomst", "huidskleur of afkomst", "Ras"),
    "moslim": ("Godsdienst: islam", "Godsdienst: islam", "islam", "Godsdienst"),
    "antisemitisme": ("Antisemitisme", "Antisemitisme", "ander geloof", "Antisemitisme"),
    "gerichtheid": ("Seksuele gerichtheid", "Seksuele gerichtheid", "seksuele oriëntatie", "Seksuele gerichtheid"),
    "trans": ("Geslacht: trans of genderidentiteit", "Geslacht", "trans", "Geslacht"),
    "geslacht": ("Geslacht", "Geslacht", "man/vrouw", "Geslacht"),
    "zwanger": ("Geslacht: zwangerschap", "", "man/vrouw", ""),
    "handicap": ("Handicap/chronische ziekte", "Handicap", "handicap", "Handicap"),
    "leeftijd": ("Leeftijd", "", "leeftijd", ""),
}


@dataclass(frozen=True)
class Scene:
    """Something that happens more often: where and what, in the words of each, on which grounds, and a sentence fit for sharing."""

    grounds: tuple[str, ...]
    terrain: str
    spot: str
    nature: str
    form: str
    other: str
    suspect: str
    summary: str


SCENES = tuple(
    Scene(tuple(line.split("/")), *rest)
    for line, *rest in (
        ("herkomst", "Arbeidsmarkt", "Werk", "Omstreden behandeling", "Overig", "Werkgever", "Werkgever",
         "Na telefonisch contact was de functie ineens vervuld; de vacature bleef openstaan."),
        ("herkomst", "Buurt/wijk", "Woonomgeving", "Vijandige bejegening", "Uitlating", "Buren", "Buur",
         "Al enkele weken roept een buur vanaf het balkon beledigende woorden over de afkomst van het gezin."),
        ("herkomst", "Horeca/amusement", "Horeca", "Omstreden behandeling", "Overig", "Horeca", "Anders",
         "Een groep werd aan de deur geweigerd, anderen mochten daarna zonder vragen naar binnen."),
        ("herkomst", "Openbare ruimte", "Straat", "Geweld", "Mishandeling", "Onbekende", "Onbekende",
         "Op straat uitgescholden om huidskleur en daarna geduwd en geslagen."),
        ("herkomst", "Onderwijs", "School", "Vijandige bejegening", "Belediging", "School", "Bekende",
         "In de klassenapp staan herhaaldelijk grappen over de afkomst van een leerling."),
        ("herkomst", "Huisvesting", "Woning", "Omstreden behandeling", "Overig", "Winkel of dienst", "Anders",
         "Verhuurder liet weten 'alleen Nederlanders' te zoeken."),
        ("moslim", "Openbare ruimte", "Straat", "Vijandige bejegening", "Uitlating", "Onbekende", "Onbekende",
         "Een vrouw met hoofddoek werd bij de bushalte uitgescholden."),
        ("moslim/geslacht", "Arbeidsmarkt", "Werk", "Omstreden behandeling", "Overig", "Werkgever", "Werkgever",
         "Stage ging niet door omdat de hoofddoek niet bij het bedrijf zou passen."),
        ("moslim", "Collectieve voorzieningen", "Gebedshuis", "Vernieling/bekladding", "Vernieling/bekladding", "Onbekende", "Onbekende",
         "Op de muur van een gebouw van een geloofsgemeenschap is een leus gespoten."),
        ("antisemitisme", "Openbare ruimte", "Straat", "Vernieling/bekladding", "Vernieling/bekladding", "Onbekende", "Onbekende",
         "Op een elektriciteitshuisje is een hakenkruis aangebracht."),
        ("antisemitisme", "Sport/recreatie", "Sportveld", "Vijandige bejegening", "Uitlating", "Vereniging", "Anders",
         "Bij een wedstrijd werden antisemitische leuzen gezongen."),
        ("gerichtheid", "Openbare ruimte", "Straat", "Bedreiging", "Bedreiging", "Onbekende", "Onbekende",
         "Twee mannen die hand in hand liepen, werden uitgescholden en achtervolgd."),
        ("gerichtheid", "Buurt/wijk", "Woonomgeving", "Vernieling/bekladding", "Vernieling/bekladding", "Buren", "Buur",
         "Voor de derde keer is de regenboogvlag van het balkon getrokken."),
        ("gerichtheid", "Onderwijs", "School", "Vijandige bejegening", "Belediging", "School", "Bekende",
         "Een leerling wordt sinds zijn coming-out in de gang uitgescholden."),
        ("trans", "Horeca/amusement", "Horeca", "Geweld", "Geweld", "Onbekende", "Onbekende",
         "Bij het uitgaan werd iemand om haar genderidentiteit geslagen."),
        ("trans", "Sport/recreatie", "Sportveld", "Omstreden behandeling", "Overig", "Vereniging", "Anders",
         "De vereniging wees een lid de toegang tot de kleedkamer, zonder andere oplossing."),
        ("zwanger", "Arbeidsmarkt", "Werk", "Omstreden behandeling", "Overig", "Werkgever", "Werkgever",
         "Een tijdelijk contract werd niet verlengd kort nadat de zwangerschap bekend werd."),
        ("handicap", "Commerciële dienstverlening", "Winkel", "Omstreden behandeling", "Overig", "Winkel of dienst", "Anders",
         "Een klant met een hulphond werd de toegang geweigerd."),
        ("handicap", "Collectieve voorzieningen", "Openbaar vervoer", "Omstreden behandeling", "Overig", "Overheid", "Instelling",
         "De beloofde hulp bij het instappen kwam voor de vierde keer niet."),
        ("leeftijd", "Arbeidsmarkt", "Werk", "Omstreden behandeling", "Overig", "Werkgever", "Werkgever",
         "In de afwijzing staat dat het team 'jong en wendbaar' moet blijven."),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Incident:
    """One thing that happened, as nobody knows it whole."""

    number: int
    bureau: str
    day: date
    place: str
    scene: Scene

    @property
    def chance(self) -> Random:
        """Dice of its own, so that one incident more does not change the others."""
        return Random(SEED * 1000 + self.number)  # noqa: S311 - a story, not a secret


def september() -> list[Incident]:
    """The incidents of September, about half a month's; the same in every run."""
    return _happened(date(2026, 9, 1), after=400, share=2)


def october() -> list[Incident]:
    """The incidents of October; the same in every run."""
    return _happened(date(2026, 10, 1), after=0, share=1)


def _happened(first: date, *, after: int, share: int) -> list[Incident]:
    """One in `share` of what happens in a month that begins on this day; numbered on from `after`."""
    made: list[Incident] = []
    for bureau, (count, places) in PLACES.items():
        for _ in range(count // share):
            number = after + len(made) + 1
            dice = Random(SEED + number)  # noqa: S311 - a story, not a secret
            day = first + timedelta(days=dice.randrange(monthrange(first.year, first.month)[1]))
            made.append(Incident(number, bureau, day, dice.choice(places.split()), dice.choice(SCENES)))
    return made
