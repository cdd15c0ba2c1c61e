"""Takes the nodes of a mapping file apart, strictly: a word that the language does not have is refused with file and line."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from adapters.layout import LIST_MARK
from hub.kernel.errors import Invalid, Problem
from hub.kernel.plainyaml import Mapping, Node, Scalar, Sequence

_MOST_NAMED = 40


class MappingFault(Invalid):
    """A mapping file that we do not understand; the sentence names the file and the line."""


class Piece:
    """One node of a mapping file that knows its file, so that each refusal can say where."""

    def __init__(self, node: Node, *, file: Path) -> None:
        self.node = node
        self.file = file

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.node.line

    def fault(self, what: str) -> MappingFault:
        """The error to raise about this piece."""
        place = f"{self.file.name}, regel {self.line}"
        return MappingFault(f"{place}: {what}", problems=(Problem(place, what),))

    def text(self) -> str:
        """This piece as one text."""
        if not isinstance(self.node, Scalar):
            raise self.fault("hier hoort één woord of tekst te staan.")
        return self.node.text

    def one_of(self, words: Iterable[str]) -> str:
        """This piece as one of these words."""
        text = self.text()
        if text not in (known := list(words)):
            raise self.fault(f"'{text}' is hier geen bekend woord. {nearest(text, known)}")
        return text

    def is_yes(self) -> bool:
        """This piece as `yes` or `no`."""
        return self.one_of(("yes", "no")) == "yes"

    def texts(self) -> tuple[str, ...]:
        """This piece as a list of texts; one text alone is a list of one."""
        if isinstance(self.node, Scalar):
            return (self.node.text,)
        return tuple(item.text() for item in self.items())

    def items(self) -> "list[Piece]":
        """This piece as a list."""
        if not isinstance(self.node, Sequence):
            raise self.fault("hier hoort een lijst te staan.")
        return [Piece(item, file=self.file) for item in self.node.items]

    def entries(self) -> "dict[str, Piece]":
        """This piece as keys with what stands behind them."""
        if not isinstance(self.node, Mapping):
            raise self.fault("hier horen sleutels met een waarde te staan.")
        return {key: Piece(value, file=self.file) for key, value in self.node.entries.items()}

    def fields(self, *, allowed: Iterable[str]) -> "dict[str, Piece]":
        """The same, refusing every key that is not allowed here."""
        found, known = self.entries(), list(allowed)
        assert isinstance(self.node, Mapping)
        for key in found:
            if key not in known:
                here = Piece(Scalar(key, self.node.key_lines[key]), file=self.file)
                raise here.fault(f"'{key}' is geen woord van de mappingtaal op deze plaats. {nearest(key, known)}")
        return found

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """This piece as words with one word behind each."""
        return tuple((key, value.text()) for key, value in self.entries().items())

    def results(self) -> tuple[tuple[str, str], ...]:
        """This piece as words with a result behind each; several results (a list) become one text with marks between them."""
        return tuple((key, LIST_MARK.join(value.texts())) for key, value in self.entries().items())

    def needed(self, key: str) -> "Piece":
        """What stands behind a key that must be there."""
        if key not in (found := self.entries()):
            raise self.fault(f"hier ontbreekt '{key}'.")
        return found[key]


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence with the known word that looks most like this one, or with those that are known."""
    words = list(known)
    close = get_close_matches(word, words, n=1)
    if close:
        return f"Bedoelt u '{close[0]}'?"
    return f"Mogelijk zijn: {', '.join(words[:_MOST_NAMED])}{' en andere' if len(words) > _MOST_NAMED else ''}."
