"""Writes the journal: one line per deed, checked against what its event may carry, in the deed's own transaction."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import text

from hub.audit.events import Event
from hub.audit.facts import FACTS, Encoder, FactRefused, several, word
from hub.kernel.actor import Actor, Clerk, Doorkeeper, Person
from hub.kernel.database import Work

AT_ONCE = 5_000
NONCE = 16
HOLE = "\0"
APPEND = text("SELECT audit.append(CAST(:lines AS bytea[]))")
Tree = dict[str, "str | Tree"]  # a line before it is text: fragments of JSON under their keys
Plan = tuple[str, list[tuple[str, Encoder]]]  # a template, and what fills each of its holes


def record(work: Work, event: Event, **facts: object) -> None:
    """Writes one line; FactRefused, and nothing written, when the event does not carry one of these facts in this form."""
    record_many(work, event, (facts,))


def record_many(work: Work, event: Event, facts: Iterable[Mapping[str, object]]) -> int:
    """Writes a line per mapping of facts, in that order, and tells how many; all or nothing, with the work."""
    written = 0
    lines = lines_of(facts, event=event, actor=work.actor, now=work.now)
    while some := list(islice(lines, AT_ONCE)):
        work.session.execute(APPEND, {"lines": some})
        written += len(some)
    return written


def lines_of(facts: Iterable[Mapping[str, object]], *, event: Event, actor: Actor, now: datetime) -> Iterator[bytes]:
    """The lines as they will stand: JSON with sorted keys, no spaces, and a nonce that blinds its hash."""
    told, plans = _told(event, actor=actor, now=now), dict[tuple[str, ...], Plan]()
    for some in facts:
        names = tuple(some)
        if names not in plans:
            plans[names] = _plan(names, event=event, told=told)
        template, holes = plans[names]
        try:
            fragments = [encode(some.get(name)) for name, encode in holes]
        except (FactRefused, TypeError):
            raise FactRefused(_which(some, event=event)) from None
        yield (template % tuple(fragments)).encode()


def _told(event: Event, *, actor: Actor, now: datetime) -> Tree:
    """What every line of this event by this actor at this moment says, whatever its facts are."""
    moment = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    account = f'"{actor.account}"' if isinstance(actor, Person) else "null"
    partner = actor.partner if isinstance(actor, Person | Clerk) else None
    roles = actor.roles if isinstance(actor, Person) else ["portier" if isinstance(actor, Doorkeeper) else "hub"]
    told: Tree = {
        "actor": account, "k": f'"{event.value.word}"', "partner": "null" if partner is None else str(partner),
        "rol": several(word)(roles), "tijd": f'"{moment}"', "uitkomst": f'"{event.value.outcome}"',
    }  # fmt: skip
    return {**told, "reden": f'"{event.value.reason}"'} if event.value.reason else told


def _plan(names: tuple[str, ...], *, event: Event, told: Tree) -> Plan:
    """A template with a hole per fact and one for the nonce; made once for every combination of facts."""
    if foreign := sorted(set(names) - event.value.facts):
        raise FactRefused(f"{event.name} does not carry {', '.join(foreign)}")
    tree: Tree = {**told, "nonce": HOLE}
    for name in names:
        top, _, inner = FACTS[name][0].partition(".")
        group = tree.setdefault(top, {}) if inner else tree
        assert isinstance(group, dict), "no fact lies both at a place and below it"
        group[inner or top] = HOLE + name
    holes: list[tuple[str, Encoder]] = []
    template = _template(tree, holes, _nonces())
    return template, holes


def _template(tree: Tree, holes: list[tuple[str, Encoder]], nonces: Iterator[str]) -> str:
    parts = []
    for name, value in sorted(tree.items()):
        if isinstance(value, dict):
            parts.append(f'"{name}":{_template(value, holes, nonces)}')
            continue
        if value.startswith(HOLE):
            holes.append((value[1:], FACTS[value[1:]][1]) if name != "nonce" else (name, lambda _: next(nonces)))
        parts.append(f'"{name}":{"%s" if value.startswith(HOLE) else value}')
    return "{" + ",".join(parts) + "}"


def _nonces() -> Iterator[str]:
    """Fresh nonces without end, drawn a hundred at a time."""
    while True:
        drawn = os.urandom(100 * NONCE).hex()
        yield from (f'"{drawn[at : at + 2 * NONCE]}"' for at in range(0, 200 * NONCE, 2 * NONCE))


def _which(facts: Mapping[str, object], *, event: Event) -> str:
    """A sentence for the programmer that names the fact that does not fit, and never its value."""
    for name, value in facts.items():
        try:
            FACTS[name][1](value)
        except (FactRefused, TypeError):
            return f"{event.name}: the fact {name} has another form than hub/audit/facts.py allows"
    return f"{event.name}: a fact has another form than hub/audit/facts.py allows"
