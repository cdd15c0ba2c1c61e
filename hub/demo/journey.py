"""What the steps of the played journey share: the people in it, what they have in hand, and what went well."""

from collections.abc import Callable

from hub.demo.personas import PERSONAS, Persona
from hub.demo.place import Place
from hub.demo.visitor import Form, Visitor
from hub.kernel.errors import Conflict
from hub.people.words import Role

FRYSLAN, POLICE, OUTSIDER, COC, EMMEN = "bureau-fryslan", "politie-noord-nederland", "buitenstaander", "coc-friesland", "bureau-emmen"


class Different(Conflict):
    """A step of the journey did not end as it should."""

    def __init__(self, step: str, *, met: str) -> None:
        super().__init__(f"De demo klopt niet bij de stap ‘{step}’: {met}")


class Journey:
    """The people of the story, what they have in hand, and the steps that went well."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps: list[str] = []
        self.bureau, self.police, self.outsider, self.coc = (Visitor(place) for _ in range(4))
        self.own, self.theirs = "", ""

    def expect(self, holds: object, step: str, *, met: str) -> None:
        """Go on when it holds; Different, with what was met instead, when not."""
        if not holds:
            raise Different(step, met=met)

    def play(self, step: Callable[["Journey"], None]) -> None:
        """Let a step happen; Different, with where everybody stood, also when something it looked for was not on a page."""
        try:
            step(self)
        except (LookupError, StopIteration, OSError) as error:  # the last is a hub that does not answer
            everybody = (self.bureau, self.police, self.outsider, self.coc)
            stood = ", ".join(f"{one.address or 'nergens'} ({one.status})" for one in everybody)
            raise Different(step.__name__, met=f"{type(error).__name__} {error}; men stond op {stood}") from error

    def done(self, step: str) -> None:
        """Write down a step that ended well."""
        self.steps.append(step)


def persona(partner: str, role: Role) -> Persona:
    """The first persona of this partner with this role."""
    return next(one for one in PERSONAS if one.partner == partner and role in one.roles)


def form_to(visitor: Visitor, action: str) -> Form:
    """The first form on this page that goes there."""
    return next(form for form in visitor.sheet.forms if form.action.endswith(action))
