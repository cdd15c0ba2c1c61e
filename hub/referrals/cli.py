"""`schakel referral`: a reporter referred to a bureau, and how that goes, on the command line; and whose case an own case is about."""

from typing import Any
from uuid import UUID

import click

from hub.cases.actions import ConsentAsked
from hub.desk import answer, as_json, open_desk
from hub.kernel.errors import Refused
from hub.partners.queries import partner_named
from hub.pseudonyms.mint import read, show
from hub.referrals import actions, feedback
from hub.referrals.queries import Referral, referral, referrals
from hub.referrals.rules import DECLINED_BECAUSE, OUTCOMES, OVER, STATES, read_code, shown_code
from hub.referrals.schemas import ConcernLineSchema, LineSchema
from hub.sharing.dutch import short_day
from hub.threads.rules import Said, Side, Word

AS = click.option("--as", "partner", required=True, help="Voor welke partner (de korte naam).")


@click.group("referral")
def referral_group() -> None:
    """Doorverwijzingen: een melder naar een bureau brengen, en wat daarvan komt."""


@referral_group.command("list")
@AS
@click.option("--all", "everything", is_flag=True, help="Ook die voorbij zijn.")
@as_json
def list_referrals(partner: str, everything: bool) -> None:
    """De doorverwijzingen van en naar deze partner."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = [one for one in referrals(work) if everything or one.state not in OVER]
    answer(LineSchema(many=True).dump(found), lines=[_line(one) for one in found] or ["Er staan geen doorverwijzingen open."])


@referral_group.command("offer")
@click.argument("code")
@click.argument("bureau")
@AS
@click.option("--given-by", type=click.Choice(["reporter", "guardian"]), default="reporter", help="Wie ja zei.")
@click.option("--how", type=click.Choice(["talk", "phone", "letter", "code"]), default="talk", help="Hoe het is gevraagd.")
@click.option("--fact", "facts", multiple=True, help="Alleen dit gegeven; vaker te noemen. Zonder: alles wat de afspraak deelt.")
@as_json
def offer_case(code: str, bureau: str, partner: str, facts: tuple[str, ...], **evidence: str) -> None:
    """Verwijs de melder van deze eigen zaak door naar dit bureau; de code voor de melder komt alleen nu in beeld."""
    asked = ConsentAsked("given", (), evidence["given_by"], evidence["how"], facts=facts or None)
    with open_desk() as desk, desk.work(partner) as (work, _):
        done = actions.offer(work, code=read(code), recipient=bureau, asked=asked, house=desk.house)
    told = {"id": str(done.thread), "receipt": done.receipt.reveal()}
    answer(told, lines=[f"{done.thread}  {STATES[Word.OFFERED]}.", f"Code voor de melder: {shown_code(done.receipt)}"])


@referral_group.command("open")
@click.argument("thread", type=click.UUID)
@AS
@as_json
def open_one(thread: UUID, partner: str) -> None:
    """Leg vast dat het bureau de doorverwijzing heeft gezien."""
    _say(thread, partner, Said(Word.SEEN))


@referral_group.command("answer")
@click.argument("thread", type=click.UUID)
@AS
@click.option("--decline", "reason", type=click.Choice(list(DECLINED_BECAUSE)), default=None, help="Niet aannemen; waarom niet.")
@click.option("--names", default=None, help="Bij een andere regio: welk bureau het wel is.")
@as_json
def answer_one(thread: UUID, partner: str, reason: str | None, names: str | None) -> None:
    """Neem de doorverwijzing aan, of niet met een reden."""
    _say(thread, partner, Said(Word.ACCEPTED if reason is None else Word.DECLINED, reason), names=names)


@referral_group.command("arrived")
@click.argument("receipt")
@AS
@as_json
def arrived(receipt: str, partner: str) -> None:
    """Zoek de doorverwijzing bij de code van een melder, en leg vast dat die zich meldde."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        found = actions.enter_code(work, receipt=read_code(receipt), origin=None, house=desk.house)
        state = referral(work, thread=found.thread).state if found.thread else None
    if state is None:
        raise Refused(found.why)
    if not found.has_arrived:
        raise Refused(f"Bij deze code staat de doorverwijzing op: {STATES[state].lower()}. Er is niets vastgelegd.")
    answer({"id": str(found.thread), "state": state.value}, lines=[f"{found.thread}  {STATES[state]}."])


@referral_group.command("begin")
@click.argument("thread", type=click.UUID)
@AS
@as_json
def begin(thread: UUID, partner: str) -> None:
    """Leg vast dat het bureau met de melder aan de slag is."""
    _say(thread, partner, Said(Word.IN_PROGRESS))


@referral_group.command("complete")
@click.argument("thread", type=click.UUID)
@click.argument("outcome", type=click.Choice(list(OUTCOMES)))
@AS
@as_json
def complete(thread: UUID, outcome: str, partner: str) -> None:
    """Rond de doorverwijzing af met wat eruit kwam."""
    _say(thread, partner, Said(Word.COMPLETED, outcome))


@referral_group.command("withdraw")
@click.argument("thread", type=click.UUID)
@AS
@as_json
def withdraw(thread: UUID, partner: str) -> None:
    """Trek een doorverwijzing als gever in; het bureau ziet de zaak meteen niet meer."""
    _say(thread, partner, Said(Word.WITHDRAWN))


@referral_group.command("concern")
@click.argument("code")
@click.argument("theirs", required=False)
@AS
@as_json
def concern(code: str, theirs: str | None, partner: str) -> None:
    """Leg vast dat deze eigen zaak over een ontvangen zaak gaat; zonder tweede code: wat daarover is vastgelegd."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        if theirs is not None:
            feedback.state_concern(work, code=read(code), theirs=theirs, house=desk.house)
        found = [one for one in feedback.concerns(work, house=desk.house) if one.code == read(code)]
    lines = [f"{show(one.code)}  gaat over een zaak van {one.recipient.slug}" for one in found]
    answer(ConcernLineSchema(many=True).dump(found), lines=lines or ["Over deze zaak is niets vastgelegd."])


def _say(thread: UUID, partner: str, said: Said, *, names: str | None = None) -> None:
    """Write one word; who answers has seen it, so that word goes before."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        right: Any = partner_named(work, slug=names).id if names else None
        if said.word in (Word.ACCEPTED, Word.DECLINED) and referral(work, thread=thread).state is Word.OFFERED:
            actions.say(work, thread=thread, said=Said(Word.SEEN), house=desk.house)
        state = actions.say(work, thread=thread, said=Said(said.word, said.reason, right), house=desk.house)
    answer({"id": str(thread), "state": state.value}, lines=[f"{STATES[state]}."])


def _line(one: Referral) -> str:
    who = f"naar {one.other.slug}" if one.side is Side.GIVER else f"van {one.other.slug}"
    due = f"  uiterlijk {short_day(one.due)}{', te laat' if one.is_late else ''}" if one.due else ""
    return f"{one.id}  {show(one.code)}  {who}{due}  {STATES[one.state]}"
