"""What every schema of the house has in common: nothing unknown comes in, nothing is left out on the way out."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_dump

from hub.kernel.errors import Invalid, Problem


class HouseSchema(Schema):
    """A schema that refuses unknown keys, and refuses to dump a value that lacks one of its fields."""

    class Meta:
        """Unknown keys raise; fields keep their order."""

        unknown = RAISE

    @post_dump
    def _refuse_missing(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        named = {field.data_key or name for name, field in self.dump_fields.items()}
        if missing := named - data.keys():
            raise KeyError(f"{type(self).__name__} lacks {', '.join(sorted(missing))}")
        return data


def load(schema: Schema, *, said: Mapping[str, object], otherwise: str) -> Any:
    """What was said, read by this schema; Invalid with this sentence and a problem per field when it is not right."""
    try:
        return schema.load(dict(said))
    except ValidationError as error:
        problems = tuple(Problem(str(place), _first(found)) for place, found in error.messages_dict.items())
        raise Invalid(otherwise, problems) from None


def _first(found: object) -> str:
    while isinstance(found, dict | list) and found:
        found = next(iter(found.values())) if isinstance(found, dict) else found[0]
    return str(found)


JOB_TITLES = {
    "open": "Inzameling openen", "remind": "Herinneren", "gather": "Verzamelen", "deliver": "Bezorgen", "papers": "Documenten maken",
    "addenda": "Aanvullingen maken", "addenda_papers": "Aanvullingen vastleggen", "watch": "Termijnen bewaken",
    "contacts": "Contacten bewaken", "prepare": "Een bijeenkomst voorbereiden", "series_proposed": "Een jaarplan voorleggen",
    "body_asked": "Vragen om mee te doen aan een overleg", "body_answered": "Blokken aanpassen aan wie meedoet",
    "members": "Nieuwe leden laten meelezen", "agenda_lines": "Zaken voor de agenda klaarzetten", "agenda_propose": "Agenda voorstellen",
    "agenda_publish": "Agenda vaststellen", "agenda_renew": "Nieuwe edities maken", "answers": "Aan antwoorden herinneren",
    "quorum": "Nagaan of er genoeg mensen komen",
    "agreements_due": "Aan actiepunten herinneren", "minutes": "Lijsten en verslagen klaarzetten",
    "recalls": "Terugroepingen bewaken", "retention": "Aankondigen wat verdwijnt",
}  # fmt: skip
DUTY_TITLES = {
    "hartslag": "Laten weten dat de klok loopt", "plannen": "Opschrijven wat aan de beurt is", "taken": "Doen wat aan de beurt is",
    "afspraken": "Afspraken laten ingaan", "termijnen": "Beëindigen wat verlopen is", "sessies": "Sessies opruimen",
    "koerier": "Berichten versturen",
    "uitnodigingen": "Uitnodigingen en agenda's bijwerken",
    "bewaren": "Verwijderen wat is aangekondigd", "journaal": "Journaal verzegelen", "agenda": "Agenda's bijhouden",
}  # fmt: skip


class PulseSchema(HouseSchema):
    """Whether a clock runs."""

    at = fields.AwareDateTime()
    seconds_ago = fields.Integer(strict=True)
    is_silent = fields.Boolean()


class JobSchema(HouseSchema):
    """One job and how it stands with it."""

    job = fields.String()
    title = fields.Function(lambda one: JOB_TITLES.get(one.job, one.job))
    last_at = fields.AwareDateTime()
    next_at = fields.AwareDateTime()
    waiting = fields.Integer(strict=True)
    failed = fields.Integer(strict=True)


class OldestSchema(HouseSchema):
    """What has been due the longest."""

    job = fields.String()
    title = fields.Function(lambda one: JOB_TITLES.get(one.job, one.job))
    period = fields.String()
    due_at = fields.AwareDateTime()


class CaughtUpSchema(HouseSchema):
    """What was made up for of late."""

    first = fields.AwareDateTime()
    last = fields.AwareDateTime()
    done = fields.Integer(strict=True)
    skipped = fields.Integer(strict=True)


class TroubleSchema(HouseSchema):
    """A job that failed: the kind of the last error, never its text."""

    job = fields.String()
    title = fields.Function(lambda one: JOB_TITLES.get(one.job, one.job))
    period = fields.String()
    is_given_up = fields.Boolean()
    tries = fields.Integer(strict=True)
    error = fields.String()
    tried_at = fields.AwareDateTime()
    next_at = fields.AwareDateTime()


class DutySchema(HouseSchema):
    """One duty of one clock."""

    worker = fields.String()
    duty = fields.String()
    title = fields.Function(lambda one: DUTY_TITLES.get(one.duty, one.duty))
    at = fields.AwareDateTime()
    seconds_ago = fields.Integer(strict=True)
    error = fields.String()


class SightSchema(HouseSchema):
    """Everything on the page of jobs."""

    pulse = fields.Nested(PulseSchema)
    jobs = fields.List(fields.Nested(JobSchema))
    oldest = fields.Nested(OldestSchema)
    caught_up = fields.Nested(CaughtUpSchema)
    troubles = fields.List(fields.Nested(TroubleSchema))
    duties = fields.List(fields.Nested(DutySchema))
