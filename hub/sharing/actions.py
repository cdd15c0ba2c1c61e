"""Loading policy files into the register of versions, and setting which version is valid between two partners."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range

from hub.audit.events import Event
from hub.audit.journal import record
from hub.kernel.database import Work
from hub.kernel.errors import Conflict, Refused
from hub.kernel.words import PartnerId
from hub.partners.queries import partners
from hub.sharing.policy import Policy
from hub.sharing.schemas import Book
from hub.sharing.tables import PolicyPairRow, PolicyVersionRow


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


def put_in_force(work: Work, *, book: Book, demo: bool) -> int:
    """
    Load every policy of the book that is not loaded yet, each valid for its own term; tells how many were loaded.

    A version that is already there with the same text is left alone. A newer version replaces an older one from its first day
    on. Raises ExampleRefused for an example outside the demo, TextChanged, or PartnersDiffer; then nothing is loaded.
    """
    _compare_partners(work, book)
    for policy in book.policies:
        if policy.example and not demo:
            raise ExampleRefused(policy.name)
    return sum(_load(work, policy, book) for policy in book.policies)


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
    number = (work.session.scalar(select(func.max(versions.id))) or 0) + 1
    work.session.add(
        versions(id=number, name=policy.name, version=policy.version, kind=policy.kind.value, sha256=bytes.fromhex(policy.sha256),
                 text=policy.text, floor_sha256=bytes.fromhex(book.floor.sha256), example=policy.example, loaded_at=work.now)
    )  # fmt: skip
    work.session.flush()
    numbers = {partner.slug: partner.id for partner in partners(work)}
    for giver, recipient in policy.pairs():
        _bind(work, policy, number, (numbers[giver], numbers[recipient]))
    record(
        work, Event.POLICY_LOADED, policy=policy.name, policy_version=policy.version, policy_hash=policy.sha256, until=policy.valid_until
    )
    return True


def _bind(work: Work, policy: Policy, version_id: int, pair: tuple[PartnerId, PartnerId]) -> None:
    giver, recipient = pair
    valid = Range(policy.valid_from, policy.valid_until + timedelta(days=1), bounds="[)")
    older = (
        PolicyPairRow.giver == giver, PolicyPairRow.recipient == recipient, PolicyPairRow.kind == policy.kind.value,
        PolicyPairRow.state == "valid", PolicyPairRow.valid.overlaps(valid),
    )  # fmt: skip
    begun = func.lower(PolicyPairRow.valid)
    until_then = func.daterange(begun, policy.valid_from)
    for change in (
        update(PolicyPairRow).where(*older, begun < policy.valid_from).values(valid=until_then),
        update(PolicyPairRow).where(*older).values(state="replaced"),
    ):
        work.session.execute(change, execution_options={"synchronize_session": False})
    work.session.add(
        PolicyPairRow(giver=giver, recipient=recipient, kind=policy.kind.value, version_id=version_id, valid=valid, state="valid",
                      proposed_at=work.now, changed_at=work.now)
    )  # fmt: skip
    work.session.flush()
