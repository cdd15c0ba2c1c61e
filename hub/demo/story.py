"""The exports that each partner would send about a believable September and October of 2026, invented.

Nothing here is about a person. The same call writes the same files, so that a demo and its check see the same month.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from adapters.writing import Cell, write_csv, write_json, write_ods, write_xlsx
from hub.demo.scenes import GROUNDS, SCENES, Incident, october, september

Row = dict[str, Any]
Delivered = tuple[str, Path]  # slug of the partner, file

FAULTY = date(2026, 10, 30)  # the day of October's export, in which some rows are not right
TAKEN_BACK = 430  # of this case of September the reporter took all consent back in October
_MONTHS = {9: "september 2026", 10: "oktober 2026"}
_CLOSED = {9: date(2026, 10, 26), 10: date(2026, 11, 2)}  # when cases of that month were closed that went on
_POLICE = "politie-noord-nederland"
_BUREAUS = {"bureau-drenthe": "MDD", "bureau-emmen": "EMM", "bureau-groningen": "DMG", "bureau-fryslan": "TUM"}
_DESKS = {
    "bureau-drenthe": "Meldpunt Discriminatie Drenthe", "bureau-emmen": "Meldpunt Emmen",
    "bureau-groningen": "Discriminatie Meldpunt Groningen", "bureau-fryslan": "Tûmba",
}  # fmt: skip
_WHERE_COC = {
    "Openbare ruimte": "op straat", "Buurt/wijk": "bij mij in de buurt", "Arbeidsmarkt": "op het werk", "Onderwijs": "op school",
    "Horeca/amusement": "uitgaan", "Sport/recreatie": "sport", "Commerciële dienstverlening": "winkel of dienst",
}  # fmt: skip
_WHAT_COC = {
    "Vijandige bejegening": "uitgescholden", "Omstreden behandeling": "buitengesloten", "Bedreiging": "bedreigd", "Geweld": "geweld",
    "Vernieling/bekladding": "vernieling",
}  # fmt: skip


_OFFENCES = {
    "Uitlating": "137c", "Belediging": "266", "Bedreiging": "285", "Mishandeling": "300", "Geweld": "300", "Vernieling/bekladding": "350",
}  # fmt: skip
_COURSES = (  # stand, outcome, whether it is final
    ("Ingezonden", None, None), ("Afgedaan", "Veroordeling", "ja"), ("In beoordeling", None, None), ("Afgedaan", "Technisch sepot", None),
    ("Gedagvaard", None, None), ("Afgedaan", "Strafbeschikking", "ja"), ("Afgedaan", "Vrijspraak", "nee"),
)  # fmt: skip


def write_september(directory: Path) -> tuple[Delivered, ...]:
    """Write what the bureaus and the police send at the end of September."""
    return _write_all(directory, incidents=september(), on=date(2026, 9, 30), only=(*_BUREAUS, _POLICE))


def write_month(directory: Path) -> tuple[Delivered, ...]:
    """
    Write the export of October of every partner that has something to tell, each in its own format; some rows are faulty on purpose.

    What is known since September went on meanwhile, and of one case the reporter took consent back. Emmen has nothing to tell.
    """
    return _write_all(directory, incidents=_known(), on=FAULTY, only=[slug for slug in _EXPORTS if slug != "bureau-emmen"])


def write_second_delivery(directory: Path) -> tuple[Delivered, ...]:
    """Write what Groningen's bureau and the police send on 2 November: cases that went on, one that vanished, two that are new."""
    return _write_all(directory, incidents=_known_in_november(), on=date(2026, 11, 2), only=("bureau-groningen", _POLICE))


def write_late_delivery(directory: Path) -> tuple[Delivered, ...]:
    """Write what Groningen's bureau still sends on 3 November, when October was frozen already: two cases that it had forgotten."""
    forgotten = [Incident(910 + n, "bureau-groningen", date(2026, 10, 20 + n), "Groningen", SCENES[3 + n]) for n in (0, 1)]
    return _write_all(directory, incidents=[*_known_in_november(), *forgotten], on=date(2026, 11, 3), only=("bureau-groningen",))


def _known() -> list[Incident]:
    return [*october(), *september()]


def _known_in_november() -> list[Incident]:
    news = [Incident(900 + n, "bureau-groningen", date(2026, 10, 29 + n), "Groningen", SCENES[6 + 2 * n]) for n in (0, 2)]
    return [*(incident for incident in _known() if incident.number != 30), *news]


