"""What of minutes reaches a page, and what somebody typed about them, done."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from marshmallow import fields

from hub.agendas.documents import FORMS, write_document
from hub.agendas.edition import Paper
from hub.agendas.papers import PaperSchema, file_name
from hub.agendas.templates import template_of
from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, NotFound
from hub.kernel.schemas import HouseSchema
from hub.meetings import adoption
from hub.meetings.minutes import STAGE_IN_DUTCH, Minutes, Record, Stage, minutes_paper, outcomes_paper, record_of, spaced

OFFERED = ("docx", "odt", "pdf", "json")
_TEXT = re.compile(r"text-([0-9]{1,2})")
_OUT = {"minutes": minutes_paper, "outcomes": outcomes_paper}


@dataclass(frozen=True, slots=True)
class Shown:
    """The minutes of a meeting on one page: each block as it stands, and the edition when there is one."""

    record: Record
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class File:
    """A document to keep."""

    content: bytes
    name: str
    media: str


class RemarkSchema(HouseSchema):
    """A remark of a member."""

    by = fields.String()
    on = fields.Raw()
    words = fields.String()


class PassageSchema(HouseSchema):
    """One text, with what proves it."""

    code = fields.String()
    title = fields.String()
    words = fields.String()
    is_gone = fields.Boolean()
    leaf = fields.Function(lambda one: spaced(one.leaf))
    place = fields.Raw()
    proof = fields.Function(lambda one: [spaced(step) for step in one.proof])


class MinutesSchema(HouseSchema):
    """The minutes of one block."""

    id = fields.String()
    consultation = fields.String()
    block_name = fields.String()
    number = fields.Integer()
    stage = fields.String()
    label = fields.Function(lambda one: STAGE_IN_DUTCH[one.stage])
    because = fields.String(allow_none=True)
    sent_at = fields.Raw()
    remarks_until = fields.Raw()
    adopted_on = fields.Raw()
    root = fields.Function(lambda one: spaced(one.root or ""))
    version = fields.Integer()
    passages = fields.List(fields.Nested(PassageSchema))
    remarks = fields.List(fields.Nested(RemarkSchema))
    is_run = fields.Boolean()
    may_remark = fields.Boolean()
    can_adopt = fields.Boolean()


class ShownSchema(HouseSchema):
    """The page of minutes."""

    consultation = fields.String(attribute="record.consultation.id")
    body = fields.String(attribute="record.body.name")
    slug = fields.String(attribute="record.body.slug")
    starts = fields.Raw(attribute="record.consultation.starts")
    minutes = fields.List(fields.Nested(MinutesSchema), attribute="record.minutes")
    may_draft = fields.Boolean(attribute="record.may_draft")
    paper = fields.Nested(PaperSchema, allow_none=True)


class StationerySchema(HouseSchema):
    """The template of a body."""

    body = fields.String()
    body_name = fields.String()
    chosen_on = fields.String(allow_none=True)
    names = fields.List(fields.String())
    is_led = fields.Boolean()


def shown(work: Work, *, consultation: UUID) -> Shown:
    """The page of minutes; that it was looked at is written down."""
    found = record_of(work, consultation=consultation)
    told = any(one.stage is not Stage.DRAFT for one in found.minutes)
    record(work, Event.MINUTES_OPENED, consultation=consultation, page="verslag")
    return Shown(found, minutes_paper(work, consultation=consultation) if told else None)


def one_of(work: Work, *, consultation: UUID, minutes: UUID) -> Minutes:
    """The minutes of one block; NotFound for others, and for a version that was followed by another."""
    found = [one for one in record_of(work, consultation=consultation).minutes if one.id == minutes]
    if not found:
        raise NotFound
    record(work, Event.MINUTES_OPENED, consultation=consultation, page="verslag-van-blok")
    return found[0]


def outcomes(work: Work, *, consultation: UUID) -> Paper:
    """The list of decisions and actions; that it was looked at is written down."""
    found = outcomes_paper(work, consultation=consultation)
    record(work, Event.MINUTES_OPENED, consultation=consultation, page="besluitenlijst")
    return found


def document(work: Work, *, consultation: UUID, kind: str, form: str) -> File:
    """The minutes or the list as a file, on the template of its body; Invalid for a form that is not offered."""
    paper = _OUT[kind](work, consultation=consultation)
    if form not in OFFERED:
        raise Invalid("Kies een vorm: Word, ODT, PDF of JSON.")
    made = BytesIO()
    write_document(paper, form=form, template=template_of(work, body=record_of(work, consultation=consultation).body.slug), to=made)
    record(work, Event.MINUTES_OPENED, consultation=consultation, page=f"{'verslag' if kind == 'minutes' else 'besluitenlijst'}-{form}")
    return File(made.getvalue(), file_name(paper, form=form), FORMS[form].media)


def keep(work: Work, *, consultation: UUID, minutes: UUID, typed: Mapping[str, str]) -> str:
    """Keep the texts as typed, with the standard sentences that were chosen; send them round when that is asked. Tells what was done."""
    _in(work, consultation, minutes)
    said = {int(found[1]): _with_standard(typed, name) for name in typed if (found := _TEXT.fullmatch(name))}
    version = int(typed["version"]) if typed.get("version", "").isdecimal() else 0
    adoption.write(work, minutes=minutes, version=version, texts=said)
    if typed.get("deed") != "rondsturen":
        return "verslagbewaard"
    adoption.send(work, minutes=minutes, is_confirmed=typed.get("confirmed") == "ja")
    return "rondgestuurd"


def go_on(work: Work, *, consultation: UUID, minutes: UUID, typed: Mapping[str, str]) -> str:
    """Remark, adopt or begin a new version, as the button says; tells what was done."""
    _in(work, consultation, minutes)
    match typed.get("deed"):
        case "opmerking":
            adoption.remark(work, minutes=minutes, words=typed.get("words", ""))
        case "vaststellen":
            adoption.adopt(work, minutes=minutes)
        case "nieuwe-versie":
            adoption.correct(work, minutes=minutes, because=typed.get("because", ""))
        case _:
            raise Invalid("Kies wat u wilt doen.")
    return str(typed["deed"])


def _in(work: Work, consultation: UUID, minutes: UUID) -> None:
    if not any(one.id == minutes for one in record_of(work, consultation=consultation).minutes):
        raise NotFound


def _with_standard(typed: Mapping[str, str], name: str) -> str:
    chosen = typed.get(f"zin-{name}", "")
    more = adoption.STANDARD[int(chosen)] if chosen.isdecimal() and int(chosen) < len(adoption.STANDARD) else ""
    return "\n".join(part for part in (typed[name].strip(), more) if part)
