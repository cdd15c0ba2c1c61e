"""A case as a bureau types it: a form that is right, and the same with something else in it."""

from collections.abc import Mapping

Said = dict[str, str | list[str]]

A_CASE: Mapping[str, str | list[str]] = {
    "incident_date": "2026-10-07",
    "incident_date_sharpness": "day",
    "place": "GM0114",
    "online": "no",
    "ground": ["ras", "godsdienst/islam"],
    "terrain": "buurt_wijk",
    "nature": "vijandige_bejegening",
    "report_kind": "klacht",
    "mass_report": "no",
    "reported_by": "slachtoffer",
    "residence": "GM0106",
    "contact_wish": "gesprek",
    "reported_elsewhere": ["nowhere"],
    "accused": "buur",
    "narrative": "Een gezin werd in de eigen straat uitgescholden.",
    "narrative_confirmed": "ja",
    "status": "in_behandeling",
    "handling": ["registratie"],
    "anonymity": "known",
    "reporter_age": "16_or_older",
    "inquiry": "none",
}


def typed(**different: str | list[str] | None) -> Said:
    """The form with these fields otherwise; None leaves a field out."""
    said = {**A_CASE, **different}
    return {name: value for name, value in said.items() if value is not None}
