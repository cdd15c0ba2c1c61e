"""The lines of an edition and what they come to, as they reach a page: these fields and no others."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from hub.casuistry.edition import Counts, Line, Tally
from hub.casuistry.rules import MARK_IN_DUTCH, PART_IN_DUTCH, PART_WORDS, Part
from hub.kernel.schemas import HouseSchema
from hub.sharing.dutch import ALL_CODES, LABELS
from hub.sharing.projection import written

LISTED = ("incident_date", "place", "ground", "nature", "status")
MEANINGS = {
    Part.NEW: "Deze zaken stonden nog niet in een eerdere verzameling van u.",
    Part.CLOSED: "Deze zaken zijn gesloten sinds uw vorige verzameling. De volgende keer staan ze er niet meer bij.",
    Part.CHANGED: "Achter elke zaak staat wat er veranderde: eerst het oude, dan het nieuwe.",
    Part.SHARED_OTHERWISE: "Niet de zaak veranderde, maar wat ervan met u wordt gedeeld.",
    Part.SILENT: "Deze zaken staan open, en er veranderde meer dan 90 dagen niets dat u kunt zien. Vraag de gever hoe het staat.",
    Part.UNCHANGED: "Deze zaken staan nog open. Er veranderde niets sinds uw vorige verzameling.",
    Part.NO_LONGER: "Deze zaken stonden in uw vorige verzameling en worden niet meer met u gedeeld.",
}
OTHERS = {"not_given": "Niet gedeeld", "unknown": "Onbekend", "recalled": "Ingetrokken"}  # what is no code of a list


def named(code: str, *, of: str) -> str:
    """The Dutch name of a code in a count, also of the rows for what was not given."""
    return OTHERS.get(code) or ALL_CODES.get(of, {}).get(code, code)


class LineFacts(fields.Field[Any]):
    """The facts of a line that a list shows; an own fact that nobody knows is the word for that, whatever else is absent is null."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> dict[str, Any]:
        return {fact: _written(obj.line, fact, value.get(fact)) for fact in LISTED}


class Changes(fields.Field[Any]):
    """What changed, old and new beside each other."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> list[dict[str, Any]]:
        line = obj.line
        return [
            {"fact": fact, "old": _written(line, fact, old, now=False), "new": _written(line, fact, line.facts.get(fact))}
            for fact, old in value.items()
        ]


def _written(line: Line, fact: str, value: Any, *, now: bool = True) -> object:
    is_unknown = line.is_own and (not now or line.states.get(fact) == "unknown")
    return written(value) if value is not None else "unknown" if is_unknown else None


class LineSchema(HouseSchema):
    """One line of an edition, with the address of its case while that is there."""

    anchor = fields.Function(lambda shown: f"regel-{shown.line.no}")
    code = fields.String(attribute="line.code")
    giver = fields.Function(lambda shown: "Uw organisatie" if shown.line.is_own else shown.line.giver.name)
    href = fields.String()
    is_received = fields.Function(lambda shown: shown.href.startswith("/ontvangen/"))
    marks = fields.Function(lambda shown: [MARK_IN_DUTCH[mark] for mark in shown.line.marks])
    is_mass = fields.Function(lambda shown: shown.line.facts.get("mass_report") is True)
    facts = LineFacts(attribute="line.facts")
    changes = Changes(attribute="line.before")
    last_change = fields.Raw(attribute="line.last_change")
    days_silent = fields.Integer(attribute="line.days_silent")
    same_incident = fields.Raw(attribute="line.same_incident")
    recalled_on = fields.Raw(attribute="line.recalled_on")


class GroupSchema(HouseSchema):
    """Lines under one ground, or all of them under an empty name."""

    name = fields.Function(lambda group: named(group.ground, of="ground") if group.ground else "")
    lines = fields.List(fields.Nested(LineSchema))


class SectionSchema(HouseSchema):
    """The lines of one part on one page."""

    word = fields.Function(lambda section: PART_WORDS[section.part])
    name = fields.Function(lambda section: PART_IN_DUTCH[section.part])
    meaning = fields.Function(lambda section: MEANINGS[section.part])
    has_values = fields.Function(lambda section: section.part is not Part.NO_LONGER)
    has_changes = fields.Function(lambda section: section.part in (Part.CLOSED, Part.CHANGED, Part.SHARED_OTHERWISE))
    is_silent = fields.Function(lambda section: section.part is Part.SILENT)
    goes_on = fields.Boolean()
    shown = fields.Integer()
    total = fields.Integer()
    groups = fields.List(fields.Nested(GroupSchema))


def tallied(tally: Tally) -> dict[str, int]:
    """The three counts of one row of a table."""
    return {"reports": tally.reports, "incidents": tally.incidents, "mentions": tally.mentions}


class CountsSchema(HouseSchema):
    """What an edition comes to, row by row."""

    parts = fields.Function(
        lambda counts: [
            {"word": PART_WORDS[part], "name": PART_IN_DUTCH[part], **tallied(tally)}
            for part, tally in counts.by_part.items()
            if tally.reports
        ]
    )
    total = fields.Function(lambda counts: tallied(counts.total))
    mass_reports = fields.Integer()
    mass_unknown = fields.Integer()
    without_mass = fields.Function(lambda counts: counts.total.reports - counts.mass_reports)
    incidents_lowest = fields.Integer()
    incidents_highest = fields.Integer()
    grounds = fields.Function(lambda counts: [{"name": named(code, of="ground"), **tallied(one)} for code, one in counts.by_ground.items()])
    lists = fields.Function(lambda counts: [_list(counts, fact) for fact in ("terrain", "nature")])


def _list(counts: Counts, fact: str) -> dict[str, Any]:
    numbers: Mapping[str, int] = counts.by_terrain if fact == "terrain" else counts.by_nature
    return {
        "fact": fact,
        "name": LABELS["facts"][fact],
        "rows": [{"name": named(code, of=fact), "number": n} for code, n in numbers.items()],
    }
