"""`schakel accounts` and `schakel outbox`: who may log in for a partner and where they get mail, and what mail got stuck."""

from typing import Any
from uuid import UUID

import click

from hub.desk import answer, as_json, open_desk
from hub.partners.queries import partners
from hub.people import schemas
from hub.people.actions import admit, set_mail, switch_off, try_again
from hub.people.notices import HOW, why
from hub.people.queries import accounts as accounts_of
from hub.people.queries import outgoing
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
    told = [
        {"id": str(one.id), "name": one.name, "issuer": one.issuer, "subject": one.subject, "roles": list(one.roles), "email": one.email}
        for one in found
    ]
    lines = [
        f"{one.id}  {one.name:<24} {one.email or 'geen mailadres':<32} {', '.join(ROLE_IN_DUTCH[role] for role in one.roles)}"
        for one in found
    ]
    answer(told, lines=lines or ["Nog niemand. Voeg iemand toe: schakel accounts add."])


@accounts.command("add")
@PARTNER
@click.option("--issuer", required=True, help="Het adres van de inlogdienst (issuer), zoals in SCHAKEL_PROVIDERS.")
@click.option("--subject", required=True, help="Hoe die inlogdienst deze persoon noemt (sub).")
@click.option("--name", required=True, help="De naam op het scherm.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]), help="Mag vaker.")
@click.option("--email", help="Waar deze persoon meldingen krijgt.")
@as_json
def add(partner: str, issuer: str, subject: str, name: str, roles: tuple[str, ...], email: str | None) -> None:
    """Laat iemand inloggen voor deze partner; wie er al was, krijgt deze naam en rollen, en dit mailadres als u er een geeft."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        key = admit(work, issuer=issuer, subject=subject, name=name, roles=[Role(role) for role in roles])
        if email is not None:
            set_mail(work, account=key, email=email)
    answer(
        {"id": str(key), "roles": sorted(roles)},
        lines=[f"{name} mag inloggen voor {partner}: {', '.join(ROLE_IN_DUTCH[Role(role)] for role in roles)}."],
    )


@accounts.command("email")
@click.argument("account", type=click.UUID)
@click.argument("email", required=False)
@PARTNER
@as_json
def set_account_mail(account: UUID, email: str | None, partner: str) -> None:
    """Leg vast waar iemand meldingen krijgt; zonder adres krijgt die persoon geen mail meer."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        set_mail(work, account=account, email=email)
    answer({"id": str(account), "email": email}, lines=[f"Meldingen gaan naar {email}." if email else "Dit account krijgt geen mail meer."])


@accounts.command("off")
@click.argument("account", type=click.UUID)
@PARTNER
@as_json
def switch_account_off(account: UUID, partner: str) -> None:
    """Laat iemand niet meer in; een open sessie is voorbij bij de volgende klik."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        switch_off(work, account=account)
    answer({"id": str(account), "active": False}, lines=["Dit account komt er niet meer in."])


@click.group()
def outbox() -> None:
    """De mail die onderweg is of vastliep."""


@outbox.command("list")
@as_json
def list_outbox() -> None:
    """Wat nog niet bij de ontvanger is, per partner; zonder adressen en zonder inhoud."""
    told: list[dict[str, Any]] = []
    with open_desk() as desk:
        with desk.work() as (work, _):
            slugs = [partner.slug for partner in partners(work)]
        for slug in slugs:
            with desk.work(slug) as (work, _):
                told += [{"partner": slug, **schemas.OutgoingSchema().dump(one)} for one in outgoing(work)]
    lines = [
        f"{one['id']}  {one['partner']:<24} {one['kind']:<20} {HOW[one['state']]}, {one['tries']} keer geprobeerd"
        + (f" ({one['code']}: {why(one['code'])})" if one["code"] else "")
        for one in told
    ]
    answer(told, lines=lines or ["Er is geen mail onderweg, en niets liep vast."])


@outbox.command("retry")
@click.argument("letter", type=click.UUID)
@as_json
def retry(letter: UUID) -> None:
    """Laat een vastgelopen bericht opnieuw versturen, naar het adres dat het account nu heeft."""
    with open_desk() as desk, desk.work() as (work, _):
        try_again(work, letter=letter)
    answer({"id": str(letter), "asked": True}, lines=["Schakel probeert dit bericht binnen een halve minuut opnieuw."])
