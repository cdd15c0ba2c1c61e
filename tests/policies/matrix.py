"""The golden matrix: what each recipient gets of a case in which every fact is known; `python -m tests.policies.matrix` writes it."""

from collections import defaultdict
from itertools import permutations
from pathlib import Path

from hub.sharing.decide import decide
from hub.sharing.facts import FACTS
from hub.sharing.policy import PolicyKind
from hub.sharing.projection import Nothing, Projection, Shape, written
from hub.sharing.question import Terms
from tests.generated import BOOK, TODAY, full_case, mild_occasion

FILE = Path(__file__).parent / "golden_matrix.txt"


def matrix() -> str:
    """Every ordered pair of partners and every kind; pairs that get the same stand together above what they get."""
    alike: dict[str, list[str]] = defaultdict(list)
    for giver, recipient in permutations(BOOK.partners, 2):
        pair, blocks = f"{giver} -> {recipient}", _blocks(giver, recipient)
        for block in blocks or ["  nothing"]:
            alike[block].append(pair)
    return "\n\n".join("\n".join([*pairs, block]) for block, pairs in alike.items()) + "\n"


def _blocks(giver: str, recipient: str) -> list[str]:
    blocks = []
    for kind in PolicyKind:
        policy = BOOK.policy_between(giver, recipient=recipient, kind=kind, on=TODAY)
        terms = Terms(BOOK.partners[recipient], policy, policy, BOOK.floor, BOOK.vocabulary)
        answer = decide(full_case(giver, recipient), terms=terms, occasion=mild_occasion(recipient))
        if isinstance(answer, Projection) and policy is not None:
            blocks.append("\n".join([_head(answer, f"{kind} by {policy.name}"), *(_line(fact, answer.shapes[fact]) for fact in FACTS)]))
        else:
            assert answer == Nothing(("no_policy",)), (giver, recipient, answer)
    return blocks


def _head(answer: Projection, what: str) -> str:
    return f"  {what}, for {', '.join(sorted(answer.purposes))}, until {answer.until}"


def _line(fact: str, shape: Shape) -> str:
    said = written(shape.value)
    value = ", ".join(said) if isinstance(said, list) else "-" if said is None else str(said)
    is_local = fact in ("place", "residence") and shape.is_shown
    return f"    {fact:<20}{shape.precision or '-':<14}{'of the recipient' if is_local else value}".rstrip()


if __name__ == "__main__":
    FILE.write_text(matrix(), "utf-8")
