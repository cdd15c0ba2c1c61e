"""The pages of minutes, of the list of decisions, and of a body's own Word template: by forms alone."""

import json
import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from hub.agendas.documents import standard_template
from hub.meetings import actions
from tests.cast import DRENTHE, EMMEN, OM, POLICE, Cast
from tests.consulting import MEETS, make_consultation
from tests.doors.visitor import Visitor, seat_of, text_of
from tests.meeting import Room, make_item

LINK = re.compile(r'href="(/bijeenkomsten/[^"]+/verslag/[0-9a-f-]+)"')
FORMS = {"docx": b"PK", "odt": b"PK", "pdf": b"%PDF", "json": b"{"}


@pytest.fixture
def room(cast: Cast) -> Room:
    made = Room(cast, state="going")
    make_item(
        cast,
        block=made.all,
        code="K7F4",
        state="discussed",
        outcome="discussed",
        discussion="Er is gesproken.",
        title="Jaarwisseling & <b>vuur</b>",
    )
    made.agreed(block=made.small, owner=cast.id(OM))
    with cast.as_person(POLICE) as work:
        actions.end(work, consultation=made.id)
    return made


@pytest.fixture
def police(app: Flask, room: Room) -> Visitor:
    return seat_of(app, POLICE)


def at(room: Room, *more: str) -> str:
    return "/".join((f"/bijeenkomsten/{room.id}", *more))


def begun(police: Visitor, room: Room) -> list[str]:
    """The pages of the minutes of each block, begun by the police."""
    assert police.post(at(room, "verslag")).status_code == 303
    return LINK.findall(police.get(at(room, "verslag")).text)


def sent(police: Visitor, room: Room) -> list[str]:
    found = begun(police, room)
    for path in found:
        answer = police.post(
            f"{path}/tekst", data={"version": "1", "deed": "rondsturen", "confirmed": "ja", "text-0": "Welkom.", "zin-text-0": "5"}
        )
        assert answer.status_code == 303, text_of(answer.text)
    return found


def test_minutes_go_from_a_draft_to_adoption_by_forms_alone(app: Flask, room: Room, police: Visitor) -> None:
    first, _ = sent(police, room)
    emmen = seat_of(app, EMMEN)
    told = text_of(emmen.get(at(room, "verslag")).text)
    assert "Er is gesproken." in told and "Niemand maakt gebruik van de rondvraag." in told and "Politie en OM" not in told
    assert emmen.post(first, data={"deed": "opmerking", "words": "Het was in Emmen."}).status_code == 303
    assert "Het was in Emmen." in text_of(police.get(first).text)
    assert emmen.post(first, data={"deed": "vaststellen"}).status_code == 403
    assert police.post(first, data={"deed": "vaststellen"}).status_code == 409
    make_consultation(room.cast, starts=MEETS + timedelta(days=60), state="going")

    assert police.post(first, data={"deed": "vaststellen"}).status_code == 303

    assert "vastgesteld op" in text_of(emmen.get(first).text)
    assert "verandert er niets" not in text_of(police.get(first).text)


def test_what_was_typed_stays_when_it_is_refused_and_each_fault_stands_beside_its_text(room: Room, police: Visitor) -> None:
    path = begun(police, room)[0]

    answer = police.post(f"{path}/tekst", data={"version": "1", "deed": "rondsturen", "text-1": "Mail jan@voorbeeld.nl over deze zaak"})

    assert answer.status_code == 400
    assert "Mail jan@voorbeeld.nl over deze zaak" in answer.text
    assert 'href="#text-1"' in answer.text and 'href="#confirmed"' in answer.text
    later = police.post(f"{path}/tekst", data={"version": "7", "text-1": "Mijn eigen woorden"})
    assert later.status_code == 409 and "Mijn eigen woorden" in later.text


def test_a_block_of_others_looks_like_one_that_never_was(app: Flask, room: Room, police: Visitor) -> None:
    hidden = sent(police, room)[1]
    drenthe = seat_of(app, DRENTHE)

    answers = [drenthe.get(path) for path in (hidden, at(room, "verslag", str(room.id)))]

    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.parametrize("which", ["verslag", "besluitenlijst"])
def test_page_and_every_file_carry_the_same_things(app: Flask, room: Room, police: Visitor, which: str) -> None:
    sent(police, room)
    om, expected = seat_of(app, OM), "Bel de gemeente over het verlichten van het plein"

    page = om.get(at(room, which))
    made = {form: om.post(at(room, which, "bestand"), data={"vorm": form}) for form in FORMS}

    assert expected in text_of(page.text)
    assert all(made[form].data.startswith(head) for form, head in FORMS.items())
    assert expected in json.dumps(json.loads(made["json"].data), ensure_ascii=False)
    for form, member in (("docx", "word/document.xml"), ("odt", "content.xml")):
        with ZipFile(BytesIO(made[form].data)) as archive:
            assert expected in archive.read(member).decode()
    names = {one.headers["Content-Disposition"].rpartition(".")[0] for one in made.values()}
    assert len(names) == 1
    assert om.post(at(room, which, "bestand"), data={"vorm": "exe"}).status_code == 400


def test_a_coordinator_uses_an_own_template_and_members_get_their_documents_on_it(app: Flask, room: Room, police: Visitor) -> None:
    sent(police, room)
    police = seat_of(app, POLICE, role="coordinator")
    own = BytesIO()
    with ZipFile(BytesIO(standard_template())) as held, ZipFile(own, "w") as archive:
        for name in held.namelist():
            archive.writestr(name, held.read(name).replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>Briefhoofd Noord</w:t></w:r></w:p>"))
    path = "/overleggen/casus-drenthe/sjabloon"
    evil = police.post(path, data={"deed": "eigen", "file": (BytesIO(b"PK niets"), "evil.docx")})
    assert (evil.status_code, "Dit is geen Word-bestand" in text_of(evil.text)) == (400, True)
    assert seat_of(app, OM).post(path, data={"deed": "eigen", "file": (BytesIO(own.getvalue()), "eigen.docx")}).status_code == 403

    assert police.post(path, data={"deed": "eigen", "file": (BytesIO(own.getvalue()), "eigen.docx")}).status_code == 303

    made = seat_of(app, OM).post(at(room, "verslag", "bestand"), data={"vorm": "docx"})
    with ZipFile(BytesIO(made.data)) as archive:
        assert b"Briefhoofd Noord" in archive.read("word/document.xml")
    assert "eigen sjabloon" in text_of(seat_of(app, OM).get(path).text)
    assert police.post(path, data={"deed": "standaard"}).status_code == 303
    assert police.post(f"{path}/standaard").data == standard_template()
