"""What somebody typed, done or only foreseen: a new case, an update, a hold-back; and the form as it stands before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marshmallow import fields, validate

from hub.cases import actions, foreseen, forms, queries
from hub.cases.actions import TYPES_CASES, Written
from hub.cases.foreseen import Foreseen
from hub.cases.holding import HeldFact, hold_back
from hub.cases.house import House
from hub.cases.inbox import Delivery
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Refused
from hub.kernel.schemas import HouseSchema, load
from hub.partners.queries import partners_by_id
from hub.partners.rules import Kind
from hub.sharing.facts import Absence

REVISION, EVERYTHING = "revisie", "*"
NOT_YET = "Nog niet alles is goed ingevuld. Er is niets bewaard."


def _chosen(sentence: str) -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, error=sentence), error_messages={"required": sentence})


class HoldForm(HouseSchema):
    """What is held back, from whom, why and until when."""

    recipient = _chosen("Kies een ontvanger, of alle ontvangers.")
    what = _chosen("Kies wat u inhoudt.")
    because = fields.String(required=True, error_messages={"required": "Zeg waarom u dit inhoudt."})
    until = fields.Date(load_default=None, allow_none=True, error_messages={"invalid": "Vul een geldige einddatum in, of laat die leeg."})


@dataclass(frozen=True, slots=True)
class Blank:
    """The form for this partner's kind: its fields, its questions, and what stands in it already."""

    kind: Kind
    fields: tuple[forms.Field, ...]
    questions: tuple[str, ...]
    typed: Mapping[str, Sequence[str]]
    revision: int


def blank(work: Work, *, house: House) -> Blank:
    """An empty form for a new case; Refused for a partner that brings in its cases by export."""
    kind = partners_by_id(work)[work.partner].kind
    if kind not in TYPES_CASES:
        raise Refused("Uw organisatie brengt zaken in met een export, niet met dit formulier.")
    return _blank(kind, house, {}, 0)


def filled(work: Work, *, house: House, code: str) -> Blank:
    """The form of an own case as it stands now."""
    case, kind = queries.own_case(work, house=house, code=code), partners_by_id(work)[work.partner].kind
    unanswered = dict.fromkeys(forms.questions_for(kind, vocabulary=house.book.vocabulary), Absence.UNKNOWN.value)
    typed = forms.retyped(case.facts, circumstances={**unanswered, **case.circumstances})
    return _blank(kind, house, typed, case.revisions[0].no)


def enter(work: Work, *, typed: forms.Typed, house: House) -> Written:
    """Bring in a new case as typed and share it; Invalid names every field that is not right, and nothing is stored."""
    entered = _read_new(work, typed, house)
    return actions.release(work, facts=entered.facts, circumstances=entered.circumstances, house=house)


def foresee_new(work: Work, *, typed: forms.Typed, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have of the new case as typed; refused as `enter` is, and nothing is stored."""
    entered = _read_new(work, typed, house)
    draft = actions.drafted(work, facts=entered.facts, circumstances=entered.circumstances, house=house)
    return foreseen.of_new(work, draft=draft, house=house)


def _read_new(work: Work, typed: forms.Typed, house: House) -> forms.Entered:
    return forms.read_form(typed, kind=blank(work, house=house).kind, vocabulary=house.book.vocabulary)


def update(work: Work, *, code: str, typed: forms.Typed, house: House) -> Written:
    """Add an update to an own case as typed; the form says which revision it was made from."""
    entered, basis = _read_update(work, typed, house)
    return actions.revise(work, code=code, facts=entered.facts, circumstances=entered.circumstances, basis=basis)


def foresee_update(work: Work, *, code: str, typed: forms.Typed, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have of the own case after the update as typed; refused as `update` is, and nothing is stored."""
    entered, basis = _read_update(work, typed, house)
    before, draft = actions.redrafted(work, code=code, facts=entered.facts, circumstances=entered.circumstances, basis=basis)
    return foreseen.of_update(work, before=before, draft=draft, code=code, house=house)


def _read_update(work: Work, typed: forms.Typed, house: House) -> tuple[forms.Entered, tuple[int, House]]:
    kind = partners_by_id(work)[work.partner].kind
    said = {name: values for name, values in typed.items() if name != REVISION}
    revision = "".join(typed.get(REVISION, ()))
    if not (revision.isascii() and revision.isdecimal() and len(revision) < 6):
        raise Invalid("Dit formulier mist de stand waarop het is gemaakt. Begin opnieuw vanaf de zaak.")
    return forms.read_form(said, kind=kind, vocabulary=house.book.vocabulary), (int(revision), house)


def keep_back(work: Work, *, code: str, typed: forms.Typed, house: House) -> Delivery:
    """Hold back what was typed from one recipient, or from all; Invalid names the field that is not right."""
    recipient, held = _read_hold(typed)
    return hold_back(work, code=code, recipient=recipient, held=held, house=house)


def foresee_hold(work: Work, *, code: str, typed: forms.Typed, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have once this is held back; refused as `keep_back` is, and nothing is stored."""
    recipient, held = _read_hold(typed)
    return foreseen.of_hold(work, code=code, recipient=recipient, held=held, house=house)


def _read_hold(typed: forms.Typed) -> tuple[str | None, HeldFact]:
    told = load(HoldForm(), said=_single(typed), otherwise=NOT_YET)
    fact, _colon, precision = ("", "", "") if told["what"] == EVERYTHING else told["what"].partition(":")
    recipient = None if told["recipient"] == EVERYTHING else told["recipient"]
    return recipient, HeldFact(told["because"], fact or None, precision or None, told["until"])


def _single(typed: forms.Typed) -> dict[str, str]:
    """Fields that were filled in once; an empty date is no date."""
    return {name: values[0] for name, values in typed.items() if len(values) == 1 and (values[0] or name != "until")}


def _blank(kind: Kind, house: House, typed: Mapping[str, Sequence[str]], revision: int) -> Blank:
    vocabulary = house.book.vocabulary
    return Blank(
        kind, forms.fields_for(kind, vocabulary=vocabulary), tuple(forms.questions_for(kind, vocabulary=vocabulary)), typed, revision
    )
