"""What every deed on cases needs besides its work: the keys, and the words and rules that were read at the start."""

from dataclasses import dataclass

from hub.pseudonyms.keys import KeyRing
from hub.sharing.schemas import Book


@dataclass(frozen=True, slots=True)
class House:
    """The key ring, and the book of vocabulary, legal floor and partners; made once when the process starts."""

    keys: KeyRing
    book: Book
