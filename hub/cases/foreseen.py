"""What a deed would change for every recipient, before it is done: decided by what decides at the deed itself, and nothing stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select

from hub.cases.draft import Draft
from hub.cases.holding import HeldFact, Hold, check, holds
from hub.cases.house import House
from hub.cases.inbox import foreseen
from hub.cases.queries import Given, OwnCase, own_case
from hub.cases.readable import count_alike
from hub.cases.reasons import ASKS_CONSENT, About, RecipientPage, recipient_page
from hub.cases.release import NOTHING_HELD, Release
from hub.cases.standing import coarser, releases
from hub.cases.tables import ContributionRow, RevisionRow
from hub.kernel.clock import today
from hub.kernel.database import Work
from hub.partners.queries import partner_named, partners_by_id
from hub.sharing.facts import FACTS, Case, Span, Value
from hub.sharing.policy import PolicyKind
from hub.sharing.projection import Answer, Nothing, Projection
from hub.sharing.queries import InForce, Pair
from hub.sharing.question import Consents, ConsentState, HeldBack
from hub.sharing.vocabulary import Vocabulary, strict_words

OF_AGE = "16_or_older"
LOOKED_AT = ("incident_date", "place", "ground")  # by these three two recipients could lay their views side by side


@dataclass(frozen=True, slots=True)
class Foreseen:
    """
    What one recipient would have, with the giver's reasons; `needs_yes` says that it has it only once the reporter agrees.

    `changed` are the facts that differ from what it has now; None where it has no row yet. `alike` counts the other cases the giver
    knows that would look the same to it by period, place and ground; None where it does not get these three.
    """

    page: RecipientPage
    needs_yes: bool
    changed: frozenset[str] | None
    alike: int | None


@dataclass(frozen=True, slots=True)
class _Deed:
    """A release that is not stored yet, what its answers are explained by, and what each recipient has now."""

    release: Release
    about: About
    now: Mapping[Pair, Given]


def of_new(work: Work, *, draft: Draft, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have of this new case."""
    giver = partners_by_id(work)[work.partner]
    case = Case(giver, draft.facts, draft.circumstances, today(work.now), draft.closed_on)
    about = About(giver, draft.circumstances, (), ())
    return _foreseen(work, _Deed(Release(uuid4(), 1, case, is_new=True), about, {}), house)


