"""
THE door between partners: what `decide` answered becomes the giver's `given` row, and the database makes the recipient's row of it.

Nothing else writes `given`. A row is written only if something in it changes for its reader; an update of the giver that changes
nothing permitted leaves every byte of the recipient's row as it was (design: sharing.md 3.7.6).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from hub.audit.events import Event
from hub.audit.journal import record_many
from hub.cases.agreements import Agreements
from hub.cases.house import House
from hub.cases.release import Release
from hub.cases.rows import GIVEN_COLUMNS, GIVEN_KEY, Before, given_row
from hub.cases.tables import ContributionRow, DisclosureRow
from hub.kernel.bulk import insert_lines, insert_rows, read_lines
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.rules import Partner
from hub.sharing.policy import PolicyKind
from hub.sharing.projection import Answer
from hub.sharing.queries import InForce, Pair, hold_agreements
from hub.threads.actions import Taken, end_referrals, open_recalls
from hub.threads.queries import recalled_until
from hub.threads.rules import Cause

Opened = Mapping[tuple[int, str, str], datetime]  # recipient, code and kind of a row → when it was last looked at
TOMBSTONE_KEPT = timedelta(days=5 * 365)  # Wpg 25(1)(c) and Wjsg 39j ask to answer for 4 years
TOLD_CAUSE = "ended"  # a recipient reads that a row went and when; why it went stays with the giver
TOMBSTONE_COLUMNS = ("reader", "other", "code", "kind", "id", "writer", "cause", "gone_on", "keep_until")


@dataclass(frozen=True, slots=True)
class Gone:
    """A row that its recipient no longer has, and whether it had been opened there."""

    recipient: Partner
    code: str
    kind: str
    was_opened: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a sharing: rows written per recipient's short name, and rows that went away."""

    shared: Counter[str]
    gone: tuple[Gone, ...]


def share(work: Work, *, releases: Sequence[Release], house: House, cause: str = "closed", pair: Pair | None = None) -> Delivery:
    """
    Decide anew what every recipient, or the one of this pair, gets of these contributions of the acting partner; the rows follow.

    A row that goes leaves a tombstone with `cause` at the giver, and one without it at a recipient that had opened it: that one is asked
    to remove what it took (threads.open_recalls). One journal line per contribution that went to somebody, one per row taken away and
    one per recall. All of it is part of this work: it stands or falls with the deed.
    """
    hold_agreements(work)
    sharing = _Sharing(Agreements(work, house, only=pair), releases)
    key = GIVEN_KEY if any(not release.is_new for release in releases) else ()
    insert_lines(work, table="given", columns=GIVEN_COLUMNS, lines=sharing.lines(), replacing=key)
    record_many(work, Event.SHARED, sharing.deeds)
    return Delivery(sharing.shared, _bury(sharing.agreements, sharing.gone, cause))


def foreseen(work: Work, *, release: Release, house: House) -> Iterator[tuple[Pair, Answer, InForce | None]]:
    """
    What `share` would decide about this release for every recipient, in the order of the recipients, and under which agreement.

    Nothing is written, no code is drawn. The release may hold what is not stored yet: an update, a hold-back, a yes of the reporter.
    """
    sharing = _Sharing(Agreements(work, house), [release])
    agreements = sharing.agreements
    for pair, before in sorted(_pairs(agreements, release, sharing.existing.get(release.contribution, {})), key=lambda one: one[0]):
        told = agreements.told(release, pair=pair, first_shown_on=before.first_shown_on if before else None)
        yield pair, told.answer, agreements.pairs.get(pair)


class _Sharing:
    """The rows of some releases, drawn one by one, and what became of each once all of them were drawn."""

    def __init__(self, agreements: Agreements, releases: Sequence[Release]) -> None:
        self.agreements, self.releases = agreements, releases
        self.existing = _existing(agreements, [release.contribution for release in releases if not release.is_new])
        agreements.look_back(*(release.case.first_released_on for release in releases))
        self.shared: Counter[str] = Counter()
        self.gone: list[tuple[UUID, Partner, Before]] = []
        self.deeds: list[dict[str, object]] = []

    def lines(self) -> Iterator[str]:
        """Every row that changes for its giver or its recipient."""
        slugs = {number: partner.slug for number, partner in self.agreements.partners.items()}
        for release in self.releases:
            names = []
            for pair, before in _pairs(self.agreements, release, self.existing.get(release.contribution, {})):
                row = given_row(self.agreements, release=release, pair=pair, before=before)
                if row is None:
                    continue
                line, is_shown = row
                yield line
                if is_shown:
                    names.append(slugs[pair[0]])
                elif before is not None and before.is_shown:
                    self.gone.append((release.contribution, self.agreements.partners[pair[0]], before))
            if names:
                self.shared.update(names)
                self.deeds.append({"contribution": release.contribution, "revision": release.revision_no, "recipients": names})


