"""Pair codes: the printed vectors, and what the check signs promise over all errors."""

import random
from collections.abc import Iterator
from datetime import date
from itertools import combinations

import pytest

from hub.kernel.errors import Invalid
from hub.pseudonyms import sentences
from hub.pseudonyms.mint import ALPHABET, Judgement, Outcome, complete, judge, mint, mint_many, read, say, show, spell

CODES = [complete("".join(random.Random(seed).choices(ALPHABET, k=9)), mark=seed % 31 + 1) for seed in range(40)]


def marked() -> list[tuple[str, int]]:
    return [(code, seed % 31 + 1) for seed, code in enumerate(CODES)]


def one_wrong(code: str) -> Iterator[str]:
    for place, right in enumerate(code):
        yield from (code[:place] + sign + code[place + 1 :] for sign in ALPHABET if sign != right)


@pytest.mark.parametrize(
    ("data", "mark", "code"),
    [
        ("012345678", 1, "0123-4567-891"), ("000000000", 1, "0000-0000-0WW"), ("ZZZZZZZZZ", 1, "ZZZZ-ZZZZ-ZW3"),
        ("7K2MQ4XD9", 1, "7K2M-Q4XD-9E6"), ("7K2MQ4XD9", 2, "7K2M-Q4XD-9F7"), ("7K2MQ4XD9", 31, "7K2M-Q4XD-94C"),
        ("7K2MQ4XD9", 32, "7K2M-Q4XD-9E7"), ("7K2MQ4XD9", 33, "7K2M-Q4XD-9JV"), ("G0HJ1VTBZ", 5, "G0HJ-1VTB-ZMK"),
    ],
)  # fmt: skip
def test_the_printed_vectors_get_their_check_signs(data: str, mark: int, code: str) -> None:
    made = complete(data, mark=mark)

    assert show(made) == code
    assert judge(made, mark=mark) == Judgement(Outcome.GOOD, made)


@pytest.mark.parametrize(
    ("offered", "judgement"),
    [
        ("7k2m q4xd 9e6", Judgement(Outcome.GOOD, "7K2MQ4XD9E6")),
        ("7K2M-Q4XD-9F7", Judgement(Outcome.OTHER)),
        ("7K2N-Q4XD-9E6", Judgement(Outcome.TYPING, "7K2MQ4XD9E6", 4)),
        ("K72M-Q4XD-9E6", Judgement(Outcome.OTHER)),
    ],
)
def test_the_printed_words_are_judged_as_printed(offered: str, judgement: Judgement) -> None:
    assert judge(read(offered), mark=1) == judgement