def of_update(work: Work, *, before: Release, draft: Draft, code: str, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have of this own case once the update in the draft is made."""
    case = replace(before.case, facts=draft.facts, circumstances=draft.circumstances, closed_on=draft.closed_on)
    release = replace(before, revision_no=before.revision_no + 1, case=case, is_revised=True)
    return _foreseen(work, _deed(work, own_case(work, house=house, code=code), release), house)


def of_case(work: Work, *, code: str, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have of this own case if it were shared anew today, as it stands."""
    return _foreseen(work, _as_it_stands(work, code, house), house)


def of_hold(work: Work, *, code: str, recipient: str | None, held: HeldFact, house: House) -> tuple[Foreseen, ...]:
    """What every recipient would have of this own case once this is held back from one of them, or from all; refused as the deed is."""
    check(held, house=house, day=today(work.now))
    deed = _as_it_stands(work, code, house)
    whom = (partner_named(work, slug=recipient).id,) if recipient is not None else tuple(partners_by_id(work))
    now = deed.release.held
    more = {one: _held_too(now.get(one, NOTHING_HELD), held, house.book.vocabulary) for one in whom}
    planned = Hold(0, partner_named(work, slug=recipient) if recipient else None, held.fact, held.precision, held.because.strip(),
                   held.until, work.now, None, is_over=False)  # fmt: skip
    about = replace(deed.about, holds=(planned, *deed.about.holds))
    return _foreseen(work, replace(deed, release=replace(deed.release, held={**now, **more}), about=about), house)


def _held_too(before: HeldBack, held: HeldFact, vocabulary: Vocabulary) -> HeldBack:
    if held.fact is None:
        return replace(before, whole=True)
    shape = coarser(held.fact, precision=held.precision, held=before.facts, vocabulary=vocabulary)
    return replace(before, facts={**before.facts, held.fact: shape})


def _as_it_stands(work: Work, code: str, house: House) -> _Deed:
    case = own_case(work, house=house, code=code)
    [release] = releases(work, contributions=[case.id], house=house)
    return _deed(work, case, release)


def _deed(work: Work, case: OwnCase, release: Release) -> _Deed:
    about = About(release.case.giver, release.case.circumstances, case.consents, holds(work, contribution=case.id))
    return _Deed(release, about, {(one.recipient.id, PolicyKind(one.kind)): one for one in case.given})


def _foreseen(work: Work, deed: _Deed, house: House) -> tuple[Foreseen, ...]:
    """Every recipient; one that lacks nothing but the reporter's yes, with what that yes would open."""
    answers = {pair: (answer, force) for pair, answer, force in foreseen(work, release=deed.release, house=house)}
    lacking = {pair for pair, (answer, _) in answers.items() if isinstance(answer, Nothing) and set(answer.because) <= ASKS_CONSENT}
    if lacking:
        agreed = replace(
            deed.release, consents={**deed.release.consents, **dict.fromkeys((pair[0] for pair in lacking), _yes(deed, house))}
        )
        opened = {pair: (answer, force) for pair, answer, force in foreseen(work, release=agreed, house=house) if pair in lacking}
        lacking = {pair for pair in lacking if isinstance(opened[pair][0], Projection)}
        answers |= {pair: opened[pair] for pair in lacking}
    counted: dict[object, int] = {}
    return tuple(_one(work, deed, pair, answers[pair], (pair in lacking, counted), house) for pair in answers)


def _yes(deed: _Deed, house: House) -> Consents:
    """A yes that counts for this reporter."""
    age = strict_words(deed.release.case.circumstances, vocabulary=house.book.vocabulary)["reporter_age"]
    return Consents(ConsentState.GIVEN if age == OF_AGE else ConsentState.GIVEN_BY_GUARDIAN)


def _one(
    work: Work, deed: _Deed, pair: Pair, told: tuple[Answer, InForce | None], extra: tuple[bool, dict[object, int]], house: House
) -> Foreseen:
    (answer, force), (needs_yes, counted), now = told, extra, deed.now.get(pair)
    recipient, is_shown = partners_by_id(work)[pair[0]], isinstance(answer, Projection)
    shown, because = (answer.shown, ()) if isinstance(answer, Projection) else ({}, answer.because)
    states = dict(zip(FACTS, answer.states, strict=True))
    until = answer.until if isinstance(answer, Projection) else None
    version = force.version_id if force else now.policy_version if now else 0
    given = Given(recipient, pair[1].value, "shown" if is_shown else "closed", because, now.code if now else None, states, shown,
                  now.first_given_on if now else None, until, version, now.opened_at if now else None)  # fmt: skip
    page = recipient_page(given, policy=force.policy if force else None, about=deed.about, house=house)
    had = now.shown if now is not None and now.state == "shown" else None
    changed = frozenset(fact for fact in FACTS if had.get(fact) != shown.get(fact)) if had is not None and not needs_yes else None
    return Foreseen(page, needs_yes, changed, _alike(work, deed.release, shown, counted, house.book.vocabulary))


def _alike(work: Work, release: Release, shown: Mapping[str, Value], counted: dict[object, int], vocabulary: Vocabulary) -> int | None:
    """Counted over the giver's own cases and its own inbox alone: what others know stays out of it."""
    period, place, grounds = (shown.get(fact) for fact in LOOKED_AT)
    if not (isinstance(period, Span) and isinstance(place, str) and isinstance(grounds, tuple) and grounds):
        return None
    key = (period, place, grounds)
    if key not in counted:
        alike = partial(_looks_like, period=period, place=place, grounds=_with_finer(grounds, vocabulary))
        counted[key] = _count_own(work, release, alike) + count_alike(work, alike=alike)
    return counted[key]


def _looks_like(columns: Any, *, period: Span, place: str, grounds: tuple[str, ...]) -> ColumnElement[bool]:
    somewhere = or_(columns.municipality == place, columns.province == place)
    on_these = or_(columns.grounds.bool_op("&&")(list(grounds)), columns.ground_families.bool_op("&&")(list(grounds)))
    return and_(columns.incident_from >= period.first, columns.incident_to <= period.last, somewhere, on_these)


def _with_finer(grounds: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """These grounds, and the narrower ones that a recipient could not tell from them."""
    codes = vocabulary.codes_of("ground")
    assert codes is not None
    return tuple(sorted({*grounds, *(code for code in codes.codes if code.partition("/")[0] in grounds)}))


def _count_own(work: Work, release: Release, alike: Callable[[Any], ColumnElement[bool]]) -> int:
    case, latest = ContributionRow.__table__.c, RevisionRow.__table__.c
    same = and_(latest.giver == case.giver, latest.contribution == case.id, latest.no == case.latest_no)
    mine = and_(case.giver == work.partner, case.id != release.contribution)
    asked = select(func.count()).select_from(ContributionRow.__table__.join(RevisionRow.__table__, same)).where(mine, alike(latest))
    return int(work.session.scalar(asked) or 0)
