"""What a partner is: its kinds, its provinces and the values that other rooms pass around."""

from dataclasses import dataclass
from enum import StrEnum

from hub.kernel.words import PartnerId

PROVINCES = {"PV20": "Groningen", "PV21": "Fryslân", "PV22": "Drenthe"}


class Kind(StrEnum):
    """What sort of organisation a partner is; the words that policies and the legal floor use."""

    BUREAU = "bureau"
    POLICE = "police"
    OM = "om"
    COC = "coc"
    STATISTICS = "statistics"


KIND_IN_DUTCH = {
    Kind.BUREAU: "antidiscriminatiebureau",
    Kind.POLICE: "politie",
    Kind.OM: "Openbaar Ministerie",
    Kind.COC: "COC",
    Kind.STATISTICS: "cijfers",
}


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner as the register knows it; `code_mark` is the constant in every code made for it."""

    id: PartnerId
    slug: str
    name: str
    kind: Kind
    provinces: tuple[str, ...]
    code_mark: int
