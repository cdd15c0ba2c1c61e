"""The life of an agreement: proposed, signed by two persons of the giver, accepted by the recipient, in force on its day, and ended."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from hub.cases import intake
from hub.cases.expiry import begin_agreements, stop_agreement
from hub.cases.received import Received, Wanted, received
from hub.demo.agreeing import agree
from hub.kernel.errors import HubError, NotFound
from hub.sharing.actions import BeginsInThePast, OlderVersion, TextChanged, propose
from hub.sharing.policy import Policy
from hub.sharing.register import Agreement, agreement, agreements
from hub.sharing.rules import Hand, Read, Stage, State
from hub.sharing.signing import NoOfficer, NotOurTurn, OtherText, Overlap, SignedBefore, TooLate, approve
from tests.agreeing import changed, coordinators, kept_register, officers
from tests.cast import COC_GD, DRENTHE, GRONINGEN, NOON, OM, POLICE, Cast
from tests.make import Delivery, make_draft

NAME = "politie--bureaus"
LATER = {"days": "from: 2026-09-01 → from: 2026-11-06"}
COARSER = {**LATER, "place": "place:         municipality → place:         province"}
FIRST_DAY = datetime(2026, 11, 6, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def register(cast: Cast, superuser: psycopg.Connection) -> Iterator[None]:
    with kept_register(superuser):
        yield


def offer(cast: Cast, *, words: dict[str, str] = LATER, now: datetime = NOON) -> Policy:
    policy = changed(cast, name=NAME, **words)
    with cast.as_clerk(None, now=now) as work:
        assert propose(work, policies=[policy], book=cast.house.book, demo=True) == (policy,)
    return policy


def key(recipient: str = GRONINGEN, *, version: int = 4) -> str:
    return f"{POLICE}~{recipient}~{NAME}~{version}"


def looked(cast: Cast, slug: str, *, now: datetime = NOON, of: str = "") -> Agreement:
    with cast.as_clerk(slug, now=now) as work:
        return agreement(work, key=of or key(), book=cast.house.book)


def sign(cast: Cast, slug: str, person: UUID, *, now: datetime = NOON) -> State:
    one = looked(cast, slug, now=now)
    with cast.as_clerk(slug, now=now) as work:
        return approve(work, bond=one.bond, person=person, read=Read(bytes.fromhex(one.policy.sha256), bytes(32)))


def sign_whole(cast: Cast) -> State:
    sign(cast, POLICE, officers(cast, POLICE)[0])
    sign(cast, POLICE, coordinators(cast, POLICE)[0])
    return sign(cast, GRONINGEN, officers(cast, GRONINGEN)[0])


def bring_in(cast: Cast, *, now: datetime = NOON) -> None:
    with cast.as_person(POLICE, now=now) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)


def seen(cast: Cast, *, now: datetime = NOON) -> tuple[Received, ...]:
    with cast.as_person(GRONINGEN, now=now) as work:
        return received(work, house=cast.house, wanted=Wanted()).rows


def test_three_people_sign_in_order_and_then_it_holds_from_its_first_day_while_the_older_one_ends_the_day_before(cast: Cast):
    offer(cast)

    states = [sign(cast, POLICE, officers(cast, POLICE)[0]), sign(cast, POLICE, coordinators(cast, POLICE)[0]),
              sign(cast, GRONINGEN, officers(cast, GRONINGEN)[0])]  # fmt: skip

    older, newer = looked(cast, GRONINGEN, of=key(version=3)), looked(cast, GRONINGEN)
    assert states == [State.PROPOSED, State.SIGNED, State.VALID]
    assert [one.hand for one in newer.signatures] == list(Hand)
    assert (newer.stage, looked(cast, GRONINGEN, now=FIRST_DAY).stage) == (Stage.ACCEPTED, Stage.VALID)
    assert older.valid_until.isoformat() == "2026-11-05"
    assert looked(cast, DRENTHE, of=key(DRENTHE)).stage is Stage.PROPOSED


def test_a_proposal_changes_nothing_until_the_last_signature(cast: Cast):
    offer(cast, words=COARSER)
    sign(cast, POLICE, officers(cast, POLICE)[0])
    sign(cast, POLICE, coordinators(cast, POLICE)[0])

    bring_in(cast, now=FIRST_DAY)

    assert [row.facts["place"] for row in seen(cast, now=FIRST_DAY)] == ["GM1979"]


def test_a_giver_does_not_agree_alone_nor_before_its_turn_nor_without_the_role(cast: Cast):
    offer(cast)
    officer, coordinator = officers(cast, POLICE)[0], coordinators(cast, POLICE)[0]

    with pytest.raises(NoOfficer):
        sign(cast, POLICE, coordinator)
    with pytest.raises(NotOurTurn):
        sign(cast, GRONINGEN, officers(cast, GRONINGEN)[0])
    sign(cast, POLICE, officer)
    with pytest.raises(SignedBefore, match="niemand stemt alleen in"):
        sign(cast, POLICE, officer)
    sign(cast, POLICE, coordinator)
    with pytest.raises(SignedBefore):
        sign(cast, POLICE, coordinator)
    with pytest.raises(NoOfficer):
        sign(cast, GRONINGEN, coordinators(cast, GRONINGEN)[0])


def test_somebody_of_another_partner_cannot_sign_for_this_one(cast: Cast):
    offer(cast)

    with pytest.raises(NoOfficer):
        sign(cast, POLICE, officers(cast, DRENTHE)[0])


@pytest.mark.parametrize("slug", [OM, COC_GD])
def test_an_agreement_of_others_is_as_absent_as_one_that_never_was(cast: Cast, slug: str):
    offer(cast)

    for one in (key(), key(version=3), key(version=99), "geen~sleutel"):
        with pytest.raises(NotFound):
            looked(cast, slug, of=one)
    with cast.as_clerk(slug) as work:
        assert {slug in (one.giver.slug, one.recipient.slug) for one in agreements(work, book=cast.house.book)} == {True}


def test_the_text_that_is_signed_is_the_text_that_was_loaded(cast: Cast):
    offer(cast)
    one = looked(cast, POLICE)

    with pytest.raises(OtherText), cast.as_clerk(POLICE) as work:
        approve(work, bond=one.bond, person=officers(cast, POLICE)[0], read=Read(bytes(32), bytes(32)))


def test_after_its_first_day_nobody_signs_any_more(cast: Cast):
    offer(cast)
    after = datetime(2026, 11, 7, 11, 0, tzinfo=UTC)

    with pytest.raises((TooLate, NotOurTurn)):
        sign(cast, POLICE, officers(cast, POLICE)[0], now=after)
    assert looked(cast, POLICE, now=after).stage is Stage.LAPSED


def test_an_agreement_that_begins_in_the_past_is_refused_with_file_and_line_and_what_holds_goes_on(cast: Cast):
    before = [looked(cast, GRONINGEN, of=key(version=3))]

    with pytest.raises(BeginsInThePast, match=r"politie--bureaus.yaml, regel \d+: de afspraak zou ingaan op 1 september 2026"):
        offer(cast, words={})

    assert [looked(cast, GRONINGEN, of=key(version=3))] == before


def test_a_changed_text_needs_a_new_number_and_a_number_goes_only_up(cast: Cast):
    offer(cast)
    for error, words in ((TextChanged, COARSER), (OlderVersion, {**LATER, "number": "version: 4 → version: 2"})):
        policy = changed(cast, name=NAME, **words)
        with pytest.raises(error), cast.as_clerk(None) as work:
            propose(work, policies=[policy], book=cast.house.book, demo=True)


def test_another_policy_for_the_same_days_is_refused_when_it_would_be_accepted(cast: Cast, superuser: psycopg.Connection):
    offer(cast)
    superuser.execute("UPDATE hub.policy_version SET name = 'politie--anders' WHERE name = %s AND version = 3", (NAME,))
    try:
        with pytest.raises(Overlap, match="hoogstens één afspraak per dag"):
            sign_whole(cast)
    finally:
        superuser.execute("UPDATE hub.policy_version SET name = %s WHERE name = 'politie--anders'", (NAME,))


@pytest.mark.parametrize("state", ["valid", "signed"])
@pytest.mark.parametrize("slug", [POLICE, GRONINGEN])
def test_the_database_lets_nothing_take_force_without_its_signatures(cast: Cast, slug: str, state: str):
    offer(cast)
    bond = looked(cast, POLICE).bond
    asked = f"UPDATE hub.policy_pair SET state = '{state}' WHERE version_id = {bond.version_id} AND recipient = {bond.recipient}"

    with pytest.raises(HubError), cast.as_person(slug) as work:
        work.session.connection().exec_driver_sql(asked)


def test_a_stop_takes_every_row_away_in_the_very_work_and_a_release_after_it_gives_nothing(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast)
    assert len(seen(cast)) == 1
    one = looked(cast, POLICE, of=key(version=3))

    with cast.as_clerk(POLICE) as work:
        gone = stop_agreement(work, bond=one.bond, person=officers(cast, POLICE)[0], house=cast.house)

    [(cause,)] = superuser.execute("SELECT cause FROM hub.tombstone WHERE reader = %s", (cast.id(POLICE),)).fetchall()
    assert (gone, seen(cast), cause) == (1, (), "stopped")
    with cast.as_person(POLICE) as work:
        intake.take_in(work, reading=Delivery([make_draft()]), house=cast.house)
    assert seen(cast) == ()
    assert looked(cast, POLICE, of=key(version=3)).stage is Stage.STOPPED
    assert looked(cast, DRENTHE, of=key(DRENTHE, version=3)).stage is Stage.VALID


def test_only_a_privacy_officer_of_the_giver_stops(cast: Cast):
    one = looked(cast, POLICE, of=key(version=3))
    for slug, person in ((POLICE, coordinators(cast, POLICE)[0]), (GRONINGEN, officers(cast, GRONINGEN)[0])):
        with pytest.raises(NoOfficer), cast.as_clerk(slug) as work:
            stop_agreement(work, bond=one.bond, person=person, house=cast.house)


def test_on_its_first_day_the_list_of_work_gets_a_line_once_and_nothing_finer_is_read(cast: Cast, superuser: psycopg.Connection):
    bring_in(cast)
    offer(cast, words=COARSER)
    sign_whole(cast)
    with cast.as_clerk(POLICE) as work:
        begin_agreements(work, house=cast.house)

    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        begun = begin_agreements(work, house=cast.house), begin_agreements(work, house=cast.house)

    asked = "SELECT cause, narrowing, cursor, done_at FROM hub.reprojection WHERE to_version = (SELECT max(id) FROM hub.policy_version)"
    assert begun == (1, 0)
    assert superuser.execute(asked).fetchall() == [("changed", True, None, None)]
    assert seen(cast, now=FIRST_DAY) == ()


def test_every_step_stands_in_the_journal_with_the_hash_of_the_text(cast: Cast, superuser: psycopg.Connection):
    policy = offer(cast)
    sign_whole(cast)

    lines = [str(bytes(data)) for (data,) in superuser.execute("SELECT data FROM audit.entry WHERE data::text IS NOT NULL").fetchall()]
    assert len([line for line in lines if "beleid-getekend" in line and policy.sha256 in line]) == 3


def test_what_everybody_signed_at_once_is_in_force_for_all_pairs(cast: Cast):
    policy = changed(cast, name=NAME, **LATER)

    with cast.as_clerk(None) as work:
        agree(work, policies=[policy], book=cast.house.book)

    with cast.as_clerk(POLICE, now=FIRST_DAY) as work:
        stages = {one.recipient.slug: one.stage for one in agreements(work, book=cast.house.book) if one.policy.version == 4}
    assert set(stages) == set(policy.recipients)
    assert set(stages.values()) == {Stage.VALID}
