"""Writing what a giver says: contributions, revisions, and the consents and concerns that come with a draft."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.audit.events import Event
from hub.audit.journal import record_many
from hub.cases.columns import COLUMNS, known
from hub.cases.draft import Draft
from hub.cases.house import House
from hub.cases.lines import Pen, sealed
from hub.cases.release import NO_TIES, Release
from hub.cases.rules import CLOSED, absent, import_may_say, states_of
from hub.cases.standing import LatestConsent, attached, is_among, latest_consents, revision_context, ties_of
from hub.cases.tables import ContributionRow
from hub.kernel.actor import Person
from hub.kernel.bulk import insert_lines, insert_rows, line_of, update_rows
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.kernel.words import PartnerId
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.pseudonyms.mint import mint_many
from hub.sharing.facts import STEERING, Absence, Case
from hub.sharing.question import Consents, ConsentState, Ties

CONTRIBUTIONS = ("giver", "id", "own_code", "state", "latest_no", "first_released_on", "closed_on", "changed_at", "fingerprint")
RENEWED = ("state", "latest_no", "closed_on", "changed_at", "fingerprint")
REVISIONS = ("giver", "contribution", "no", "made_at", "made_by", "run", *COLUMNS, "unknown", "erased", "words", *STEERING)
CONSENTS = ("giver", "contribution", "recipient", "no", "state", "purposes", "at", "by_person", "given_by", "how", "until", "facts")
CONCERNS = ("giver", "contribution", "recipient", "at", "by_person")
EVERY_PURPOSE = ["case_work", "collection", "consultation", "help", "monitor"]
_CONSENTS = {state.value: Consents(state) for state in ConsentState}


@dataclass(frozen=True, slots=True)
class Change:
    """One draft, the contribution it is about, the number its revision gets, and by what the same delivery is recognised again."""

    draft: Draft
    contribution: UUID
    no: int
    fingerprint: bytes

    @property
    def is_new(self) -> bool:
        """Whether this is the first that is heard of the case."""
        return self.no == 1


def write_changes(work: Work, *, changes: Sequence[Change], house: House, run: UUID | None) -> list[Release]:
    """Store these drafts as revisions of the acting partner, with their consents and concerns; the releases are ready to be shared."""
    if not changes:
        return []
    partners = partners_by_id(work)
    giver = partners[work.partner]
    by = work.actor.account if isinstance(work.actor, Person) else None
    _write_contributions(work, changes, giver)
    _write_revisions(work, changes, house, (giver, by, run))
    numbers = {partner.slug: partner.id for partner in partners.values()}
    _write_consents(work, changes, numbers)
    _write_concerns(work, changes, numbers)
    _journal(work, changes)
    return _releases(work, changes, giver, house)


def _write_contributions(work: Work, changes: Sequence[Change], giver: Partner) -> None:
    day, fresh = today(work.now), [change for change in changes if change.is_new]
    codes = mint_many(mark=giver.code_mark, count=len(fresh))
    rows = [
        (giver.id, change.contribution, code, _state(change.draft), 1, day, change.draft.closed_on, work.now, change.fingerprint)
        for change, code in zip(fresh, codes, strict=True)
    ]
    insert_rows(work, table="contribution", columns=CONTRIBUTIONS, rows=rows)
    renewed = (
        (giver.id, change.contribution, _state(change.draft), change.no, change.draft.closed_on, work.now, change.fingerprint)
        for change in changes
        if not change.is_new
    )
    update_rows(work, table="contribution", key=("giver", "id"), columns=RENEWED, rows=renewed)


def _state(draft: Draft) -> str:
    return "closed" if draft.closed_on is not None or draft.facts.get("status") == CLOSED else "released"


def _write_revisions(work: Work, changes: Sequence[Change], house: House, ground: tuple[Partner, UUID | None, UUID | None]) -> None:
    giver, by, run = ground
    pen, day, made = Pen(house.book.vocabulary), today(work.now), line_of((work.now, by, run))

    def line(change: Change) -> str:
        draft, facts = change.draft, known(change.draft.facts)
        cells = pen.cells(facts)
        if isinstance(text := facts.get("narrative"), str):
            context = revision_context(giver.id, contribution=change.contribution, no=change.no)
            cells = sealed(cells, narrative=house.keys.seal_text(text, context=context, day=day))
        absences = (absent(draft.facts, as_=Absence.UNKNOWN), absent(draft.facts, as_=Absence.ERASED))
        rest = line_of((*absences, json.dumps(dict(draft.words)), *map(draft.circumstances.get, STEERING)))
        return f"{giver.id}\t{change.contribution}\t{change.no}\t{made}\t{cells}\t{rest}"

    insert_lines(work, table="revision", columns=REVISIONS, lines=map(line, changes))


def _write_consents(work: Work, changes: Sequence[Change], numbers: Mapping[str, PartnerId]) -> None:
    """What an export says about consent is news only where it says something else than the last thing that was recorded."""
    told = [change for change in changes if change.draft.consents]
    old = latest_consents(work, contributions=[change.contribution for change in told if not change.is_new]) if told else {}
    rests: dict[tuple[str, str], str] = {}
    lines = []
    for change in told:
        opening, recorded = line_of((work.partner, change.contribution)), old.get(change.contribution, {})
        for recipient, said in states_of(change.draft.consents).items():
            before = recorded.get(numbers[recipient])
            if not _is_news(said, before):
                continue
            if said not in rests:
                state, given_by = said
                rests[said] = line_of((state, EVERY_PURPOSE, work.now, None, given_by, "import", None, None))
            lines.append(f"{opening}\t{numbers[recipient]}\t{before.no + 1 if before else 1}\t{rests[said]}")
    insert_lines(work, table="consent", columns=CONSENTS, lines=lines)


def _is_news(said: tuple[str, str], before: LatestConsent | None) -> bool:
    """Whether this says something else than the last thing that was recorded, and may: nothing recorded means not asked."""
    if before is None:
        return said[0] != "not_asked"
    if (before.state, before.given_by) == said:
        return False
    return import_may_say(said[0], after=before.state, how=before.how)


def _write_concerns(work: Work, changes: Sequence[Change], numbers: Mapping[str, PartnerId]) -> None:
    told = [change for change in changes if change.draft.concerns]
    old = ties_of(work, contributions=[change.contribution for change in told if not change.is_new]) if told else {}
    rows = [
        (work.partner, change.contribution, numbers[slug], work.now, None)
        for change in told
        for slug in change.draft.concerns
        if slug not in old.get(change.contribution, NO_TIES).concerns
    ]
    insert_rows(work, table="concern", columns=CONCERNS, rows=rows)


def _journal(work: Work, changes: Sequence[Change]) -> None:
    for event, some in (
        (Event.CONTRIBUTION_RELEASED, [change for change in changes if change.is_new]),
        (Event.CONTRIBUTION_REVISED, [change for change in changes if not change.is_new]),
    ):
        record_many(work, event, [{"contribution": change.contribution, "revision": change.no} for change in some])


def _releases(work: Work, changes: Sequence[Change], giver: Partner, house: House) -> list[Release]:
    """For new cases everything is at hand; what older ones have besides the draft stands in the database."""
    first = _first_days(work, [change.contribution for change in changes if not change.is_new])
    numbers = {partner.slug: partner.id for partner in partners_by_id(work).values()}
    fresh, older = list[Release](), dict[UUID, tuple[int, Case]]()
    for change in changes:
        draft, day = change.draft, first.get(change.contribution, today(work.now))
        case = Case(giver, draft.facts, draft.circumstances, day, draft.closed_on)
        if change.is_new:
            ties, consents = Ties(concerns=frozenset(draft.concerns)), _fresh_consents(draft, numbers)
            fresh.append(Release(change.contribution, 1, case, ties, consents, {}, is_new=True))
        else:
            older[change.contribution] = (change.no, case)
    revised = [replace(release, is_revised=True) for release in attached(work, cases=older, house=house)] if older else []
    return [*fresh, *revised]


def _first_days(work: Work, contributions: Sequence[UUID]) -> dict[UUID, date]:
    """When these were first released; who changes them holds them already."""
    if not contributions:
        return {}
    row = ContributionRow
    asked = select(row.id, row.first_released_on).where(row.giver == work.partner, is_among(row.id, contributions=contributions))
    return {found.id: found.first_released_on for found in work.session.execute(asked)}


def _fresh_consents(draft: Draft, numbers: Mapping[str, PartnerId]) -> dict[PartnerId, Consents]:
    return {numbers[recipient]: _CONSENTS[word] for recipient, word in draft.consents.items()}