def _write_all(directory: Path, *, incidents: Sequence[Incident], on: date, only: Sequence[str]) -> tuple[Delivered, ...]:
    """The exports of these partners as they are made on this day: nothing in them happened later."""
    told, delivered = [incident for incident in incidents if incident.day <= on], []
    for slug in only:
        rows_of, write, suffix = _EXPORTS[slug]
        path = directory / f"{on}-{slug}{suffix}"
        write(path, rows_of(slug, told, on=on))
        delivered.append((slug, path))
    return tuple(delivered)


def _went_on(incident: Incident, on: date) -> bool:
    """Whether this was told before, in the month in which it happened."""
    return (incident.day.year, incident.day.month) < (on.year, on.month)


def _bureau_rows(slug: str, incidents: Sequence[Incident], *, on: date) -> list[Row]:
    told = [incident for incident in incidents if incident.bureau == slug and incident.chance.random() < 0.75]
    rows = [_bureau_row(incident, on=on) for incident in told]
    if on != FAULTY or len(rows) < 8:
        return rows  # what is refused in that delivery is set right in the next one
    rows[1]["Gemeente voorval"] = "Winsum" if slug == "bureau-groningen" else "Boarnsterhim" if slug == "bureau-fryslan" else "Nieuwstad"
    rows[2]["Datum voorval"] = "31-09-2026"
    return rows


def _bureau_row(incident: Incident, *, on: date) -> Row:
    dice, scene, prefix, went_on = incident.chance, incident.scene, _BUREAUS[incident.bureau], _went_on(incident, on)
    dice.random()
    known = dice.choice(("Bekend", "Bekend", "Bekend", "Anoniem t.o.v. derden", "Geheel anoniem"))
    age = dice.choice((15, 17, 22, 27, 31, 38, 44, 52, 63))
    agreed = ("ja (ouder)" if age < 16 else "ja") if known == "Bekend" and (incident.number != TAKEN_BACK or not went_on) else "nee"
    stage = dice.choice(("Ontvangen", "In behandeling", "In behandeling", "In onderzoek", "Afgesloten"))
    stage, closed = _how_far(incident, stage, on)
    treated, has_summary = dice.choice(("Advies/informatie", "Bemiddeling", "Advies/informatie|Doorverwijzing")), dice.random() < 0.6
    pride = {"gerichtheid", "trans"} & set(scene.grounds)
    return {
        "Zaaknummer": f"{prefix}-2026-{incident.number + 300:04}",
        "Datum melding": f"{incident.day + timedelta(days=dice.randrange(1, 9)):%d-%m-%Y}",
        "Datum voorval": f"{incident.day:%d-%m-%Y}" if dice.random() < 0.9 else _MONTHS[incident.day.month],
        "Gemeente voorval": incident.place,
        "Online": "nee",
        "Discriminatiegrond": "|".join(GROUNDS[ground][0] for ground in scene.grounds),
        "Terrein": scene.terrain,
        "Aard": scene.nature,
        "Soort": dice.choice(("Melding", "Klacht")),
        "Massamelding": "nee",
        "Melder": dice.choice(("Slachtoffer", "Slachtoffer", "Slachtoffer", "Getuige", "Namens een ander")),
        "Woongemeente": incident.place if dice.random() < 0.7 else "Onbekend",
        "Wens": dice.choice(("Advies", "Gesprek", "Bemiddeling", "Alleen registratie", "Aangifte", "")),
        "Ook gemeld bij": dice.choice(("Nergens", "Nergens", "Politie", "")),
        "Samenvatting voor partners": scene.summary if has_summary or (went_on and incident.number % 4 == 1) else "",
        "Wederpartij": scene.other,
        "Stand": stage,
        "Behandeling": treated if closed else "",
        "Afgesloten op": f"{closed:%d-%m-%Y}" if closed else "",
        "Anonimiteit": known,
        "Leeftijd melder": str(age) if known != "Geheel anoniem" else "",
        "Onderzoek": dice.choice(("Geen", "Geen", "Onderzoek", "Vooronderzoek")),
        "Toestemming politie": agreed if dice.random() < 0.75 else "nee",
        "Toestemming OM": agreed if dice.random() < 0.5 else "nee",
        "Toestemming COC": (agreed if dice.random() < 0.6 else "nee") if pride else "niet gevraagd",
        "Behandelaar": "medewerker 3",
        "Interne notities": "",
    }


