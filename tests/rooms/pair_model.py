"""A second, plain account of a contact between two sides: what each deed does, and what each side may know after it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

ASKER, ASKED = 0, 1
DEEDS = ("yes", "no", "said", "right", "together", "none")
TIME, RECALL = "time", "recall"


@dataclass(frozen=True)
class Half:
    """What one side did, and how it ended for that side."""

    answer: str = ""
    said: bool = False
    word: str = ""
    over: str = ""


@dataclass(frozen=True)
class Pair:
    """Both sides, known to nobody but the test."""

    halves: tuple[Half, Half] = (Half(), Half())
    contact: bool = False
    stands: bool = False

    @property
    def agreed(self) -> bool:
        return all(half.answer == "yes" for half in self.halves)

    def change(self, who: int, **what: object) -> "Pair":
        halves = list(self.halves)
        halves[who] = replace(halves[who], **what)
        return replace(self, halves=(halves[0], halves[1]))

    def end(self, word: str) -> "Pair":
        """For both, but for a side to which it was over before."""
        ended = self
        for who in (ASKER, ASKED):
            ended = ended if ended.halves[who].over else ended.change(who, over=word)
        return ended


def fits(pair: Pair, who: int, deed: str) -> bool:
    """Whether this side may do this now."""
    mine = pair.halves[who]
    if mine.over or mine.word:
        return False
    if deed in ("yes", "no"):
        return not pair.agreed
    if not pair.agreed:
        return False
    heard = pair.contact and not mine.said and not pair.stands
    return {
        "said": not pair.contact,
        "right": heard,
        "together": mine.said or pair.stands,
        "none": True,
    }[deed]


def after(pair: Pair, who: int, deed: str) -> Pair:
    """The pair after a deed that fits."""
    other = 1 - who
    theirs = pair.halves[other]
    if deed == "yes":
        said = pair.change(who, answer="yes")
        return said.change(who, over="not_now") if theirs.answer == "no" else said
    if deed == "no":
        said = pair.change(who, answer="no", over="declined")
        return said.change(other, over="not_now") if theirs.answer == "yes" and not theirs.over else said
    if deed in ("said", "right"):
        return replace(pair.change(who, said=True), contact=True, stands=deed == "right" or pair.stands)
    said = pair.change(who, word=deed)
    if not pair.contact:
        return said.end("no_contact")
    return said.end("done") if theirs.word else said


def passed(pair: Pair) -> Pair:
    """The pair once its last day is over."""
    if pair.contact and not pair.stands:
        return replace(pair, stands=True)
    return pair.end("done" if pair.stands else "expired")


def state(pair: Pair, who: int) -> str:
    """What this side sees, in the words of the room."""
    mine = pair.halves[who]
    if mine.over:
        return mine.over
    if not pair.agreed:
        return "waiting" if mine.answer else "to_answer"
    if mine.word:
        return "reviewed"
    if pair.stands:
        return "made"
    return "agreed" if not pair.contact else "said" if mine.said else "heard"


def knows_person(pair: Pair, who: int) -> bool:
    """Whether this side sees the other's contact person."""
    return pair.agreed and pair.halves[who].over in ("", "done")


def knows_word(pair: Pair, who: int) -> bool:
    """Whether this side sees the other's word."""
    return all(half.word for half in pair.halves) and pair.contact


def moves(pair: Pair) -> Iterator[tuple[int, str, Pair]]:
    """Everything that can happen next."""
    for who in (ASKER, ASKED):
        yield from ((who, deed, after(pair, who, deed)) for deed in DEEDS if fits(pair, who, deed))
    if not all(half.over for half in pair.halves):
        yield ASKER, TIME, passed(pair)
        yield ASKED, RECALL, pair.end("recalled")


def every_pair() -> dict[Pair, tuple[Pair, int, str] | None]:
    """Every pair that can come about, with the pair before it and the deed between."""
    found: dict[Pair, tuple[Pair, int, str] | None] = {Pair(): None}
    todo = [Pair()]
    for pair in todo:
        for who, deed, following in moves(pair):
            if following not in found:
                found[following] = (pair, who, deed)
                todo.append(following)
    return found
