"""Which years somebody wants planned together, as an address or a form says it, and the days that a page showed."""

from datetime import date

from hub.consultations.combined import Asked
from hub.consultations.typed import NOT_RIGHT, Reader, Typed
from hub.kernel.errors import Invalid

DAYS = "dagen-"  # before the short name of a body


def asked_together(typed: Typed) -> Asked:
    """Of which bodies the years are asked together; a year that is none asks for the next one."""
    said = Reader(typed)
    year = said.number("jaar") if said.text("jaar") else 0
    return Asked(tuple(dict.fromkeys(typed.get("overleg", ()))), year if 2000 <= year <= 2100 else 0)


def days_shown(typed: Typed) -> dict[str, tuple[date, ...]]:
    """The days per body that a page showed, as its form sends them back; Invalid for what is no day."""
    try:
        return {
            name.removeprefix(DAYS): tuple(date.fromisoformat(day) for day in values[0].split())
            for name, values in typed.items() if name.startswith(DAYS)
        }  # fmt: skip
    except ValueError:
        raise Invalid(NOT_RIGHT) from None