def _how_far(incident: Incident, stage: str, on: date) -> tuple[str, date | None]:
    """The stage of a bureau's case on this day, and when it was closed, if it was."""
    closed = incident.day + timedelta(days=20) if stage == "Afgesloten" else None
    if _went_on(incident, on) and stage == "In behandeling" and incident.number % 3 == 0:
        stage, closed = "Afgesloten", _CLOSED[incident.day.month]
    return ("In behandeling", None) if closed and closed > on else (stage, closed)


def _police_rows(slug: str, incidents: Sequence[Incident], *, on: date) -> list[Row]:
    criminal = [incident for incident in incidents if incident.scene.form != "Overig" or incident.number % 9 == 0]
    rows = [_police_row(incident, on=on) for incident in criminal if any(GROUNDS[ground][1] for ground in incident.scene.grounds)]
    if on == FAULTY:
        rows[3]["Gemeente pleegplaats"] = "Grunnen"
        rows[8]["Uitingsvorm"] = "Hinderlijk"
    return rows


def _police_row(incident: Incident, *, on: date) -> Row:
    dice, scene, went_on = incident.chance, incident.scene, _went_on(incident, on)
    dice.random()
    kind = dice.choice(("Melding", "Aangifte", "Aangifte", "Ambtshalve"))
    own = kind == "Ambtshalve"
    stage = dice.choice(("Opgenomen", "In behandeling", "In onderzoek", "In onderzoek", "Afgesloten"))
    closed = incident.day + timedelta(days=14) if stage == "Afgesloten" and incident.day + timedelta(days=14) <= on else None
    if went_on and stage == "In onderzoek" and incident.number % 2 == 0:
        stage = "Ingezonden OM"
    elif stage == "Afgesloten" and closed is None:
        stage = "In behandeling"
    refer = not own and dice.random() < 0.3
    return {
        "Registratienummer": f"PL0100-2026{240000 + incident.number * 137}-1",
        "Soort": "Aangifte" if went_on and kind == "Melding" and incident.number % 2 == 1 else kind,
        "Pleegdatum": incident.day,
        "Gemeente pleegplaats": incident.place,
        "Internet": "N",
        "Discriminatiegrond": "; ".join(filter(None, dict.fromkeys(GROUNDS[ground][1] for ground in scene.grounds))),
        "Uitingsvorm": scene.form,
        "Locatie": scene.spot,
        "Publieke taak": "J" if dice.random() < 0.1 else "N",
        "Relatie melder": None if own else dice.choice(("Slachtoffer", "Slachtoffer", "Getuige", "Vertegenwoordiger")),
        "Woongemeente melder": None if own else incident.place,
        "Wens melder": "Gesprek" if refer else None,
        "Anoniem": None if own else "N" if dice.random() < 0.85 else "J",
        "Leeftijd melder": None if own else dice.choice((15, 19, 24, 33, 41, 58)),
        "Relatie verdachte": scene.suspect,
        "Voortgang": stage,
        "Afgesloten op": closed,
        "Doorverwijzen naar": _DESKS[incident.bureau] if refer else "Nee",
        "Wpg": "9" if incident.number % 20 == 13 else "13" if dice.random() < 0.15 else "8",  # what falls under article 9 stays where it is
        "Basisteam": incident.place,
        "Omschrijving": None,
        "Verbalisant": "collega 7",
    }


