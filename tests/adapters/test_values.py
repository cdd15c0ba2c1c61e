"""How words become values: tables first, then dates and places; what no table knows is refused, or does what the mapping says."""

from pathlib import Path

import pytest

from tests.adapters.reading_of import Outcome, mapping_of

ONE = (  # a source of the fact, cells of columns a and b, the values that come out (None: not asked; refused rows are left out)
    ("nature", "column: a, values: {Klap: geweld}", ["Klap,", " Klap ,", "klap,"], ["geweld", "geweld"]),
    ("nature", "column: a, case: ignore, values: {Klap: geweld}", ["KLAP,", "klap,"], ["geweld", "geweld"]),
    ("nature", "column: a, values: same", ["geweld,", "Geweld,"], ["geweld"]),
    ("nature", "column: a, values: {x: geweld}, absent: {NA: unknown, None: not_asked}",
     ["NA,", "None,", ","], ["unknown", None, "unknown"]),
    ("nature", "column: a, values: {x: geweld}, empty: refuse", [",", "x,"], ["geweld"]),
    ("nature", "column: a, starts_with: {Mis: geweld}, contains: {vlag: vernieling_bekladding}",
     ["Mishandeling,", "een vlag,"], ["geweld", "vernieling_bekladding"]),
    ("nature", "column: a, strip_prefix: 'Anti-', drop_after: ' (', values: {Klap: geweld}", ["Anti-Klap (2),"], ["geweld"]),
    ("nature", "column: a, replace: {_: ' '}, strip_suffix: '.', values: {een klap: geweld}", ["een_klap.,"], ["geweld"]),
    ("nature", "column: a, drop_before: ': ', values: {Klap: geweld}", ["Aard: Klap,"], ["geweld"]),
    ("nature", "first_of: [a, b], absent: {'-': unknown}, values: {x: geweld, y: bedreiging}",
     ["-,y", ",x", "x,y", "-,"], ["bedreiging", "geweld", "geweld", "unknown"]),
    ("nature", "join: [a, b], with: '/', values: {x/y: geweld, x: bedreiging}", ["x,y", "x,"], ["geweld", "bedreiging"]),
    ("nature", "column: a, ranges: {'..2': overig, 3..5: geweld, 7: bedreiging}",
     ["2,", "4.5,", "7,", "6,", "veel,"], ["overig", "geweld", "bedreiging"]),
    ("nature", "column: a, decimal: comma, ranges: {'1000..': geweld}", ['"1.234,5",'], ["geweld"]),
    ("nature", "column: a, split: ';', values: {x: geweld, y: bedreiging}", ["x;x,", "x;y,"], ["geweld"]),
    ("ground", "column: a, split: '; ', values: {x: ras, y: geslacht}", ["y; x; x,", "x,"], [["geslacht", "ras"], ["ras"]]),
    ("ground", "column: a, split: '+', keep: [man+vrouw], values: {man+vrouw: geslacht, x: ras}", ["man+vrouw+x,"], [["geslacht", "ras"]]),
    ("ground", "column: a, values: {beide: [ras, geslacht]}", ["beide,"], [["geslacht", "ras"]]),
    ("ground", "column: a, values: {x: ras}, absent: {geen: nothing}", ["geen,"], [[]]),
    ("ground", "column: a, any: ras, absent: {'NO': nothing}", ["NO,", "iets,"], [[], ["ras"]]),
    ("ground", "union: [{column: a, any: ras}, {column: b, values: {J: geslacht}, absent: {N: nothing}}]",
     ["x,J", "x,N", ",J", ",N"], [["geslacht", "ras"], ["ras"], ["geslacht"], "unknown"]),
    ("ground", "union: [{column: a, any: ras}, {column: b, any: geslacht}], empty: nothing", [",", "x,"], [[], ["ras"]]),
    ("online", "column: a, yes: [ja, j], no: nee, empty: no", ["ja,", "nee,", ",", "misschien,"], ["true", "false", "false"]),
    ("online", "rules: [{when: {a: [x, y]}, filled: b, then: 'yes'}, {empty: b, then: unknown}]",
     ["x,1", "y,", "z,1"], ["true", "unknown"]),
    ("online", "rules: [{when: {a: x}, then: 'yes'}, {then: 'no'}]", ["x,", "z,"], ["true", "false"]),
    ("narrative", "join: [a, b], with: '. '", ["Een,Twee", "Een,", ","], ["Een. Twee", "Een", "unknown"]),
    ("place", "column: a, municipality: yes, values: {Overal: unknown}",
     ["Assen,", "GM0014,", "0014,", "SUDWEST FRYSLAN,", "Menaldumadeel,", "Overal,", "Winsum,"],
     ["GM0106", "GM0014", "GM0014", "GM1900", "GM1949", "unknown"]),
    ("place", "column: a, municipality: yes, otherwise: elsewhere", ["Haarlem,", "PV22,"], ["elsewhere", "PV22"]),
    ("place", "always: elsewhere", ["x,"], ["elsewhere"]),
    ("ground", "always: [ras, geslacht]", ["x,"], [["geslacht", "ras"]]),
    ("incident_date", "column: a, dates: [dd-mm-yyyy, mm-yyyy], absent: {ooit: unknown}",
     ["7-10-2026,", "10-2026,", "ooit,", "31-02-2026,"], ["2026-10-07", "2026-10", "unknown"]),
    ("incident_date", "join: [a, b], with: '-', dates: yyyy-mm", ["2026,3", "2026,", ","], ["2026-03", "unknown"]),
    ("incident_date", "column: a, dates: yyyy-mm-dd, precision: month", ["2026-10-07,"], ["2026-10"]),
    ("incident_date", "always: 2026-Q4", ["x,"], ["2026-Q4"]),
)  # fmt: skip


