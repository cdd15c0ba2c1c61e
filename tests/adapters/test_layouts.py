"""What a file may look like: encodings, separators, headers and rows; and the one sentence when it looks otherwise."""

from pathlib import Path

import pytest

from adapters.engine import find_mapping, read
from adapters.language import parse_mapping
from hub.cases.draft import Draft, Unreadable
from tests.adapters.plainly import VOCABULARY
from tests.adapters.reading_of import HEAD, Outcome, mapping_of

BODY = "facts:\n  nature: {column: aard, values: {Schéldwoord: vijandige_bejegening}}"
TEXT = "nr,aard\n1,Schéldwoord\n"


def with_file(file: str, body: str = BODY) -> str:
    return HEAD.replace("{kind: csv}", f"{{kind: csv{file}}}") + body


def read_as(text: str | bytes, folder: Path, *, file: str = "", body: str = BODY) -> Outcome:
    return Outcome(folder, mapping=parse_mapping(with_file(file, body), file=Path("proef.yaml")), text=text)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("", TEXT.encode()),
        ("", TEXT.encode("utf-8-sig")),
        ("", TEXT.encode("utf-16")),
        (", encoding: cp1252", TEXT.encode("cp1252")),
        (", encoding: latin-1", TEXT.encode("latin-1")),
        (", encoding: [utf-8, cp1252]", TEXT.encode()),
        (", encoding: [utf-8, cp1252]", TEXT.encode("cp1252")),
        ("", TEXT.encode().replace(b"\n", b"\r\n")),
        ("", TEXT.encode().replace(b"\n", b"\r")),
        ("", TEXT.encode().rstrip()),
        ("", TEXT.replace(",", ";").encode()),
        ("", TEXT.replace(",", "\t").encode()),
        ("", TEXT.replace(",", "|").encode()),
        (", separator: tab", TEXT.replace(",", "\t").encode()),
        ("", b'"nr","aard"\n"1","Sch\xc3\xa9ldwoord"\n'),
        ("", "nr,aard\n1,Sche\u0301ldwoord\u00a0\n".encode()),
        ("", f" nr , aard \n\n1,Schéldwoord\n,\n{' , ' * 1}\n".encode()),
        (", header_row: 3", b"Overzicht\noktober,2026\n" + TEXT.encode()),
    ],
)
def test_the_same_row_is_read_from_each_of_these(file: str, content: bytes, tmp_path: Path) -> None:
    made = read_as(content, tmp_path, file=file)

    assert made.values("nature") == ["vijandige_bejegening"]
    assert made.rows == 1


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        (", encoding: cp1252", TEXT.encode(), "Dit bestand is niet overal geldig Windows-1252."),
        (", encoding: cp1252", TEXT.encode("utf-8-sig"), "Dit bestand is in UTF-8 opgeslagen; afgesproken is Windows-1252."),
        ("", TEXT.encode("cp1252"), "Dit bestand is niet overal geldig UTF-8 of UTF-16."),
        ("", b"nr,soort\n1,x\n", "het mist 'aard'; er is te veel: 'soort'."),
        ("", b"nr,aard,a,b,c,d\n", "er is te veel: 'a', 'b', 'c' en nog 1."),
        (", header_row: 4", TEXT.encode(), "Op regel 4 staan geen kolomnamen."),
        (", separator: ';'", TEXT.encode(), "het mist 'aard', 'nr'; er is te veel: 'nr,aard'."),
        ("", b"nr,aard\n1,x\n2\n", "rij 3, de laatste, heeft 1 van de 2 kolommen."),
        ("", b"nr,aard\n1,x\n2,x\n1,x\n", "Het kenmerk 'nr' is niet uniek: rij 2 en rij 4 hebben hetzelfde."),
    ],
)
def test_a_file_that_looks_otherwise_is_refused_whole_and_the_sentence_says_how(
    file: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_as(content, tmp_path, file=file)

    assert sentence in refusal.value.sentence


def test_a_header_alone_is_a_month_without_cases(tmp_path: Path) -> None:
    made = read_as("nr,aard\n", tmp_path)

    assert (made.rows, made.accepted, made.refusals) == (0, 0, [])


def test_a_row_with_other_cells_than_the_header_is_refused_alone(tmp_path: Path) -> None:
    made = read_as("nr,aard\n1\n2,Schéldwoord,extra\n3,Schéldwoord\n", tmp_path)

    assert [(one.row, one.reason) for one in made.refusals] == [
        (2, "Deze rij heeft 1 cellen; de kop heeft er 2."),
        (3, "Deze rij heeft 3 cellen; de kop heeft er 2."),
    ]
    assert made.accepted == 1


def test_rows_may_be_short_and_columns_may_be_absent_only_where_the_mapping_says_so(tmp_path: Path) -> None:
    body = "facts:\n  nature: {column: aard, values: same, empty: unknown}\n  narrative: {column: tekst, empty: not_asked}\noptional: tekst"

    made = read_as("nr,aard\n1\n2,geweld\n", tmp_path, file=", short_rows: yes", body=body)

    assert made.values("nature") == ["unknown", "geweld"]
    assert made.values("narrative") == [None, None]


def test_row_numbers_are_those_of_a_spreadsheet_also_with_line_ends_in_cells(tmp_path: Path) -> None:
    made = read_as('nr,aard\n1,"Schéld\nwoord"\n\n2,x\n', tmp_path)

    assert [(one.row, one.value) for one in made.refusals] == [(2, "Schéld\nwoord"), (4, "x")]


def test_rows_that_are_no_cases_are_left_out_and_counted(tmp_path: Path) -> None:
    body = f"{BODY}\nleave_out: [{{when: {{nr: [Totaal, Som]}}, because: telt op}}]"

    made = read_as("nr,aard\n1,Schéldwoord\nTotaal,1\n", tmp_path, body=body)

    assert (made.rows, made.accepted, made.left_out) == (1, 1, 1)


def test_columns_without_a_name_or_with_the_same_name_can_be_told_apart(tmp_path: Path) -> None:
    body = "facts:\n  nature: {column: aard (2), values: same}\nignore: [{columns: [aard, kolom 4], because: dubbel}]"

    made = read_as("nr,aard,aard,,\n1,x,geweld,,\n", tmp_path, body=body.replace(", kolom 4", ""))
    unnamed = read_as("nr,aard,aard,,z\n1,x,geweld,,z\n", tmp_path, body=body.replace("kolom 4", "kolom 4, z"))

    assert made.accepted + len(made.refusals) == 1
    assert unnamed.values("nature") == ["geweld"]


def test_a_file_without_a_header_has_numbered_columns(tmp_path: Path) -> None:
    head = HEAD.replace("{kind: csv}", "{kind: csv, header_row: 0}").replace("key: nr", "key: kolom 1")

    made = Outcome(
        tmp_path, mapping=mapping_of("facts:\n  nature: {column: kolom 2, values: same}", head=head), text="1,geweld\n2,overig\n"
    )

    assert made.values("nature") == ["geweld", "overig"]


def test_a_key_may_have_parts_of_which_only_the_first_is_needed(tmp_path: Path) -> None:
    head = HEAD.replace("key: nr", "key: [nr, deel]")
    mapping = mapping_of("facts:\n  nature: {column: aard, values: same}", head=head)

    made = Outcome(tmp_path, mapping=mapping, text="nr,deel,aard\n1,a,geweld\n1,b,geweld\n2,,geweld\n,c,geweld\n")

    assert [draft["reference"] for draft in made.drafts] == ["1|a", "1|b", "2|"]
    assert [(one.row, one.column) for one in made.refusals] == [(5, "nr")]


def test_of_several_exports_the_one_with_this_layout_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.engine.FOLDER", tmp_path)
    (tmp_path / "bureau").mkdir()
    for name, column in (("eerste", "aard"), ("tweede", "soort")):
        text = with_file("").replace("export: proef", f"export: {name}").replace("column: aard", f"column: {column}")
        (tmp_path / "bureau" / f"{name}.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "export.csv"

    path.write_text("nr,soort\n1,x\n", encoding="utf-8")
    assert find_mapping(path, partner="bureau-x", kind="bureau").export == "tweede"
    path.write_text("nr,iets\n1,x\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="past bij geen van de 2 afgesproken exports"):
        find_mapping(path, partner="bureau-x", kind="bureau")


def test_a_transform_of_the_house_changes_rows_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.engine.FOLDER", tmp_path)
    (tmp_path / "transform.py").write_text("def transform(row):\n    return {**row, 'aard': row['aard'][::-1]}\n", encoding="utf-8")
    mapping = parse_mapping(with_file("", f"transform: yes\n{BODY}"), file=tmp_path / "proef.yaml")
    path = tmp_path / "export.csv"
    path.write_text("nr,aard\n1,droowdléhcS\n", encoding="utf-8")

    with read(path, mapping=mapping, vocabulary=VOCABULARY) as reading:
        (draft,) = list(reading)

    assert isinstance(draft, Draft)
    assert draft.facts["nature"] == "vijandige_bejegening"
