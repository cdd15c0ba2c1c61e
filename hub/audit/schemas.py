"""How a line of the journal reaches a page, a command or an export: under its Dutch names, and nothing beside them."""

from marshmallow import fields

from hub.kernel.schemas import HouseSchema


class EntrySchema(HouseSchema):
    """One line; dumped only."""

    seq = fields.Integer(data_key="volgnummer", allow_none=True)
    at = fields.AwareDateTime(data_key="tijd", format="iso")
    event = fields.String(data_key="gebeurtenis", allow_none=True)
    actor = fields.String(data_key="account", allow_none=True)
    roles = fields.List(fields.String(), data_key="rollen")
    subject = fields.Dict(keys=fields.String(), data_key="onderwerp")
    recipients = fields.List(fields.String(), data_key="ontvangers")
    giver = fields.String(data_key="gever", allow_none=True)
    reason = fields.String(data_key="reden", allow_none=True)
    outcome = fields.String(data_key="uitkomst", allow_none=True)
    rest = fields.Dict(keys=fields.String(), data_key="verder")
    leaf = fields.String(data_key="afdruk")
