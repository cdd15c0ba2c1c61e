"""Plain YAML: every value stays text, every value knows its line, and whatever is more than text is refused with file and line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.kernel.errors import Invalid
from hub.kernel.plainyaml import Mapping, PlainYamlError, Scalar, Sequence, line_of, plain, read

POLICY = """\
# a policy
giver: bureau-drenthe
facts:
  place: municipality
  ground:
    precision: family
also:
- no
- 1.10
-   2026-10-07
"""


@pytest.mark.parametrize(
    "written",
    ["no", "on", "yes", "010", "1:30", "1.10", "2026-10-07", "null", "~", "0x1F", "1e3", ".inf", "=", "GM0014"],
)
def test_a_value_stays_the_text_that_was_written(written):
    assert plain(read(f"key: {written}", name="a.yaml")) == {"key": written}


def test_keys_stay_text_too():
    assert plain(read("no: 1\n010: 2\n", name="a.yaml")) == {"no": "1", "010": "2"}


def test_quotes_and_folded_blocks_are_read_without_their_dress():
    text = "a: 'it''s'\nb: \"x: y\"\nc: >\n  one\n  two\nd: |\n  one\n  two\ne:\nf: ''\n"

    assert plain(read(text, name="a.yaml")) == {"a": "it's", "b": "x: y", "c": "one two\n", "d": "one\ntwo\n", "e": "", "f": ""}


def test_a_document_may_be_a_list_or_a_single_text():
    assert plain(read("- a\n- [b, c]\n- {d: e}\n", name="a.yaml")) == ["a", ["b", "c"], {"d": "e"}]
    assert read("just words", name="a.yaml") == Scalar("just words", 1)


def test_every_node_knows_its_line_counted_from_one():
    policy = read(POLICY, name="policy.yaml")

    assert isinstance(policy, Mapping)
    assert policy.line == 2
    assert policy.entries["giver"] == Scalar("bureau-drenthe", 2)
    also = policy.entries["also"]
    assert isinstance(also, Sequence)
    assert [item.line for item in also.items] == [8, 9, 10]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("giver",), 2),
        (("facts",), 3),
        (("facts", "place"), 4),
        (("facts", "ground"), 5),
        (("facts", "ground", "precision"), 6),
        (("also",), 7),
        (("also", 2), 10),
        (("also", 9), 7),
        (("facts", "absent"), 3),
        (("facts", "ground", "absent", "deeper"), 5),
        (("absent",), 2),
    ],
)
def test_a_path_leads_to_the_line_of_its_key_or_of_the_last_thing_that_is_there(path, line):
    assert line_of(read(POLICY, name="policy.yaml"), *path) == line


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "twee keer"),
        ("a: 1\nb:\n  c: 1\n  'c': 2\n", 4, "eerder op regel 3"),
        ("a: &anchor 1\n", 1, "ankers"),
        ("a: &anchor\n  b: 1\nc: 2\n", 1, "ankers"),
        ("a: 1\nb: *anchor\n", 2, "verwijzingen"),
        ("a: &x 1\nb: *x\n", 1, "ankers"),
        ("a: 1\nb: !!str 2\n", 2, "typen"),
        ("a: !secret 2\n", 1, "typen"),
        ("a: ! 2\n", 1, "typen"),
        ("!!map\na: 1\n", 1, "typen"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "typen"),
        ("a: 1\n<<: {b: 2}\n", 2, "samenvoegen"),
        ("a: 1\n'<<': 2\n", 2, "samenvoegen"),
        ("a: 1\n---\nb: 2\n", 2, "tweede document"),
        ("a: 1\n---\n", 2, "tweede document"),
        ("%YAML 1.1\n---\na: 1\n", 1, "aanwijzingen"),
        ("%TAG ! tag:example,2026:\n---\na: 1\n", 1, "aanwijzingen"),
        ("", 1, "leeg"),
        ("# only words for people\n\n", 1, "leeg"),
        ("---\n", 1, "leeg"),
        ("? [a, b]\n: 1\n", 1, "sleutel"),
        ("{a: 1}: 2\n", 1, "sleutel"),
        ("a: 1\n? ''\n: 2\n", 2, "sleutel"),
        ("a: 1\n\tb: 2\n", 2, "tab"),
        ("a: b: c\n", 1, "dubbele punt"),
        ("a: 1\nb\nc: 3\n", 3, "dubbele punt"),
        ("a: 'never closed\nb: 2\n", 1, "aanhalingsteken"),
        ("a: [1, 2\nb: 3\n", 2, "haakje"),
        ("a: 1\n  b: 2\n", 2, "dubbele punt"),
        ("a:\n    b: 1\n  c: 2\n", 3, "inspringing"),
        ("a: 1\nb: \x07\n", 2, "teken"),
        ("a: @at\n", 1, "geen geldige YAML"),
    ],
)
def test_what_is_more_than_plain_text_is_refused_with_file_line_and_a_dutch_sentence(text, line, word):
    with pytest.raises(PlainYamlError) as refusal:
        read(text, name="policies/wrong.yaml")

    assert (refusal.value.name, refusal.value.line) == ("policies/wrong.yaml", line)
    assert refusal.value.sentence.startswith(f"policies/wrong.yaml, regel {line}: ")
    assert word in refusal.value.sentence
    assert isinstance(refusal.value, Invalid)


def test_a_file_of_64_kilobytes_is_read_and_a_byte_more_is_refused():
    longest = "a: " + "x" * (64 * 1024 - 3)

    assert plain(read(longest, name="a.yaml")) == {"a": longest[3:]}
    with pytest.raises(PlainYamlError, match="groter dan 64 kB"):
        read(longest + "x", name="a.yaml")


def test_letters_count_as_the_bytes_they_take():
    with pytest.raises(PlainYamlError, match="groter dan 64 kB"):
        read("a: " + "ü" * (32 * 1024), name="a.yaml")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "- - "])
def test_a_file_that_nests_too_deep_is_refused_instead_of_exhausting_the_reader(opening):
    with pytest.raises(PlainYamlError, match="dieper genest dan 20 niveaus"):
        read(opening * 5000, name="a.yaml")


def test_no_text_is_quoted_in_a_refusal_but_a_key_that_stands_there_twice():
    with pytest.raises(PlainYamlError) as refusal:
        read("a: 'hidden words\n", name="a.yaml")

    assert "hidden" not in refusal.value.sentence + repr(refusal.value) + str(refusal.value.problems)
    assert refusal.value.__cause__ is None


@settings(max_examples=200)
@given(st.text(alphabet="ab:-[]{}&*!%#'\"|><\n \t?,@`\x00\ud800\u2028ü", max_size=60))
def test_whatever_the_text_it_is_read_or_refused_with_a_line_and_nothing_else_happens(text):
    try:
        node = read(text, name="a.yaml")
    except PlainYamlError as refusal:
        assert 1 <= refusal.line <= len(text) + 1
    else:
        assert isinstance(node, (Mapping, Sequence, Scalar))