@pytest.mark.parametrize(("fact", "source", "cells", "expected"), ONE, ids=[source for _, source, *_ in ONE])
def test_a_source_gives_these_values(fact: str, source: str, cells: list[str], expected: list[object], tmp_path: Path) -> None:
    mapping = mapping_of(f"facts:\n  {fact}: {{{source}}}\noptional: [a, b]\nignore: [{{columns: [a, b], because: proef}}]")

    made = Outcome(tmp_path, mapping=mapping, text="nr,a,b\n" + "".join(f"{number},{row}\n" for number, row in enumerate(cells)))

    assert made.values(fact) == expected
    assert made.accepted + len({refusal.row for refusal in made.refusals}) == made.rows == len(cells)


def test_a_word_that_no_table_knows_is_refused_counted_and_met_with_the_nearest_word(tmp_path: Path) -> None:
    mapping = mapping_of("facts:\n  nature: {column: a, values: {Bedreiging: bedreiging, Geweld: geweld}}")

    made = Outcome(tmp_path, mapping=mapping, text="nr,a\n1,Bedreigng\n2,Bedreigng\n3,Geweld\n4,xyz\n")

    assert [(one.row, one.column, one.value) for one in made.refusals] == [(2, "a", "Bedreigng"), (3, "a", "Bedreigng"), (5, "a", "xyz")]
    assert [(one.value, one.count, one.suggestion) for one in made.unmapped] == [("Bedreigng", 2, "Bedreiging"), ("xyz", 1, None)]
    assert made.counts == {"nature": {"geweld": 1}}


def test_a_word_that_is_sent_to_a_code_for_the_rest_is_kept_beside_it(tmp_path: Path) -> None:
    mapping = mapping_of("facts:\n  ground: {column: a, split: '|', values: {Ras: ras}, otherwise: overig_niet_wettelijk}")

    made = Outcome(tmp_path, mapping=mapping, text="nr,a\n1,Ras|Haarkleur|Dialect\n2,Ras\n")

    assert made.values("ground") == [["overig_niet_wettelijk", "ras"], ["ras"]]
    assert [draft.get("words") for draft in made.drafts] == [{"ground": "Haarkleur; Dialect"}, None]
    assert {one.value for one in made.unmapped} == {"Haarkleur", "Dialect"}


def test_words_become_unknown_only_where_the_mapping_says_so(tmp_path: Path) -> None:
    text = "nr,a\n1,onbekend\n2,None\n3,NA\n4,iets\n"

    silent = Outcome(tmp_path, mapping=mapping_of("facts:\n  nature: {column: a, values: {x: geweld}}"), text=text)
    spoken = Outcome(tmp_path, mapping=mapping_of("facts:\n  nature: {column: a, values: {x: geweld}, otherwise: unknown}"), text=text)
    everywhere = Outcome(
        tmp_path, mapping=mapping_of("facts:\n  nature: {column: a, any: geweld}\nempty_words: [None, NA, onbekend]"), text=text
    )

    assert silent.values("nature") == []
    assert spoken.values("nature") == ["unknown"] * 4
    assert everywhere.values("nature") == ["unknown", "unknown", "unknown", "geweld"]


def test_consents_ties_and_steering_words_come_along_and_unknown_steering_words_stay_out(tmp_path: Path) -> None:
    mapping = mapping_of(
        "facts: {}\n"
        "circumstances:\n  anonymity: {column: a, values: {open: known}, absent: {'?': unknown}}\n"
        "consents:\n  politie-noord-nederland: {column: b, values: {ja: given}}\n"
        "given_to: {column: c, split: '+', values: {D: bureau-drenthe, G: bureau-groningen}}\n"
        "concerns: {column: d, split: '+', values: {E: bureau-emmen}}\n"
        "closed_on: {column: e, dates: dd-mm-yyyy}\n"
    )

    made = Outcome(tmp_path, mapping=mapping, text="nr,a,b,c,d,e\n1,open,ja,D+G,E,5-10-2026\n2,?,,,,\n")

    first, second = made.drafts
    assert first["circumstances"] == {"anonymity": "known"}
    assert first["consents"] == {"politie-noord-nederland": "given", "bureau-drenthe": "given", "bureau-groningen": "given"}
    assert (first["concerns"], first["closed_on"]) == (["bureau-emmen"], "2026-10-05")
    assert (second["circumstances"], second["consents"]) == ({}, {"politie-noord-nederland": "not_asked"})
    assert "concerns" not in second and "closed_on" not in second


def test_every_bad_cell_of_a_row_is_named_and_long_or_secret_values_are_not_shown_whole(tmp_path: Path) -> None:
    mapping = mapping_of("facts:\n  nature: {column: a, values: {x: geweld}}\n  narrative: {column: b}")

    made = Outcome(tmp_path, mapping=mapping, text=f"nr,a,b\n1,{'y' * 300},{'z' * 1001}\n1E+12,x,kort\n,x,kort\n{'9' * 65},x,kort\n")

    assert [(one.row, one.column) for one in made.refusals] == [(2, "a"), (2, "b"), (3, "nr"), (4, "nr"), (5, "nr")]
    assert len(made.refusals[0].value or "") == 101
    assert [one.value for one in made.refusals[1:]] == [None] * 4
