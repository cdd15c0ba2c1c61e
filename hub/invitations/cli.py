"""`schakel invitations`, `schakel feed` and `schakel mail-in`: who was invited, calendar addresses, and an answer that came by mail."""

import sys
from typing import Any
from uuid import UUID

import click

from hub.desk import Commands, Desk, answer, as_json, open_desk
from hub.invitations import actions, queries
from hub.invitations.invitation import when
from hub.invitations.replies import LARGEST, Reply, Worth, read
from hub.invitations.schemas import STATES, ListedSchema, answer_in_dutch
from hub.invitations.typed import address_of
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.partners.queries import partners

AS = click.option("--as", "partner", required=True, help="De partner (de korte naam).")
ACCOUNT = click.option("--account", required=True, type=click.UUID, help="Het account (zie schakel accounts list).")
SAID = {
    Worth.RECORDED: "Het antwoord is vastgelegd.",
    Worth.EARLIER: "Het antwoord is vastgelegd als antwoord op een eerdere datum.",
    Worth.UNKNOWN: "Dit bericht hoort bij geen uitnodiging; er is niets vastgelegd.",
}
ASIDE = "Dit antwoord is niet vastgelegd, maar apart gezet voor wie het overleg leidt."


@click.group(cls=Commands)
def invitations() -> None:
    """Uitnodigingen voor bijeenkomsten."""


@invitations.command("list")
@AS
@as_json
def list_invitations(partner: str) -> None:
    """De uitnodigingen van de mensen van deze partner, met hun antwoord."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = queries.invitations(work)
    lines = [
        f"{one.name:<24} {when(one.starts, ends=one.ends)}  {STATES[one.state]}  {answer_in_dutch(one) or 'nog geen antwoord'}"
        for one in found
    ]
    answer(ListedSchema(many=True).dump(found), lines=lines or ["Er is nog niemand uitgenodigd."])


@click.group(cls=Commands)
def feed() -> None:
    """Het agenda-adres van een persoon."""


@feed.command("make")
@AS
@ACCOUNT
@as_json
def make_feed(partner: str, account: UUID) -> None:
    """Maak een agenda-adres; het wordt alleen nu getoond, en een eerder adres werkt niet meer."""
    with open_desk() as desk:
        with desk.work(partner) as (work, _):
            token = actions.make_feed(work, account=account, public_url=desk.settings.public_url)
        told = address_of(token, public_url=desk.settings.public_url)
    answer(told, lines=[told["https"], told["webcal"]])


@feed.command("revoke")
@AS
@ACCOUNT
@as_json
def revoke_feed(partner: str, account: UUID) -> None:
    """Trek het agenda-adres in; vanaf nu opent het niets meer."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        actions.revoke_feed(work, account=account)
    answer({"account": str(account), "revoked": True}, lines=["Het agenda-adres is ingetrokken."])


@feed.command("show")
@AS
@ACCOUNT
@as_json
def show_feed(partner: str, account: UUID) -> None:
    """De agenda zoals een agendaprogramma die ophaalt."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = queries.feed_of(work, account=account)
        if found is None:
            raise NotFound("Deze persoon heeft geen agenda-adres.")
    text = found.body.decode()
    answer({"account": str(account), "etag": found.etag, "calendar": text}, lines=text.splitlines())


@click.command("mail-in")
@as_json
def mail_in() -> None:
    """Lees één antwoord op een uitnodiging, een mail, van standaardinvoer; staat uit zolang SCHAKEL_MAIL_REPLIES niet op on staat."""
    with open_desk() as desk:
        if not desk.settings.mail_replies:
            raise Conflict("Antwoorden per mail staan uit. Zet SCHAKEL_MAIL_REPLIES op on als de partners dat hebben afgesproken.")
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Invalid("Dit bericht is te groot. Er is niets vastgelegd.")
        worth = _taken(desk, read(raw))
    told: dict[str, Any] = {"outcome": worth.value}
    answer(told, lines=[SAID.get(worth, ASIDE)])


def _taken(desk: Desk, reply: Reply) -> Worth:
    """What became of a reply at the one partner whose invitation it is about."""
    if not reply.uid:
        return Worth.UNKNOWN
    with desk.work() as (work, _):
        slugs = [partner.slug for partner in partners(work)]
    for slug in slugs:
        with desk.work(slug) as (work, _):
            worth = actions.take_reply(work, reply=reply)
        if worth is not Worth.UNKNOWN:
            return worth
    return Worth.UNKNOWN
