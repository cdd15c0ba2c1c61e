"""Bodies, meetings and blocks for tests, as their coordinating partner would set them up."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4

from hub.consultations.tables import AccessionRow, BlockRow, BodyRow, ConsultationRow, MembershipRow
from tests.cast import DRENTHE, EMMEN, OM, POLICE, Cast

TABLE = (DRENTHE, EMMEN, POLICE, OM)
CHAIN = "Ketenoverleg discriminatie Noord-Nederland"
ASKED = datetime(2026, 1, 1, 12, tzinfo=UTC)
MEETS = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)  # half past one in Drenthe


def make_body(cast: Cast, *, slug: str = "casus-drenthe", lead: str = POLICE, members: Sequence[str] = TABLE, **different: object) -> str:
    """The case consultation of Drenthe, led by the police, unless said otherwise; every member said yes."""
    told = {
        "name": "Casuïstiekbespreking Drenthe", "level": "case", "purpose": "Voortgang en samenwerking per zaak",
        "basis": "Aanwijzing discriminatie", "province": "drenthe", "collaborations": [CHAIN], "per_year": 5, "weekday": 4,
        "starts_at": time(13, 30), "minutes": 150, "place": "Provinciehuis, Assen", "lead": 10, "min_gap": 56, "max_gap": 98, "quorum": 2,
    }  # fmt: skip
    with cast.as_person(lead) as work:
        row = BodyRow(slug=slug, coordinator=cast.id(lead), chair=cast.id(members[0]), made_at=work.now, **{**told, **different})
        work.session.add(row)
        work.session.flush()
        for member in members:
            work.session.add(
                MembershipRow(
                    body=slug, partner=cast.id(member), coordinator=cast.id(lead), required=True, since=date(2026, 1, 1), asked_at=ASKED
                )
            )
    for member in members:
        say_yes(cast, member, body=slug)
    return slug


def say_yes(cast: Cast, member: str, *, body: str) -> None:
    """This partner said yes to the body when it was asked first."""
    with cast.as_person(member) as work:
        told = {"answer": "yes", "basis": "Aanwijzing discriminatie", "because": ""}
        work.session.add(AccessionRow(partner=work.partner, body=body, answered_at=ASKED, **told))


def make_consultation(
    cast: Cast,
    *,
    body: str = "casus-drenthe",
    lead: str = POLICE,
    members: Sequence[str] = TABLE,
    starts: datetime = MEETS,
    state: str = "planned",
) -> UUID:
    """A planned meeting of that body of two and a half hours."""
    made = uuid4()
    with cast.as_person(lead) as work:
        work.session.add(ConsultationRow(
            partner=cast.id(lead), id=made, writer=cast.id(lead), members=[cast.id(one) for one in members], body=body, state=state,
            starts=starts, ends=starts.replace(hour=starts.hour + 2), place="Provinciehuis, Assen", link="", sequence=0,
            reference_month=date(2026, 10, 1), version=1,
        ))  # fmt: skip
    return made


def make_block(
    cast: Cast, *, consultation: UUID | None, seats: Sequence[str], kind: str = "cases", minutes: int = 60, **different: object
) -> UUID:
    """A block of that meeting in which these sit, run by the police; a copy of it goes to them and to nobody else."""
    made, who = uuid4(), [cast.id(one) for one in seats]
    told = {
        "body": "casus-drenthe",
        "no": 1,
        "name": "Allen",
        "starts": MEETS,
        "run_by": cast.id(POLICE),
        "writer": cast.id(POLICE),
        **different,
    }
    with cast.as_person(POLICE) as work:
        readers = [*dict.fromkeys([*who, cast.id(POLICE)])]
        work.session.add(BlockRow(
            partner=cast.id(POLICE), id=made, members=readers, consultation=consultation, kind=kind, seats=who, minutes=minutes, **told
        ))  # fmt: skip
    return made
