"""`schakel policies`: reading and playing the policy files, and the life of an agreement from proposal to stop."""

from pathlib import Path
from uuid import UUID

import click

from hub.cases.expiry import begin_agreements, stop_agreement
from hub.cases.proposed import effect_shown
from hub.cases.reprojection import progress_of, work_off
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.errors import Conflict, Invalid, NotFound, Refused
from hub.partners.queries import partners
from hub.sharing.actions import propose
from hub.sharing.demands import faults_between
from hub.sharing.examples import check_directory
from hub.sharing.grammar import read_text, refuse
from hub.sharing.policy import Policy
from hub.sharing.register import Agreement, agreements, everything
from hub.sharing.reviewing import diff, show
from hub.sharing.rules import HANDS, STAGES, STOPPABLE, Read
from hub.sharing.schemas import Book, load_policies, parse_policy
from hub.sharing.signing import approve

HOME = Path(__file__).resolve().parents[2] / "policies"
AS = click.option("--as", "partner", required=True, help="De partner (de korte naam).")


@click.group()
def policies() -> None:
    """De afspraken: nakijken en in werking stellen."""


policies.add_command(show)
policies.add_command(diff)


@policies.command("check")
@click.argument("directory", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@as_json
def check(directory: Path | None) -> None:
    """Lees de map met afspraken streng en speel elke zin in tests/ na; zonder database."""
    checked = check_directory(directory or HOME)
    faults = [fault for one in checked for fault in one.faults]
    told = [
        {"file": one.file, "policy": one.name, "version": one.version, "pairs": [list(pair) for pair in one.pairs], "tests": one.tests,
         "faults": [{"file": fault.file, "line": fault.line, "sentence": fault.sentence} for fault in one.faults]}
        for one in checked
    ]  # fmt: skip
    lines = [f"{one.file:<34} versie {one.version or '-':<3} {len(one.pairs):>3} paren, {one.tests:>3} zinnen" for one in checked]
    answer({"files": told, "faults": len(faults)}, lines=lines)
    if faults:
        raise Invalid("\n".join(map(str, faults)))


@policies.command("propose")
@click.argument("which", required=False, metavar="[BESTAND|NAAM]")
@click.option("--as", "partner", help="Voor welke partner (de korte naam); die moet in de afspraak staan. Zonder: de hub zelf.")
@as_json
def propose_policies(which: str | None, partner: str | None) -> None:
    """Stel een afspraak voor, of alle nieuwe uit SCHAKEL_POLICIES: daarna wacht zij op handtekeningen en geldt nog niets."""
    with open_desk() as desk, desk.work() as (work, _):
        chosen = _chosen(which, load_policies(desk.settings.policies))
        for policy in chosen if partner else ():
            if partner not in (*policy.givers, *policy.recipients):
                raise Refused(f"{policy.name}: {partner} staat niet in deze afspraak.")
        new = propose(work, policies=chosen, book=load_policies(desk.settings.policies), demo=desk.settings.demo)
    told = [{"policy": one.name, "version": one.version, "pairs": [list(pair) for pair in one.pairs()]} for one in new]
    lines = [f"{one.name} versie {one.version} is voorgesteld, voor {len(one.pairs())} paren." for one in new]
    answer({"proposed": told}, lines=lines or ["Er is niets nieuws: deze afspraken waren al voorgesteld."])


@policies.command("approve")
@click.argument("name", metavar="NAAM")
@AS
@click.option("--account", required=True, help="Wie tekent: het nummer van een account van deze partner (schakel accounts list).")
@click.option("--with", "other", help="Alleen met deze andere partner (de korte naam); zonder: alle paren waar de handtekening op wacht.")
@as_json
def approve_policy(name: str, partner: str, account: str, other: str | None) -> None:
    """Teken of aanvaard een voorgestelde afspraak: twee mensen van de gever, dan de ontvanger."""
    with open_desk() as desk, desk.work(partner) as (work, us):
        mine = [one for one in agreements(work, book=desk.house.book) if one.policy.name == name and _is_with(one, partner, other)]
        waiting = [one for one in mine if us is not None and one.waits_for(us)]
        if not waiting:
            raise Conflict(f"{name} wacht niet op een handtekening van {partner}.")
        for one in waiting:
            effect = effect_shown(work, one=one, house=desk.house)
            approve(work, bond=one.bond, person=_account(account), read=Read(bytes.fromhex(one.policy.sha256), effect.sha256))
        keys = {one.key for one in waiting}
        after = [one for one in agreements(work, book=desk.house.book) if one.key in keys]
    answer({"signed": [_said(one) for one in after]}, lines=[_line(one) for one in after])


@policies.command("activate")
@click.option("--as", "partner", help="Alleen de afspraken van deze gever; zonder: van iedereen.")
@as_json
def activate_policies(partner: str | None) -> None:
    """Laat ingaan wat vandaag begint: eerst gaat dicht wat dicht moet. De klok doet dit ook vanzelf."""
    began = 0
    with open_desk() as desk:
        with desk.work() as (work, _):
            slugs = [partner] if partner else [one.slug for one in partners(work)]
        for slug in slugs:
            with desk.work(slug) as (work, _):
                began += begin_agreements(work, house=desk.house)
            while _is_worked_on(desk, slug):
                pass
    few = ("Er is vandaag niets dat nog moet ingaan.", "Er ging een afspraak in.")
    answer({"began": began}, lines=[few[began] if began < len(few) else f"{began} afspraken gingen in."])


@policies.command("stop")
@click.argument("name", metavar="NAAM")
@AS
@click.option("--account", required=True, help="De privacyfunctionaris van de gever die stopt: het nummer van het account.")
@click.option("--with", "other", required=True, help="De ontvanger (de korte naam).")
@as_json
def stop_policy(name: str, partner: str, account: str, other: str) -> None:
    """Stop een afspraak met een ontvanger, of trek het voorstel in: de zaken verdwijnen daar op hetzelfde moment."""
    with open_desk() as desk, desk.work(partner) as (work, us):
        mine = [one for one in agreements(work, book=desk.house.book) if one.policy.name == name and one.recipient.slug == other]
        live = [one for one in mine if us == one.giver and one.stage in (*STOPPABLE,)]
        if not live:
            raise NotFound(f"Er is geen afspraak {name} met {other} om te stoppen.")
        gone = sum(stop_agreement(work, bond=one.bond, person=_account(account), house=desk.house) for one in live)
    told = {"policy": name, "recipient": other, "versions": [one.policy.version for one in live], "rows_gone": gone}
    answer(told, lines=[f"{name} met {other} is gestopt. Bij de ontvanger verdwenen {gone} zaken."])


@policies.command("progress")
@AS
@as_json
def show_progress(partner: str) -> None:
    """Toon hoe ver deze gever is met wat veranderde afspraken te doen geven: eerst gaat dicht wat dicht moet, dan open wat open mag."""
    with open_desk() as desk, desk.work(partner) as (work, _):
        told = [one.as_dict() for one in progress_of(work)]
    lines = [f"{one['recipient']}: {one['said']}" for one in told]
    answer({"changes": told}, lines=lines or ["Er is geen afspraak veranderd."])


@policies.command("list")
@click.option("--as", "partner", help="Wat deze partner geeft en ontvangt; zonder: alles.")
@click.option("--all", "whole", is_flag=True, help="Ook wat voorbij is: vervangen, gestopt, afgelopen of niet op tijd getekend.")
@as_json
def list_policies(partner: str | None, whole: bool) -> None:
    """Toon de afspraken met hun stand, termijn en handtekeningen."""
    with open_desk() as desk, desk.work(partner) as (work, us):
        found = agreements(work, book=desk.house.book) if us else everything(work, book=desk.house.book)
    shown = [one for one in found if whole or one.stage in STOPPABLE]
    answer({"agreements": [_said(one) for one in shown]}, lines=[_line(one) for one in shown] or ["Er zijn geen afspraken."])


def _is_worked_on(desk: Desk, slug: str) -> bool:
    """Do one part, in a work of its own; False when nothing was left."""
    with desk.work(slug) as (work, _):
        return work_off(work, house=desk.house) > 0


def _chosen(which: str | None, book: Book) -> list[Policy]:
    """The policy in this file or of this name, or all of the folder; a file is read as strictly as the folder is."""
    if which is None:
        return list(book.policies)
    file = Path(which)
    if file.suffix == ".yaml":
        if not file.is_file():
            raise NotFound(f"Het bestand {which} is er niet.")
        policy = parse_policy(read_text(file), name=file.stem, book=book)
        others = [one for one in book.policies if one.name != policy.name]
        refuse(faults_between([*others, policy]))
        return [policy]
    named = book.policy_named(which)
    if named is None:
        raise NotFound(f"Er is geen afspraak {which} in SCHAKEL_POLICIES.")
    return [named]


def _is_with(one: Agreement, partner: str, other: str | None) -> bool:
    return other is None or {one.giver.slug, one.recipient.slug} == {partner, other}


def _account(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Het account is een nummer met streepjes; zie schakel accounts list.") from None


def _said(one: Agreement) -> dict[str, object]:
    return {
        "giver": one.giver.slug, "recipient": one.recipient.slug, "policy": one.policy.name, "version": one.policy.version,
        "kind": one.bond.kind.value, "stage": one.stage.value, "from": one.valid_from.isoformat(), "until": one.valid_until.isoformat(),
        "signed": [signature.hand.value for signature in one.signatures], "waits_for": one.next.value if one.next else None,
    }  # fmt: skip


def _line(one: Agreement) -> str:
    waits = f"; wacht op {HANDS[one.next]}" if one.next else ""
    days = f"{one.valid_from.isoformat()} t/m {one.valid_until.isoformat()}"
    return f"{one.giver.slug} → {one.recipient.slug}: {one.policy.name} versie {one.policy.version}, {days}, {STAGES[one.stage]}{waits}"
