"""Words that every room uses: who a partner is by number, which month it is, and what may never be printed."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NewType

PartnerId = NewType("PartnerId", int)
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/^_{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
MAIL_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@.{{1,189}}$){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that cannot print itself: source references, tokens, keys. Only `reveal()` gives it back."""

    _text: str

    def reveal(self) -> str:
        """The text itself; call it as late as possible and never for a log, an error or a page."""
        return self._text

    def __repr__(self) -> str:
        return "…"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written `2026-10`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date(self.year, self.number, 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def is_mail_address(text: str) -> bool:
    """Whether this is one plain address, without name, quote, space, letters outside ASCII or an encoded word, so safe in a header."""
    return MAIL_ADDRESS.fullmatch(text) is not None


def month_of(day: date) -> Month:
    """The month in which this day lies."""
    return Month(day.year, day.month)
