"""One own case to one bureau because the reporter wants it: the yes is written down, and the row follows under the policy of referrals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from hub.audit.events import Event
from hub.audit.journal import record
from hub.cases.actions import ConsentAsked, append_consent, locked
from hub.cases.house import House
from hub.cases.inbox import share
from hub.cases.queries import consent_policies
from hub.cases.standing import latest_consents, releases
from hub.cases.told import given_to
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Invalid, NotFound, Problem
from hub.kernel.words import PartnerId
from hub.partners.queries import partner_named
from hub.partners.rules import Partner
from hub.sharing.policy import Policy, PolicyKind, Purpose, Reach
from hub.sharing.queries import InForce, policies_in_force
from hub.sharing.sentences import reason_in_dutch

AGREED = ("given", "narrowed")


class NotReferred(Conflict):
    """The rules do not let this case go to this bureau, whatever the reporter wants; says why."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(f"Deze zaak kan niet worden doorverwezen. {' '.join(sentences)}")


@dataclass(frozen=True, slots=True)
class Referred:
    """A case that its bureau now has: under its giver's own code, under that of the bureau, and by which policy."""

    recipient: Partner
    own_code: str
    code: str
    policy: Policy


def referral_policies(work: Work, *, house: House) -> Mapping[PartnerId, InForce]:
    """To whom the acting partner may refer a reporter today, and under which policy."""
    found = policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book).values()
    return {one.recipient: one for one in found if one.kind is PolicyKind.REFERRAL}


def asks(work: Work, *, house: House) -> tuple[bool, bool]:
    """Whether an agreement of the acting partner lets it refer reporters, and whether one asks which cases are about another's."""
    found = policies_in_force(work, giver=work.partner, on=today(work.now), book=house.book).values()
    about = any(one.kind is PolicyKind.STANDING and Reach.OWN_CASES in one.policy.reaches for one in found)
    return any(one.kind is PolicyKind.REFERRAL for one in found), about


def refer(work: Work, *, code: str, recipient: str, asked: ConsentAsked, house: House) -> Referred:
    """
    Write down that the reporter wants this bureau's help, with what it may see, and give it that.

    NotFound for another's case or where no policy lets us refer, Invalid for facts that the policy does not share, NotReferred where a
    rule forbids it; then nothing is written.
    """
    row, whom = locked(work, code=code), partner_named(work, slug=recipient)
    policies = referral_policies(work, house=house)
    if whom.id not in policies:
        raise NotFound
    policy = policies[whom.id].policy
    if asked.facts is not None and not (asked.facts and set(asked.facts) <= set(policy.share)):
        sentence = f"Kies een of meer gegevens die de afspraak met {whom.name} deelt."
        raise Invalid(sentence, (Problem("facts", sentence),))
    if asked.asked_on is not None and asked.asked_on > today(work.now):
        sentence = "De dag waarop het is gevraagd, ligt in de toekomst."
        raise Invalid(sentence, (Problem("asked_on", sentence),))
    _not_for_more(work, row.id, whom, house)
    yes = replace(asked, state="given", purposes=(Purpose.HELP.value,), until=None)
    append_consent(work, contribution=row.id, recipient=whom.id, said=yes)
    told = {"state": "given" if yes.facts is None else "narrowed", "purposes": list(yes.purposes), "fields": list(yes.facts or ())}
    record(work, Event.CONSENT_RECORDED, contribution=row.id, recipient=whom.slug, **told)
    [found] = releases(work, contributions=[row.id], house=house)
    tied = replace(found, ties=replace(found.ties, referrals=found.ties.referrals | {whom.slug}))
    share(work, releases=[tied], house=house)
    theirs, because = given_to(work, contribution=row.id, recipient=whom.id, kind=PolicyKind.REFERRAL)
    if theirs is None:
        raise NotReferred(tuple(reason_in_dutch(one, floor=house.book.floor) for one in because))
    return Referred(whom, row.own_code, theirs, policy)


def _not_for_more(work: Work, contribution: UUID, whom: Partner, house: House) -> None:
    """One yes counts per bureau: where one stands for a flow that goes on, this one would take its place."""
    before = latest_consents(work, contributions=[contribution])[contribution].get(whom.id)
    flows = {one.recipient for one in consent_policies(work, house=house)}
    if before is not None and before.state in AGREED and set(before.purposes) != {Purpose.HELP.value} and whom.id in flows:
        raise Conflict(f"De melder gaf voor {whom.name} al toestemming voor iets anders. Trek die eerst in, en vraag beide opnieuw.")


def share_again(work: Work, *, code: str, house: House) -> None:
    """Decide anew who has this own case, now that a referral of it is over: its row goes, and what was opened is asked back."""
    row = locked(work, code=code)
    share(work, releases=releases(work, contributions=[row.id], house=house), house=house)


def take_yes_back(work: Work, *, code: str, recipient: str, house: House) -> None:
    """The reporter's yes to help from this bureau ends, if it stands; the row goes in this same work."""
    row, whom = locked(work, code=code), partner_named(work, slug=recipient)
    before = latest_consents(work, contributions=[row.id])[row.id].get(whom.id)
    if before is not None and before.state in AGREED and set(before.purposes) == {Purpose.HELP.value}:
        append_consent(work, contribution=row.id, recipient=whom.id, said=ConsentAsked("withdrawn", before.purposes, before.given_by))
        record(work, Event.CONSENT_WITHDRAWN, contribution=row.id, recipient=whom.slug, state="withdrawn")
    share(work, releases=releases(work, contributions=[row.id], house=house), house=house, cause="withdrawn")