def _om_rows(slug: str, incidents: Sequence[Incident], *, on: date) -> list[Row]:
    """Cases of earlier this year that moved in October, and what the police sent in this month."""
    rows = []
    known = [one for one in incidents if one.day.month == 10 and one.scene.form in _OFFENCES and GROUNDS[one.scene.grounds[0]][3]]
    for number, incident in enumerate(known):
        if number % 2 == 0:
            rows.append(_om_row(incident, number=number // 2))
    rows[4]["Artikelen"] = "137z"
    return rows


def _om_row(incident: Incident, *, number: int) -> Row:
    stage, outcome, final = _COURSES[number % len(_COURSES)]
    known = {"bureau-drenthe": "MDD", "bureau-emmen": "Emmen", "bureau-groningen": "DMG", "bureau-fryslan": "Tûmba"}[incident.bureau]
    earlier = incident.day - timedelta(days=60 + 11 * number) if outcome else incident.day
    return {
        "Parketnummer": f"18/{120000 + number * 61}-26",
        "Pleegdatum": earlier,
        "Pleegplaats": incident.place,
        "Via internet": False,
        "Grond": ", ".join(dict.fromkeys(GROUNDS[ground][3] for ground in incident.scene.grounds)),
        "Publieke taak": "nee",
        "Artikelen": _OFFENCES[incident.scene.form],
        "Stand": stage,
        "Afdoening": outcome,
        "Onherroepelijk": final,
        "Datum afdoening": date(2026, 10, 5 + number % 20) if outcome else None,
        "Zwaarwegend belang": "vastgelegd" if number == 5 else "nee",
        "Betreft melding bij": known if number % 3 != 2 else None,
        "Verdachte": None,
        "Officier": "officier 2",
        "Laatste wijziging": date(2026, 10, 30),
    }


def _coc_records(slug: str, incidents: Sequence[Incident], *, on: date) -> list[Row]:
    provinces = ("bureau-fryslan",) if slug == "coc-friesland" else ("bureau-drenthe", "bureau-emmen", "bureau-groningen")
    pride = [one for one in incidents if one.day.month == 10 and {"gerichtheid", "trans"} & set(one.scene.grounds)]
    told = [one for one in pride if one.bureau in provinces]
    records = [_coc_record(incident, prefix="FR" if slug == "coc-friesland" else "GD") for incident in told]
    records[-1]["stand"] = "wacht op de melder"
    return records


def _coc_record(incident: Incident, *, prefix: str) -> Row:
    dice, scene = incident.chance, incident.scene
    known = dice.choice(("coc en bureau", "coc en bureau", "alleen coc", "niemand"))
    desk = _DESKS[incident.bureau] + (" Fryslân" if incident.bureau == "bureau-fryslan" else "")
    return {
        "nummer": f"{prefix}-26-{incident.number + 40:03}",
        "ontvangen_op": f"{incident.day + timedelta(days=2)}",
        "voorval": {
            "datum": f"{incident.day}", "gemeente": incident.place, "online": False, "waar": _WHERE_COC.get(scene.terrain, "anders"),
            "wat": _WHAT_COC[scene.nature],
        },
        "gronden": [GROUNDS[ground][2] for ground in scene.grounds],
        "melder": {
            "rol": "het overkwam mij", "gemeente": incident.place, "wens": dice.choice(("praten", "advies", "alleen laten weten")),
            "bekend_bij": known, "leeftijd": dice.choice((19, 24, 29, 36, 47)),
        },
        "ook_gemeld_bij": dice.choice(([], [], ["politie"])),
        "samenvatting": scene.summary,
        "stand": dice.choice(("nieuw", "bezig", "bezig", "klaar")),
        "doorgeven_aan": [desk] if known == "coc en bureau" else [],
    }  # fmt: skip


def _table(rows: Sequence[Row]) -> list[list[Cell]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def _write_bureau(path: Path, rows: Sequence[Row]) -> None:
    write_csv(path, rows=[[str(cell) for cell in row] for row in _table(rows)], encoding="utf-8" if "emmen" in path.name else "cp1252")


def _write_police(path: Path, rows: Sequence[Row]) -> None:
    month = _MONTHS[9 if path.name.startswith("2026-09") else 10]
    title: list[list[Cell]] = [["Zaaksoverzicht discriminatie, eenheid Noord-Nederland"], [f"Periode: {month}"], []]
    write_xlsx(path, rows=[*title, *_table(rows), ["Totaal", len(rows)]], sheet="Zaaksoverzicht")


def _write_om(path: Path, rows: Sequence[Row]) -> None:
    write_ods(path, rows=_table(rows), sheet="Zaken")


def _write_coc(path: Path, rows: Sequence[Row]) -> None:
    write_json(path, content={"afdeling": "COC", "periode": "2026-10", "meldingen": list(rows)})


_EXPORTS: Mapping[str, tuple[Callable[..., list[Row]], Callable[[Path, Sequence[Row]], None], str]] = {
    **dict.fromkeys(_BUREAUS, (_bureau_rows, _write_bureau, ".csv")),
    _POLICE: (_police_rows, _write_police, ".xlsx"),
    **dict.fromkeys(("coc-groningen-drenthe", "coc-friesland"), (_coc_records, _write_coc, ".json")),
    "om-noord-nederland": (_om_rows, _write_om, ".ods"),
}
