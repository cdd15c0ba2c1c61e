"""What somebody typed about an invitation, done: a form and its deed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from hub.invitations import actions
from hub.invitations.rules import read_answer
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.kernel.words import Secret

Typed = Mapping[str, Sequence[str]]
WHICH = "Kies bij welke uitnodiging dit antwoord hoort."


def answer(work: Work, *, account: UUID, typed: Typed) -> None:
    """Answer the invitation that the form names, if it is one's own."""
    said = _said(typed)
    try:
        invitation = UUID(said.get("invitation", ""))
    except ValueError:
        raise Invalid(WHICH, (Problem("invitation", WHICH),)) from None
    actions.answer_own(work, invitation=invitation, account=account, said=read_answer(said, today=today(work.now)))


def answer_by_link(work: Work, *, token: Secret, typed: Typed) -> None:
    """Answer by the link of a mail, as the doorkeeper."""
    actions.answer_by_link(work, token=token, said=read_answer(_said(typed), today=today(work.now)))


def address_of(token: Secret, *, public_url: str) -> dict[str, str]:
    """A calendar address as programs take it: by https, and by webcal where a program opens that by itself."""
    path = f"{public_url.partition('://')[2]}/agenda/abonnement/{token.reveal()}"
    return {"https": f"{public_url.partition('://')[0]}://{path}", "webcal": f"webcal://{path}"}


def _said(typed: Typed) -> dict[str, str]:
    return {name: values[0] for name, values in typed.items() if len(values) == 1}