@pytest.mark.parametrize(
    ("offered", "sentence"),
    [
        ("7K2M-Q4XD-9E", "Een code heeft 11 tekens. U gaf er 10."),
        ("", "Een code heeft 11 tekens. U gaf er 0."),
        ("7K2M-U4XD-9E6", "Het teken ‘U’ komt in een code niet voor."),
        ("7k2m-u4xd-9e6", "Het teken ‘U’ komt in een code niet voor."),
        ("7K2M_Q4XD_9E6", "Het teken ‘_’ komt in een code niet voor."),
        ("7K2M-Q4XD-9Eß", "Het teken ‘ß’ komt in een code niet voor."),
    ],
)
def test_a_word_that_is_no_code_is_refused_with_one_sentence(offered: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(offered)

    assert refusal.value.sentence == sentence


@pytest.mark.parametrize("hyphen", "-‐‑‒–—―−⁃\u00ad\u200b\ufeff \u00a0\t－﹣֊")
def test_every_hyphen_and_space_that_comes_along_with_a_paste_is_dropped(hyphen: str) -> None:
    assert read(hyphen.join(["7k2m", "q4xd", "9e6"])) == "7K2MQ4XD9E6"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert read("O1il-45o7-891") == "01114507891"


def test_every_single_wrong_sign_is_found_and_set_right() -> None:
    judged = [(judge(word, mark=mark), code) for code, mark in marked() for word in one_wrong(code)]

    assert len(judged) == 13_640
    assert all(judgement.outcome is Outcome.TYPING and judgement.code == code for judgement, code in judged)


def test_every_swap_of_two_signs_is_found() -> None:
    swapped = []
    for code, mark in marked():
        for here, there in combinations(range(11), 2):
            signs = list(code)
            signs[here], signs[there] = signs[there], signs[here]
            swapped += [judge("".join(signs), mark=mark).outcome] if signs[here] != signs[there] else []

    assert len(swapped) > 2_000
    assert Outcome.GOOD not in swapped


def test_every_pair_of_wrong_signs_in_two_codes_is_found() -> None:
    found = 0
    for code, mark in marked()[:2]:
        for once in one_wrong(code):
            place = next(at for at in range(11) if once[at] != code[at])
            twice = [once[:at] + sign + once[at + 1 :] for at in range(place + 1, 11) for sign in ALPHABET if sign != code[at]]
            assert all(judge(word, mark=mark).code != code for word in twice)
            assert all(judge(word, mark=mark).outcome is not Outcome.GOOD for word in twice)
            found += len(twice)

    assert found == 2 * 55 * 31 * 31


def test_the_code_of_another_partner_is_refused_even_with_one_error_in_it() -> None:
    for code, mark in marked()[:6]:
        others = [other for other in range(1, 32) if other != mark]
        assert {judge(code, mark=other).outcome for other in others} == {Outcome.OTHER}
        assert all(judge(word, mark=other).outcome is not Outcome.GOOD for word in one_wrong(code) for other in others[:5])


def test_a_minted_code_is_good_for_its_mark_and_holds_no_word_of_the_list() -> None:
    codes = mint_many(mark=7, count=3_000)

    assert all(judge(code, mark=7).outcome is Outcome.GOOD for code in codes)
    assert len(set(codes)) == 3_000
    assert not [code for code in codes if any(bad in code for bad in ("SS", "88", "KKK", "NSB", "M00RD", "NAZ1"))]


def test_every_sign_comes_about_as_often_in_every_place() -> None:
    codes = mint_many(mark=1, count=20_000)

    for place in range(9):
        counts = [sum(code[place] == sign for code in codes) for sign in ALPHABET]
        assert min(counts) > 400 and max(counts) < 850  # 625 expected; words of the list make a small dent


@pytest.mark.parametrize("mark", [-1, 1024])
def test_a_mark_outside_its_range_makes_no_code(mark: int) -> None:
    with pytest.raises(ValueError, match="a mark lies between"):
        mint(mark=mark)


def test_a_code_is_spelled_in_names_and_said_sign_by_sign() -> None:
    assert spell("7K2MQ4XD9E6") == "zeven Karel twee Maria, Quirinus vier Xantippe Dirk, negen Eduard zes"
    assert say("7K2") == "7, K, 2"


def test_each_outcome_has_its_sentence() -> None:
    assert sentences.did_you_mean("7K2MQ4XD9E6", offered="7K2NQ4XD9E6", position=4) == (
        "Deze code bestaat niet. Bedoelt u 7K2M-Q4XD-9E6? Teken 4 is dan M en niet N."
    )
    assert sentences.made_for_another("het OM").startswith("Deze code is niet voor het OM gemaakt")
    assert sentences.unknown_here("het OM") == "Deze code klopt van vorm, maar is bij het OM niet bekend."
    assert sentences.replaced("7K2MQ4XD9E6", on=date(2026, 11, 4)).startswith("Deze code is op 4 november 2026 vervangen door 7K2M-Q4XD")
    assert sentences.ended("het OM", since=date(2026, 1, 2)) == "Deze zaak wordt sinds 2 januari 2026 niet meer met het OM gedeeld."
    assert sentences.typing_error() == "In deze code zit een fout. Laat hem nog eens voorlezen."
    assert ALPHABET in sentences.signs()
