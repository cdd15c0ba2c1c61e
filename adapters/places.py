"""Knows the municipalities of the north by name, code and former name; what was split up is asked for, never guessed."""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Codes of today by every name or code, and the sentence for what cannot be told."""

    codes: Mapping[str, str]
    split: Mapping[str, str]
    names: tuple[str, ...]


def plain_name(text: str) -> str:
    """A name without what people write differently: case, accents, hyphens, double spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.replace("-", " ").replace("’", "'").split())


@cache
def gazetteer() -> Gazetteer:
    """The list of today with its predecessors since 2009, read once from the two files beside this one."""
    codes: dict[str, str] = {"elsewhere": "elsewhere"}
    names = []
    for row in _rows("municipalities.csv"):
        names.append(row["name"])
        for word in (row["gm_code"], row["gm_code"].removeprefix("GM"), row["pv_code"], row["name"]):
            codes[plain_name(word)] = row["pv_code"] if word == row["pv_code"] else row["gm_code"]
    heirs: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in _rows("municipality_predecessors.csv"):
        heirs[row["old_gm_code"], row["old_name"]].append(row)
    successor = {old: rows[0]["new_gm_code"] for (old, _), rows in heirs.items() if len(rows) == 1}
    split = {}
    for (old, name), rows in heirs.items():
        words = [word for word in (plain_name(old), old.removeprefix("GM"), plain_name(name)) if word not in codes]
        if len(rows) > 1:
            split.update(dict.fromkeys(words, _sentence(name, rows=rows)))
        else:
            codes.update(dict.fromkeys(words, _today(old, successor=successor)))
    return Gazetteer(codes, split, tuple(names))


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _today(code: str, *, successor: Mapping[str, str]) -> str:
    while code in successor:
        code = successor[code]
    return code


def _sentence(name: str, *, rows: list[dict[str, str]]) -> str:
    heirs = ", ".join(row["new_name"] for row in rows)
    return f"De gemeente {name} is in {rows[0]['effective_date'][:4]} verdeeld over {heirs}. Noem de gemeente van nu."
