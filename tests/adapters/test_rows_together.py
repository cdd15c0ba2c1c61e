"""Several rows with one key are one case when the mapping says so: lists grow, contradictions and refused rows stop the whole case."""

from pathlib import Path

import pytest

from adapters.engine import read, summary
from adapters.layouts import ERRORS
from hub.cases.draft import Unreadable
from tests.adapters.plainly import VOCABULARY
from tests.adapters.reading_of import Outcome, mapping_of

BODY = """same_key: one_case
facts:
  ground: {column: grond, values: same, absent: {geen: nothing, '?': unknown}}
  nature: {column: aard, values: same}
circumstances: {reporter_age: {column: leeftijd, values: same}}
closed_on: {column: dicht, dates: yyyy-mm-dd}
"""
HEAD = "nr,grond,aard,leeftijd,dicht\n"


def test_rows_of_one_case_become_one_draft_wherever_they_stand(tmp_path: Path) -> None:
    text = (
        HEAD + "1,ras,geweld,16_or_older,\n2,geen,,under_16,2026-10-01\n"
        "1,leeftijd,,16_or_older,\na3,?,,,\nA3,geslacht,,,\n2,?,,under_16,2026-10-01\n"
    )

    made = Outcome(tmp_path, mapping=mapping_of(BODY), text=text)

    assert (made.rows, made.accepted, made.refusals) == (6, 6, [])
    assert [(draft["row"], draft["facts"]) for draft in made.drafts] == [
        (4, {"ground": ["leeftijd", "ras"], "nature": "geweld"}),
        (6, {"ground": ["geslacht"], "nature": "unknown"}),
        (7, {"ground": [], "nature": "unknown"}),
    ]
    assert made.counts["ground"] == {"leeftijd": 1, "ras": 1, "geslacht": 1, "(geen)": 1}
    assert made.counts["nature"] == {"unknown": 2, "geweld": 1}


def test_a_steering_word_that_only_some_rows_say_is_not_known(tmp_path: Path) -> None:
    made = Outcome(tmp_path, mapping=mapping_of(BODY), text=HEAD + "1,ras,geweld,16_or_older,\n1,ras,geweld,,\n")

    assert [draft["circumstances"] for draft in made.drafts] == [{}]


@pytest.mark.parametrize(
    ("rows", "column", "value"),
    [
        ("1,ras,geweld,,\n1,ras,bedreiging,,\n", "aard", "geweld; bedreiging"),
        ("1,ras,,16_or_older,\n1,ras,,under_16,\n", "leeftijd", "16_or_older; under_16"),
        ("1,ras,,,2026-10-01\n1,ras,,,\n", "dicht", None),
    ],
)
def test_rows_that_contradict_each_other_refuse_the_case(rows: str, column: str, value: str | None, tmp_path: Path) -> None:
    made = Outcome(tmp_path, mapping=mapping_of(BODY), text=HEAD + rows + "2,ras,geweld,,\n")

    assert [(one.row, one.column, one.value) for one in made.refusals] == [(3, column, value)]
    assert "rijen 2 tot en met 3" in made.refusals[0].reason
    assert (made.rows, made.accepted, len(made.drafts)) == (3, 1, 1)


def test_a_case_with_a_refused_row_waits_as_a_whole(tmp_path: Path) -> None:
    made = Outcome(tmp_path, mapping=mapping_of(BODY), text=HEAD + "1,ras,,,\n1,rass,,,\n1,ras,,\n,ras,,,\n")

    assert made.drafts == []
    assert [(one.row, one.column) for one in made.refusals] == [(3, "grond"), (4, None), (2, "nr"), (5, "nr")]
    assert "Rij 3 hoort bij dezelfde zaak" in made.refusals[2].reason


def test_the_summary_counts_cases_beside_rows(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(HEAD + "1,ras,,,\n1,leeftijd,,,\n2,ras,,,\n")

    with read(path, mapping=mapping_of(BODY), vocabulary=VOCABULARY) as reading:
        made = summary(reading)

    assert (made["rows"], made["accepted"], made["cases"]) == (3, 3, 2)


def test_rows_that_are_left_out_do_not_make_a_key_double(tmp_path: Path) -> None:
    body = "facts: {nature: {column: aard, values: same}}\nleave_out: [{unless: {stand: geldig}, because: vervangen}]"

    made = Outcome(tmp_path, mapping=mapping_of(body), text="nr,aard,stand\n1,geweld,oud\n1,bedreiging,geldig\n1,overig,ouder\n")

    assert made.values("nature") == ["bedreiging"]
    with pytest.raises(Unreadable, match="rij 2 en rij 4"):
        Outcome(tmp_path, mapping=mapping_of(body), text="nr,aard,stand\n1,geweld,geldig\n1,bedreiging,oud\n1,overig,geldig\n")


def test_an_error_of_a_spreadsheet_is_no_reference(tmp_path: Path) -> None:
    rows = "".join(f"{error},geweld\n{error},geweld\n" for error in sorted(ERRORS))

    made = Outcome(tmp_path, mapping=mapping_of("facts: {nature: {column: aard, values: same}}"), text=f"nr,aard\n1,geweld\n{rows}")

    assert made.accepted == 1
    assert all("fout van het rekenblad" in one.reason for one in made.refusals)
