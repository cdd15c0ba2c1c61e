"""The five ways to fail; every other error of the house derives from one of them, beside the function that raises it.

    HubError
    ├── Refused       this actor may not do this (speaks of roles only, never of things)            403, login 401
    ├── NotFound      not there, or not yours: the same sentence, byte for byte                      404
    ├── Invalid       what was offered cannot be understood or is not allowed; says where and why    400
    ├── Conflict      the thing is not in a state that allows this, or somebody was first            409
    └── Unavailable   a part that is needed does not answer; try again                               503

Each carries one Dutch sentence for the user. No error carries a value from a case, a reference, a token or a key.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One place that is wrong (a field, a column, a line) and the sentence about it."""

    place: str
    sentence: str


class HubError(Exception):
    """Something was refused; `sentence` is Dutch and fit for a page, a terminal and a log."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(HubError):
    """This actor may not do this."""


class NotFound(HubError):
    """Not there, or not yours; both look the same."""

    def __init__(self, sentence: str = "Dit bestaat niet, of het is niet voor u.") -> None:
        super().__init__(sentence)


class Invalid(HubError):
    """What was offered is not understood or not allowed; nothing was changed."""

    def __init__(self, sentence: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(sentence)
        self.problems = problems


class Conflict(HubError):
    """The thing is in another state than this deed needs."""


class Unavailable(HubError):
    """A part of the house that is needed does not answer."""
