"""Layouts that nobody here designed, invented after the habits of police open data abroad, are read by a mapping alone."""

import json
from pathlib import Path

from adapters.engine import read, summary
from adapters.language import parse_mapping
from tests.adapters.plainly import VOCABULARY


def read_by(mapping: str, folder: Path, *, name: str, text: str) -> dict[str, object]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    with read(path, mapping=parse_mapping(mapping, file=Path("vreemd.yaml")), vocabulary=VOCABULARY) as reading:
        return summary(reading)


def test_american_dates_short_codes_and_a_key_of_two_columns(tmp_path: Path) -> None:
    mapping = """
export: city
version: 1
file: {kind: csv}
key: [Full Complaint ID, Arrest Id]
empty_words: ["(null)"]
facts:
  incident_date: {column: Record Create Date, dates: mm/dd/yyyy}
  place: {always: elsewhere}
  ground:
    column: Bias Motive Description
    values:
      ANTI-JEWISH: antisemitisme
      ANTI-MUSLIM: godsdienst/islam
      "ANTI-MALE HOMOSEXUAL (GAY)": seksuele_gerichtheid
      "ANTI-LGBT (MIXED GROUP)": [seksuele_gerichtheid, geslacht/genderidentiteit]
    starts_with: {ANTI-RELIGIOUS: godsdienst}
    otherwise: overig_niet_wettelijk
  nature:
    rules:
      - {when: {Law Code: FELONY, Offense: [ASSAULT, ROBBERY]}, then: geweld}
      - {when: {Offense: [CRIMINAL MISCHIEF]}, then: vernieling_bekladding}
      - {filled: Offense, then: overig}
ignore: [{columns: [Arrest Date], because: gaat over een verdachte}]
"""
    text = (
        "Full Complaint ID,Record Create Date,Law Code,Offense,Bias Motive Description,Arrest Date,Arrest Id\n"
        "201904812209917,01/23/2019,FELONY,ASSAULT,ANTI-JEWISH,,\n"
        "201904812209917,01/23/2019,FELONY,ASSAULT,ANTI-JEWISH,02/01/2019,B1\n"
        "201904812209918,02/25/2019,FELONY,CRIMINAL MISCHIEF,ANTI-LGBT (MIXED GROUP),,\n"
        "201904812209919,12/31/2019,MISDEMEANOR,(null),60 YRS AND OLDER,,\n"
        "201904812209920,31/12/2019,MISDEMEANOR,X,ANTI-RELIGIOUS PRACTICE GENERALLY,,\n"
    )

    made = read_by(mapping, tmp_path, name="export.csv", text=text)

    assert (made["rows"], made["accepted"]) == (5, 3)
    assert [(one["row"], one["column"]) for one in made["refused"]] == [(5, "Law Code"), (6, "Record Create Date")]  # type: ignore[union-attr]
    assert made["facts"]["ground"] == {"antisemitisme": 2, "geslacht/genderidentiteit": 1, "seksuele_gerichtheid": 1}  # type: ignore[index]
    assert sorted(one["value"] for one in made["unmapped"]) == ["60 YRS AND OLDER", "MISDEMEANOR"]  # type: ignore[union-attr]


def test_lists_in_a_cell_with_month_names_and_flags_of_nought_and_one(tmp_path: Path) -> None:
    mapping = """
export: bureau
version: 1
file: {kind: csv, separator: tab}
key: INCIDENT_ID
case: ignore
facts:
  incident_date: {column: INCIDENT_DATE, dates: dd-month-yy}
  ground:
    union:
      - {column: BIAS_DESC, split: ";", contains: {black: ras, jewish: antisemitisme}, absent: {"unknown (motivation not known)": unknown}}
      - {column: DISABILITY, values: {"1": handicap}, absent: {"0": nothing}}
  mass_report: {column: VICTIMS, ranges: {0..9: "no", 10..: "yes"}}
leave_out: [{when: {STATE: [Total]}, because: telt op}]
"""
    text = (
        "INCIDENT_ID\tINCIDENT_DATE\tBIAS_DESC\tDISABILITY\tVICTIMS\tSTATE\n"
        "3015\t31-AUG-91\tAnti-Black or African American;Anti-Jewish\t0\t1\tAR\n"
        "3016\t19-Sep-24\tUnknown (motivation not known)\t1\t12\tAR\n"
        "0\t\t\t\t14\tTotal\n"
    )

    made = read_by(mapping, tmp_path, name="export.tsv", text=text)

    assert (made["rows"], made["refused"]) == (2, [])
    assert made["facts"] == {
        "incident_date": {"1991-08-31": 1, "2024-09-19": 1},
        "ground": {"antisemitisme": 1, "ras": 1, "handicap": 1},
        "mass_report": {"false": 1, "true": 1},
    }


def test_a_geographic_json_with_moments_since_1970_and_fields_that_are_sometimes_absent(tmp_path: Path) -> None:
    mapping = """
export: kaart
version: 1
file: {kind: json, records: features}
key: properties.ID
facts:
  incident_date: {column: properties.OCC, dates: [epoch_ms, yyyy-mm-ddTtime], precision: month}
  ground: {column: properties.BIAS, split: list, values: {race: ras}, otherwise: unknown}
  online: {column: properties.WEB, yes: "true", no: "false", empty: not_asked}
optional: [properties.WEB]
ignore: [{columns: [type, geometry.type, geometry.coordinates], because: een punt op de kaart wijst een huis aan}]
"""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [6.56, 53.2]},
            "properties": {"ID": number, "OCC": moment, "BIAS": ["race"] * number},
        }
        for number, moment in ((1, 1514764800000), (2, "2018-01-31T10:00:00.000"))
    ]

    made = read_by(mapping, tmp_path, name="export.geojson", text=json.dumps({"type": "FeatureCollection", "features": features}))

    assert made["facts"] == {"incident_date": {"2018-01": 2}, "ground": {"ras": 2}, "online": {"not_asked": 2}}