def _pairs(agreements: Agreements, release: Release, held: Mapping[Pair, str]) -> Iterator[tuple[Pair, Before | None]]:
    """Every pair with a policy today and every pair that has a row from before; a referral only where one is open or was."""
    for pair in agreements.pairs:
        if pair in held:
            yield pair, Before(held[pair])
        elif pair[1] is not PolicyKind.REFERRAL or agreements.partners[pair[0]].slug in release.ties.referrals:
            yield pair, None
    for pair, line in held.items():
        if pair not in agreements.pairs:
            yield pair, Before(line)


def _existing(agreements: Agreements, contributions: Sequence[UUID]) -> dict[UUID, dict[Pair, str]]:
    """The rows that are there, as lines: for every contribution, by recipient and kind."""
    found: dict[str, dict[Pair, str]] = {}
    if not contributions:
        return {}
    where: dict[str, object] = {"giver": agreements.giver, "contribution": list(contributions)}
    if agreements.only is not None:
        where |= {"recipient": agreements.only[0], "kind": agreements.only[1].value}
    for line in read_lines(agreements.work, table="given", columns=GIVEN_COLUMNS, where=where):
        _, contribution, recipient, kind, _ = line.split("\t", 4)
        found.setdefault(contribution, {})[PartnerId(int(recipient)), PolicyKind(kind)] = line
    return {one: found.get(str(one), {}) for one in contributions}


def _bury(agreements: Agreements, gone: Sequence[tuple[UUID, Partner, Before]], cause: str) -> tuple[Gone, ...]:
    """Leave a tombstone at the giver, and at a recipient that had opened the row; a row never opened leaves no trace there."""
    if not gone:
        return ()
    work, giver, day = agreements.work, agreements.giver, agreements.day
    opened = _opened(work, [before.text("code") for _, _, before in gone])
    stones: list[tuple[Any, ...]] = []
    went = []
    for _, recipient, before in gone:
        word = (before.text("code"), before.text("kind"))
        went.append(Gone(recipient, *word, was_opened=(recipient.id, *word) in opened))
        stones.append((giver, recipient.id, *word, uuid4(), giver, cause, day, day + TOMBSTONE_KEPT))
        if went[-1].was_opened:
            stones.append((recipient.id, giver, *word, uuid4(), giver, TOLD_CAUSE, day, day + TOMBSTONE_KEPT))
    insert_rows(work, table="tombstone", columns=TOMBSTONE_COLUMNS, rows=stones)
    lines = [{"contribution": one, "recipient": recipient.slug, "code": before.text("code")} for one, recipient, before in gone]
    record_many(work, Event.ROW_REMOVED, lines)
    end_referrals(work, gone=[(one.recipient.id, one.code) for one in went if one.kind == PolicyKind.REFERRAL])
    recall(work, contributions=[one for one, _, _ in gone], gone=went, opened=opened, cause=cause)
    return tuple(went)


def recall(work: Work, *, contributions: Sequence[UUID], gone: Sequence[Gone], opened: Opened, cause: str) -> int:
    """
    Ask back what recipients opened of rows that are gone, a contribution per row, unless it was asked back after they last looked.

    Tells how many recipients' rows it asked for.
    """
    asked = recalled_until(work, codes=[one.code for one in gone if one.was_opened])
    late = []
    for contribution, one in zip(contributions, gone, strict=True):
        looked, before = opened.get((one.recipient.id, one.code, one.kind)), asked.get((one.recipient.id, one.code))
        if looked is not None and (before is None or before < looked):
            late.append((contribution, one))
    names = select(ContributionRow.id, ContributionRow.own_code).where(
        ContributionRow.giver == work.partner, ContributionRow.id.in_([one for one, _ in late])
    )
    own = {row[0]: row[1] for row in work.session.execute(names)} if late else {}
    taken = [Taken(one.recipient.id, one.code, own[contribution]) for contribution, one in late]
    return len(open_recalls(work, taken=taken, cause=Cause(cause)))


def _opened(work: Work, codes: Sequence[str]) -> Opened:
    row = (DisclosureRow.recipient, DisclosureRow.code, DisclosureRow.kind)
    asked = select(*row, func.max(DisclosureRow.at)).where(DisclosureRow.giver == work.partner, DisclosureRow.code.in_(codes))
    return {(recipient, code, kind): at for recipient, code, kind, at in work.session.execute(asked.group_by(*row))}
