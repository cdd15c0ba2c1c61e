"""Everything that leaves for one organisation about its meetings: pages, documents, rows, mail and calendars, made comparable."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from hub.agendas.documents import write_document
from hub.agendas.edition import Paper
from hub.agendas.queries import agenda_paper
from hub.meetings.minutes import minutes_paper, outcomes_paper
from tests.calendar_rules import unfolded
from tests.inviting import read_mail
from tests.walls.telling import Teller

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CLOCKED = (  # what a session, a link or a salt draws
    (re.compile(r'(name="schakel-session-seconds" content=")\d+'), r"\1"),
    (re.compile(r'(name="formuliercode" value=")[0-9a-f]+'), r"\1"),
    (re.compile(r"/uitnodiging/[\w-]{22}"), "/uitnodiging/LINK"),
    (re.compile(r"((?:[0-9a-f]{8} ){7}[0-9a-f]{8})"), "GETAL"),
)
OF_MEETING = ("", "/agenda", "/niet-op-de-agenda", "/aanmelden", "/zaal", "/scherm", "/verslag", "/besluitenlijst")
OTHERS = ("/", "/overleggen", "/overleggen/casus-drenthe", "/actiepunten", "/actiepunten?wie=alle", "/uitnodigingen", "/contacten")
ROWS = ("block_line", "item", "edition", "nomination", "consultation", "block", "presence", "decision", "agreement", "minutes", "notice",
        "invitation")  # fmt: skip
UNTELLING = "('uuid', 'bytea', '_uuid')"  # keys and digests; of rows with JSON the minutes hold salts


def everything(teller: Teller, slug: str) -> dict[str, Any]:
    """All of it, by the name of its outlet."""
    return {
        **dict(pages(teller, slug)), **dict(papers(teller, slug)), **dict(rows(teller, slug)), "mail": mail(teller, slug),
        "calendar": calendar(teller, slug),
    }  # fmt: skip


def pages(teller: Teller, slug: str) -> Iterator[tuple[str, str]]:
    """Every page about meetings, that of each item included, with its status and its file name."""
    seat, meeting = teller.seats[slug], teller.table.meeting
    asked = "SELECT id FROM hub.item WHERE partner = %s AND consultation = %s AND state <> 'proposed' ORDER BY block, no, code"
    items = [str(one) for (one,) in teller.superuser.execute(asked, (teller.cast.id(slug), meeting)).fetchall()]
    names = {f"/bijeenkomsten/{meeting}{path}": f"meeting{path}" for path in OF_MEETING}
    for path, name in [*names.items(), *((path, path) for path in OTHERS)]:
        answer = seat.get(path)
        yield name, f"{answer.status_code} {even(answer.text)}"
    points = [seat.get(f"/bijeenkomsten/{meeting}/zaal/{item}") for item in items]
    yield "points", "\n".join(sorted(f"{answer.status_code} {even(answer.text)}" for answer in points))


def papers(teller: Teller, slug: str, *, forms: tuple[str, ...] = ("json", "html", "docx", "odt", "pdf")) -> Iterator[tuple[str, bytes]]:
    """The agenda in every form; the list and the minutes in one."""
    with teller.cast.as_person(slug, now=teller.table.now) as work:
        agenda = agenda_paper(work, house=teller.cast.house, consultation=teller.table.meeting)
        told = [outcomes_paper(work, consultation=teller.table.meeting)]
        told += [minutes_paper(work, consultation=teller.table.meeting)] if teller.is_over else []
    for form in forms:
        yield f"agenda.{form}", document(agenda, form)
    for paper in told:
        yield f"{paper.kind}.json", CLOCKED[3][0].sub("GETAL", document(paper, "json").decode()).encode()


def document(paper: Paper, form: str) -> bytes:
    made = BytesIO()
    write_document(paper, form=form, to=made)
    return made.getvalue()


def rows(teller: Teller, slug: str) -> Iterator[tuple[str, list[Any]]]:
    """What its own rows hold, but for keys, digests and salts."""
    for table in ROWS:
        asked = f"""SELECT a.attname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = 'hub.{table}'::regclass
                      AND a.attnum > 0 AND NOT a.attisdropped AND t.typname NOT IN {UNTELLING} AND a.attname NOT IN ('texts', 'holds')
                    ORDER BY a.attnum"""
        names = [name for (name,) in teller.superuser.execute(asked)]  # type: ignore[arg-type]
        told = f"SELECT {', '.join(names)} FROM hub.{table} WHERE partner = %s"
        found = teller.superuser.execute(told, (teller.cast.id(slug),))  # type: ignore[arg-type]
        yield f"rows of {table}", sorted(even(str(row)) for row in found)


def mail(teller: Teller, slug: str) -> list[Any]:
    """Every letter to one of its people, read."""
    asked = "SELECT kind, path, state, put_at, address, body FROM hub.message WHERE partner = %s"
    found = teller.superuser.execute(asked, (teller.cast.id(slug),)).fetchall()
    return sorted(
        (kind, even(path), state, str(put_at), str(address), letter(bytes(body or b"")))
        for kind, path, state, put_at, address, body in found
    )


def letter(raw: bytes) -> str:
    """A mail as its reader sees it, headers and calendar included; what only names it is left out."""
    told = read_mail(raw)
    heads = [f"{name}: {value}" for name, value in told.items() if name not in ("Message-ID", "Content-Type")]
    parts = [part.get_content() for part in told.walk() if not part.is_multipart()]
    texts = ["\n".join(unfolded(part if isinstance(part, bytes) else part.encode())) for part in parts]
    return even("\n".join([*heads, *texts]))


def calendar(teller: Teller, slug: str) -> list[str]:
    asked = "SELECT body FROM hub.feed WHERE partner = %s"
    return [even("\n".join(unfolded(bytes(body)))) for (body,) in teller.superuser.execute(asked, (teller.cast.id(slug),))]


def even(text: str) -> str:
    """The text with every key by the order in which keys first stand in it, and without what a session or a link draws."""
    names: dict[str, str] = {}
    for pattern, instead in CLOCKED:
        text = pattern.sub(instead, text)
    return KEY.sub(lambda found: names.setdefault(found[0], f"SLEUTEL{len(names)}"), text)


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """On which outlets two worlds can be told apart."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
