"""How values look on a page: the Dutch words of sharing/dutch.py as markup, and what was not shared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from hub.partners.rules import PROVINCES
from hub.pseudonyms import mint
from hub.sharing import dutch
from hub.sharing.dutch import COARSE, CODES, LABELS, PLACES, fact_text, moment, month, short_day, short_span
from hub.sharing.facts import FACTS, parse_span
from hub.sharing.sentences import listed

NOT_SHARED = Markup('<span class="not-shared"><span aria-hidden="true">—</span> niet gedeeld</span>')
NOT_SHARED_SHORT = Markup('<span class="not-shared"><span aria-hidden="true">—</span><span class="aloud">niet gedeeld</span></span>')
SPELLED = '<span class="code" translate="no"><span aria-hidden="true">%s</span><span class="aloud">%s</span></span>'
DONE = {  # what a page says after a deed; the word stands in its address, the sentence does not
    "zaak": "De zaak is bewaard. Hieronder ziet u wie wat ontvangt.",
    "aanvulling": "De aanvulling is bewaard en gedeeld volgens de afspraken.",
    "ongewijzigd": "Er is niets veranderd: alles stond er al zo.",
    "toestemming": "De toestemming is vastgelegd. De wijziging werkt meteen.",
    "ingehouden": "U houdt dit nu in. Het is bij de ontvanger al veranderd.",
    "opgeheven": "Het inhouden is opgeheven. De ontvanger ziet weer wat de afspraak toelaat.",
    "weggegooid": "Het bestand is weggegooid. Er is niets ingelezen.",
    "ingelezen": "Het bestand is ingelezen.",
    "aangemeld": "U bent aangemeld.",
    "bijgewerkt": "Uw bericht is bewaard: alles is bijgewerkt.",
    "nulopgave": "Uw bericht is bewaard: niets te melden.",
    "bevriezen": "Schakel gaat nu bevriezen. Dat duurt meestal minder dan een minuut.",
    "verplaatsen": "Het bevriezen is verplaatst.",
    "heropenen": "De inzameling is weer open.",
    "bezorgen": "Schakel gaat nu bezorgen. Dat duurt meestal minder dan een minuut.",
    "nakomen": "De late levering is toegestaan. De aanvulling komt er vanzelf.",
    "meldingen": "Uw keuze is bewaard.",
    "proefbericht": "Uw proefbericht wordt verstuurd. Ververs deze pagina over een halve minuut: dan ziet u hieronder of het gelukt is.",
    "opnieuw": "Schakel probeert dit bericht zo opnieuw.",
    "contact": "Uw vraag om contact is verstuurd.",
    "contactantwoord": "Uw antwoord is bewaard.",
    "contactdag": "Vastgelegd. Nu nog de uitkomst.",
    "terugroeping": "Uw antwoord is bewaard. De andere organisatie ziet het ook.",
    "doorverwijzing": "Vastgelegd. De andere organisatie ziet het ook.",
    "melder": "Vastgelegd dat de melder er is. De andere organisatie ziet het ook.",
    "codegevonden": "Bij deze code hoort deze doorverwijzing.",
    "betreft": "Vastgelegd. Wat de ander ziet, volgt uit de afspraak.",
    "contactuitkomst": "De uitkomst is vastgelegd.",
    "overleg": "Het overleg is ingesteld. De leden zijn gevraagd; zij doen mee zodra zij ja zeggen. Wijs nu aan wie er namens u komt.",
    "leden": "De leden zijn bijgewerkt. Wie nieuw is, is gevraagd.",
    "deelname": "Uw organisatie doet mee. Wijs hier aan wie er namens uw organisatie komt.",
    "geendeelname": "Uw antwoord is bewaard: uw organisatie doet niet mee.",
    "weggegaan": "Uw organisatie is weg uit dit overleg.",
    "instellingen": "De instellingen zijn bewaard. Bijeenkomsten die al gepland zijn, blijven zoals ze zijn.",
    "opnieuwgevraagd": "De instellingen zijn bewaard. Elk lid is opnieuw gevraagd, en doet weer mee na een ja.",
    "jaarplannensamen": "De jaarplannen zijn samen voorgesteld. De leden krijgen bericht.",
    "blokken": "De blokken zijn bewaard. Ze gelden voor bijeenkomsten die nog niet worden voorbereid.",
    "deelnemer": "De deelnemers van uw organisatie zijn bijgewerkt.",
    "verhindering": "Uw verhinderingen zijn bijgewerkt.",
    "jaarplan": "Het jaarplan is bijgewerkt.",
    "jaarplanvoorgesteld": "Het jaarplan is voorgesteld. De leden krijgen bericht.",
    "jaarplanvastgesteld": "Het jaarplan is vastgesteld. De uitnodigingen gaan vanzelf uit.",
    "bezwaar": "Uw bericht over deze dag is bewaard.",
    "bijeengeroepen": "De bijeenkomst is gepland. Wie is aangewezen, krijgt een uitnodiging.",
    "verplaatst": "De bijeenkomst is verplaatst. Wie is uitgenodigd, krijgt bericht.",
    "geannuleerd": "De bijeenkomst is geannuleerd. Wie is uitgenodigd, krijgt bericht.",
    "termijn": "De termijn is bijgewerkt.",
    "uitnodiging": "Uw antwoord is bewaard.",
    "agendatitel": "Uw keuze is bewaard. Wat al in uw agenda staat, past Schakel per mail aan.",
    "agendaadres": "Het agenda-adres is ingetrokken. Het opent niets meer.",
    "verslagbegonnen": "Het verslag is begonnen, vanuit wat er is genoteerd.",
    "verslagbewaard": "Het concept is bewaard.",
    "rondgestuurd": "Het verslag is rondgestuurd naar de organisaties in dit blok.",
    "opmerking": "Uw opmerking is geplaatst.",
    "vaststellen": "Het verslag is vastgesteld.",
    "nieuwe-versie": "De nieuwe versie staat klaar als concept.",
    "sjabloon": "Het sjabloon is in gebruik.",
    "sjabloonweg": "Het sjabloon van Schakel is weer in gebruik.",
    "begonnen": "De bijeenkomst is begonnen.",
    "gehouden": "De bijeenkomst is afgesloten.",
    "aanwezig": "Binnen. Het scherm toont nu alleen wat iedereen in de zaal mag weten.",
    "weg": "Naar buiten.",
    "bespreking": "De bespreking is bewaard.",
    "besluit": "Vastgelegd.",
    "notitie": "Uw notitie is bewaard. Alleen uw organisatie leest die.",
    "actiepuntnieuw": "Het actiepunt is vastgelegd.",
    "actiepuntvaag": "Het actiepunt is vastgelegd. Kijk nog eens: staat er precies wat, en is het voor de volgende keer klaar?",
    "actiepunt": "Vastgelegd bij het actiepunt.",
    "agenda-settle": "De agenda is vastgesteld. Elke organisatie krijgt binnen een minuut haar eigen editie.",
    "agenda-propose": "De agenda is opnieuw berekend.",
    "agenda-reset": "Uw aanpassingen zijn weggehaald.",
    "agenda-renew": "Uw nieuwe editie is vastgelegd.",
    "agenda-theme": "Het thema staat op de agenda.",
    "agendapunt-up": "Het punt staat nu een plaats hoger.",
    "agendapunt-down": "Het punt staat nu een plaats lager.",
    "agendapunt-minutes": "De minuten zijn bewaard.",
    "agendapunt-decline": "Het punt is van de agenda gehaald.",
    "agendapunt-accept": "Het punt staat nu als laatste op de agenda.",
    "getekend": "Uw handtekening staat.",
    "bewaartermijn": "De bewaartermijn is vastgelegd. Morgenochtend ziet u wat er verdwijnt.",
    "vastgehouden": "De zaak wordt vastgehouden. Zij verdwijnt niet.",
    "losgelaten": "De zaak is losgelaten. Zij verdwijnt op zijn vroegst over dertig dagen.",
    "gestopt": "De afspraak is gestopt. Er wordt niets meer gedeeld.",
    "punt-aangemeld": "Uw aanmelding is bewaard.",
    "aanmelding-weg": "Uw aanmelding is ingetrokken.",
}
MOST_TALLIED = 8
CODE_GROUPS = ((0, 4), (4, 8), (8, 11))
day = dutch.day


def label(word: str, of: str) -> str:
    """The Dutch label of a word: of a fact ("facts"), an absence ("absence"), a steering word ("anonymity") and the like."""
    return dutch.label(word, of=of)


def choices(of: str) -> list[tuple[str, str]]:
    """The codes of a list, or the words of a question, with their labels, in the order of the file."""
    return list((CODES.get(of) or LABELS[of]).items())


def coarse(of: str) -> list[tuple[str, str]]:
    """The words of a list that say something coarser, with their labels."""
    return list(COARSE[of].items())


def capitals(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Words with their sentences as the choices of a form, each beginning with a capital."""
    return [(word, text[:1].upper() + text[1:]) for word, text in words.items()]


