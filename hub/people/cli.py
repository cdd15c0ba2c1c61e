"""`schakel accounts`: who may log in for a partner, and with which roles."""

from uuid import UUID

import click

from hub.desk import answer, as_json, open_desk
from hub.people.actions import admit, switch_off
from hub.people.queries import accounts as accounts_of
from hub.people.words import ROLE_IN_DUTCH, Role

PARTNER = click.option("--partner", required=True, help="De partner (de korte naam).")


@click.group()
def accounts() -> None:
    """Wie er voor een partner mag inloggen, en met welke rol."""


@accounts.command("list")
@PARTNER
@as_json
def list_accounts(partner: str) -> None:
    """De mensen van deze partner."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = accounts_of(work)
    told = [{"id": str(one.id), "name": one.name, "issuer": one.issuer, "subject": one.subject, "roles": list(one.roles)} for one in found]
    lines = [f"{one.id}  {one.name:<24} {', '.join(ROLE_IN_DUTCH[role] for role in one.roles)}" for one in found]
    answer(told, lines=lines or ["Nog niemand. Voeg iemand toe: schakel accounts add."])


@accounts.command("add")
@PARTNER
@click.option("--issuer", required=True, help="Het adres van de inlogdienst (issuer), zoals in SCHAKEL_PROVIDERS.")
@click.option("--subject", required=True, help="Hoe die inlogdienst deze persoon noemt (sub).")
@click.option("--name", required=True, help="De naam op het scherm.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]), help="Mag vaker.")
@as_json
def add(partner: str, issuer: str, subject: str, name: str, roles: tuple[str, ...]) -> None:
    """Laat iemand inloggen voor deze partner; wie er al was, krijgt deze naam en rollen."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        key = admit(work, issuer=issuer, subject=subject, name=name, roles=[Role(role) for role in roles])
    answer(
        {"id": str(key), "roles": sorted(roles)},
        lines=[f"{name} mag inloggen voor {partner}: {', '.join(ROLE_IN_DUTCH[Role(role)] for role in roles)}."],
    )


@accounts.command("off")
@click.argument("account", type=click.UUID)
@PARTNER
@as_json
def switch_account_off(account: UUID, partner: str) -> None:
    """Laat iemand niet meer in; een open sessie is voorbij bij de volgende klik."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        switch_off(work, account=account)
    answer({"id": str(account), "active": False}, lines=["Dit account komt er niet meer in."])
