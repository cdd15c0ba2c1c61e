"""Proposing policy files, whose pairs then wait for their signatures, and noting that a version begins."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Refused
from hub.partners.queries import partners
from hub.sharing.policy import Policy, PolicyKind
from hub.sharing.register import Change, of_bond
from hub.sharing.rules import Bond, State
from hub.sharing.schemas import Book
from hub.sharing.sentences import day_in_dutch
from hub.sharing.tables import PolicyPairRow, PolicyVersionRow, ReprojectionRow


class ExampleRefused(Refused):
    """A file with `example: true` was offered outside the demo."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: dit is een voorbeeld. Buiten de demo treedt alleen een echt besluit in werking.")


class TextChanged(Conflict):
    """A policy file was changed and kept its version number."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(f"{policy.name}: de tekst van versie {policy.version} is gewijzigd. Geef de nieuwe tekst een nieuw versienummer.")


class PartnersDiffer(Conflict):
    """The partners of the policy folder are not those of the register."""

    def __init__(self, slugs: Sequence[str]) -> None:
        super().__init__(f"Deze partners staan anders in _partners.yaml dan in het register: {', '.join(slugs)}.")


class BeginsInThePast(Conflict):
    """An agreement would begin on a day that is over."""

    def __init__(self, policy: Policy) -> None:
        line = next((number for number, text in enumerate(policy.text.splitlines(), 1) if text.startswith("valid:")), 1)
        super().__init__(
            f"{policy.name}.yaml, regel {line}: de afspraak zou ingaan op {day_in_dutch(policy.valid_from)}, en die dag is voorbij. "
            "Een afspraak gaat nooit met terugwerkende kracht in: kies een dag vanaf vandaag, met een nieuw versienummer."
        )


class OlderVersion(Conflict):
    """A version was offered that is not newer than the one the register holds."""

    def __init__(self, policy: Policy, newest: int) -> None:
        super().__init__(f"{policy.name}: versie {policy.version} is niet nieuwer dan versie {newest}, die er al is.")


def propose(work: Work, *, policies: Iterable[Policy], book: Book, demo: bool) -> tuple[Policy, ...]:
    """
    Load the policies that are not loaded yet, every pair of them proposed; tells which ones were new.

    A version that is already there with the same text is left alone. Raises ExampleRefused for an example outside the demo, TextChanged,
    OlderVersion, BeginsInThePast, or PartnersDiffer; then nothing is proposed, and what is in force stays as it is.
    """
    _compare_partners(work, book)
    offered = list(policies)
    for policy in offered:
        if policy.example and not demo:
            raise ExampleRefused(policy.name)
    return tuple(policy for policy in offered if _load(work, policy, book))


def cover(work: Work, *, bond: Bond) -> None:
    """
    Let rows that were given under an earlier version be read under this one of the acting giver: none of them tells too much.

    Of a version that was stopped or replaced before this came to be done nothing is read any more, and nothing is done.
    """
    put = update(PolicyPairRow).where(of_bond(bond), PolicyPairRow.state == State.VALID.value).values(covers=True)
    work.session.execute(put.execution_options(synchronize_session=False))


def note_change(work: Work, *, change: Change) -> None:
    """Put a version that begins, or one that ended by its day, on its giver's list of work; a beginning in the journal too."""
    one, older = change.agreement, change.older
    if not change.has_begun:
        note_end(work, bond=one.bond, cause="ended")
        return
    versions = {"from_version": older.version_id if older else None, "to_version": one.bond.version_id}
    has_rows = one.bond.kind is not PolicyKind.COUNTS  # counts are made by the day itself; there is nothing to look at again
    done = {} if has_rows else {"done_at": work.now, "closed_at": work.now}
    _note(work, one.bond, **versions, **done, cause="changed" if older else "began", narrowing=has_rows and not one.covers)
    names = {"giver": one.giver.slug, "recipient": one.recipient.slug, "until": one.valid_until}
    record(work, Event.POLICY_BEGAN, policy=one.policy.name, policy_version=one.policy.version, policy_hash=one.policy.sha256, **names)


def note_end(work: Work, *, bond: Bond, cause: str, gone: int | None = None) -> None:
    """Note that nothing holds any more after this version; `gone` when its rows were taken away in this very work, so all is done."""
    done = {} if gone is None else {"done_at": work.now, "closed_at": work.now, "rows_seen": gone, "rows_changed": gone}
    _note(work, bond, from_version=bond.version_id, to_version=None, cause=cause, narrowing=True, **done)


def _note(work: Work, bond: Bond, **said: object) -> None:
    row = {"giver": work.partner, "id": uuid4(), "recipient": bond.recipient, "kind": bond.kind.value, "made_at": work.now}
    work.session.add(ReprojectionRow(**row, **said))
    work.session.flush()


def _compare_partners(work: Work, book: Book) -> None:
    registered = {partner.slug: (partner.kind, partner.provinces) for partner in partners(work)}
    named = {partner.slug: (partner.kind, partner.provinces) for partner in book.partners.values()}
    wrong = [slug for slug, said in named.items() if registered.get(slug) != said]
    if wrong:
        raise PartnersDiffer(wrong)


def _load(work: Work, policy: Policy, book: Book) -> bool:
    versions = PolicyVersionRow
    same = work.session.scalar(select(versions).where(versions.name == policy.name, versions.version == policy.version))
    if same is not None:
        if same.text != policy.text:
            raise TextChanged(policy)
        return False
    newest = work.session.scalar(select(func.max(versions.version)).where(versions.name == policy.name))
    if newest is not None and newest > policy.version:
        raise OlderVersion(policy, newest)
    if policy.valid_from < today(work.now):
        raise BeginsInThePast(policy)
    number = (work.session.scalar(select(func.max(versions.id))) or 0) + 1
    work.session.add(
        versions(id=number, name=policy.name, version=policy.version, kind=policy.kind.value, sha256=bytes.fromhex(policy.sha256),
                 text=policy.text, floor_sha256=bytes.fromhex(book.floor.sha256), example=policy.example, loaded_at=work.now)
    )  # fmt: skip
    work.session.flush()
    numbers = {partner.slug: partner.id for partner in partners(work)}
    valid = Range(policy.valid_from, policy.valid_until + timedelta(days=1), bounds="[)")
    for giver, recipient in policy.pairs():
        work.session.add(
            PolicyPairRow(giver=numbers[giver], recipient=numbers[recipient], kind=policy.kind.value, version_id=number, valid=valid,
                          state="proposed", proposed_at=work.now, changed_at=work.now)
        )  # fmt: skip
    work.session.flush()
    record(
        work, Event.POLICY_LOADED, policy=policy.name, policy_version=policy.version, policy_hash=policy.sha256, until=policy.valid_until
    )
    return True