def provinces() -> list[tuple[str, str]]:
    """The three provinces with their names."""
    return list(PROVINCES.items())


def choices_of(many: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Partners as the choices of a form."""
    return [(one["slug"], one["name"]) for one in many]


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """The municipalities with their labels, by the label of their province."""
    return [(COARSE["place"][province], list(words.items())) for province, words in PLACES.items()]


def shown(value: object, fact: str) -> Markup:
    """The value of a fact in Dutch, or a dash with 'niet gedeeld'."""
    return NOT_SHARED if value is None else escape(fact_text(value, fact=fact))


def shown_short(value: object, fact: str) -> Markup:
    """As `shown`, for a cell of a table: 'niet gedeeld' is said to a screen reader, a dash to the eye."""
    if value is None:
        return NOT_SHARED_SHORT
    return _cell(tuple(value) if isinstance(value, list) else value, fact)


@lru_cache(maxsize=4096)
def _cell(value: object, fact: str) -> Markup:
    """Lists show codes and periods, and of those there are few; never a text."""
    return escape(short_span(parse_span(str(value))) if fact == "incident_date" else fact_text(value, fact=fact))


def known(value: object, fact: str) -> Markup:
    """The value of an own fact in Dutch, or why there is none: onbekend, niet gevraagd, gewist."""
    if isinstance(value, str) and value in LABELS["absence"]:
        return Markup('<span class="not-shared">{}</span>').format(LABELS["absence"][value])
    return escape(fact_text(value, fact=fact))


def known_short(value: object, fact: str) -> Markup:
    """As `known`, for a cell of a table."""
    absent = fact != "incident_date" or value in LABELS["absence"]
    return known(value, fact) if absent else escape(short_span(parse_span(str(value))))


def spelled_code(code: str) -> Markup:
    """A code in groups of 4, 4 and 3; a screen reader hears the signs one by one."""
    safe = code if code.isalnum() else str(escape(code))
    groups = "-".join(safe[first:last] for first, last in CODE_GROUPS)
    return Markup(SPELLED % (groups, ", ".join(safe)))  # noqa: S704  letters and digits only


def count(number: int, one: str, many: str) -> str:
    """A number with its word: 1 zaak, 2 zaken, 1.350 zaken."""
    return dutch.count(number, one=one, many=many)


def tallied(counts: Mapping[str, int], fact: str) -> list[tuple[str, int]]:
    """How often each value stands in an export, in Dutch and the most frequent first; days by their month, a long tail as one line."""
    told: Counter[str] = Counter()
    for word, number in counts.items():
        told[_tally_word(word, fact)] += number
    most = told.most_common(MOST_TALLIED)
    rest = told.total() - sum(number for _, number in most)
    return [*most, ("Andere", rest)] if rest else most


def _tally_word(word: str, fact: str) -> str:
    if word in LABELS["absence"]:
        return LABELS["absence"][word]
    if word == "(geen)":
        return fact_text((), fact=fact)
    if fact == "incident_date":
        return month(parse_span(word).first)
    return {"true": "Ja", "false": "Nee"}.get(word) or fact_text(word, fact=fact)


FILTERS = {
    "day": day, "short_day": short_day, "moment": moment, "label": label, "known": known, "known_short": known_short, "shown": shown,
    "shown_short": shown_short, "spelled_code": spelled_code, "read_aloud": mint.spell, "listed": listed, "count_of": count,
    "tallied": tallied, "capitals": capitals,
}  # fmt: skip
GLOBALS = {"choices": choices, "coarse": coarse, "places": places, "provinces": provinces, "choices_of": choices_of, "FACTS": FACTS}
