"""Who can log in to the demo: fictional people, one to three per partner, with the roles they have there."""

from dataclasses import dataclass
from hashlib import sha256

from hub.people.words import ROLE_IN_DUTCH, Role

SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"
ORGANISATIONS = {  # partner slug → the name on the card
    "bureau-drenthe": "Meldpunt Discriminatie Drenthe",
    "bureau-emmen": "meldpunt Emmen",
    "bureau-groningen": "Discriminatie Meldpunt Groningen",
    "bureau-fryslan": "Tûmba Fryslân",
    "politie-noord-nederland": "Politie Noord-Nederland",
    "om-noord-nederland": "OM Noord-Nederland",
    "coc-groningen-drenthe": "COC Groningen & Drenthe",
    "coc-friesland": "COC Friesland",
    "buitenstaander": "buitenstaander",
}


@dataclass(frozen=True, slots=True)
class Persona:
    """One fictional person: `subject` is what the provider calls her, and tells nothing."""

    partner: str
    name: str
    roles: tuple[Role, ...]
    note: str = ""
    acr: str = SUBSTANTIAL

    @property
    def subject(self) -> str:
        """A fixed, opaque name, the same at every start."""
        return sha256(f"demo {self.partner} {self.name}".encode()).hexdigest()[:24]

    @property
    def email(self) -> str:
        """An address at which no mail ever arrives but in the demo's own mailroom."""
        return f"{'.'.join(self.name.lower().replace('.', '').split())}@voorbeeld.invalid"

    @property
    def organisation(self) -> str:
        """The partner as the card shows it, with the desk at which this person sits."""
        return ORGANISATIONS[self.partner] + (f", {self.note}" if self.note else "")

    @property
    def roles_in_dutch(self) -> str:
        """The roles as the card shows them."""
        return " en ".join(ROLE_IN_DUTCH[role] for role in self.roles)

    @property
    def card(self) -> str:
        """One line that says who this is: `Anja B. · Tûmba Fryslân · casusinbrenger`."""
        return f"{self.name} · {self.organisation} · {self.roles_in_dutch}"


PERSONAS = (
    Persona("bureau-drenthe", "Marijke V.", (Role.CASE_WORKER,)),
    Persona("bureau-drenthe", "Hendrik D.", (Role.COORDINATOR,)),
    Persona("bureau-drenthe", "Roos K.", (Role.PRIVACY_OFFICER,)),
    Persona("bureau-emmen", "Gerda S.", (Role.CASE_WORKER, Role.COORDINATOR)),
    Persona("bureau-groningen", "Jelle W.", (Role.CASE_WORKER,)),
    Persona("bureau-groningen", "Samira E.", (Role.COORDINATOR,)),
    Persona("bureau-groningen", "Wouter P.", (Role.AUDITOR,)),
    Persona("bureau-fryslan", "Anja B.", (Role.CASE_WORKER,)),
    Persona("bureau-fryslan", "Sietske H.", (Role.COORDINATOR,)),
    Persona("bureau-fryslan", "Tjeerd M.", (Role.PRIVACY_OFFICER,)),
    Persona("politie-noord-nederland", "Rick T.", (Role.CASE_WORKER,)),
    Persona("politie-noord-nederland", "Nadia O.", (Role.COORDINATOR,), note="diversiteitscentrum (NECD)"),
    Persona("politie-noord-nederland", "Ellen J.", (Role.PRIVACY_OFFICER,)),
    Persona("politie-noord-nederland", "Omar F.", (Role.OPERATOR,), note="functioneel beheer"),
    Persona("om-noord-nederland", "Maarten C.", (Role.CASE_WORKER,)),
    Persona("om-noord-nederland", "Judith L.", (Role.PRIVACY_OFFICER,)),
    Persona("coc-groningen-drenthe", "Robin A.", (Role.CASE_WORKER, Role.COORDINATOR)),
    Persona("coc-friesland", "Femke Z.", (Role.CASE_WORKER,)),
    Persona("buitenstaander", "Bram N.", (Role.CASE_WORKER,)),
)
SIGNERS = (  # who sign agreements where the people above are too few for it; they have no card, since they log in seldom
    Persona("bureau-emmen", "Trijntje A.", (Role.PRIVACY_OFFICER,)),
    Persona("bureau-groningen", "Lammert R.", (Role.PRIVACY_OFFICER,)),
    Persona("om-noord-nederland", "Wietske N.", (Role.PRIVACY_OFFICER,)),
    Persona("coc-groningen-drenthe", "Yvonne B.", (Role.PRIVACY_OFFICER,)),
    Persona("coc-friesland", "Zwaantje D.", (Role.PRIVACY_OFFICER,)),
    Persona("coc-friesland", "Wobbe T.", (Role.PRIVACY_OFFICER,)),
)
