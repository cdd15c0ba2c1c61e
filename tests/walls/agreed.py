"""Agreements of the plain account: what one says, what two versions both allow, whether one takes away what another gave; their life."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hub.sharing.policy import Policy

if TYPE_CHECKING:
    from tests.walls.model import World

FAMILIES = {"ras": "herkomst", "seksuele_gerichtheid": "gender_en_seksualiteit", "geslacht": "gender_en_seksualiteit"}
FINENESS = {
    "incident_date": ("day", "week", "month"), "place": ("municipality", "province"), "ground": ("sub", "ground", "family"),
    "status": ("stage", "phase"), "outcome": ("exact", "kind"), "residence": ("municipality", "province"),
}  # fmt: skip


def parts_of(ground: str) -> tuple[str, str, str]:
    """A ground as it is, as one of the form, and its family."""
    broad = ground.split("/")[0]
    return ground, broad, FAMILIES[broad]


def closing_is_told(status: str | None) -> bool:
    return status in ("afgesloten", "gesloten")


@dataclass
class Agreement:
    """One version of what one giver shares with one recipient, and where it stands."""

    pair: tuple[str, str, str]
    no: int
    share: dict[str, str]
    only_if: frozenset[str] | None
    near: bool
    own: bool
    consent: bool
    purposes: frozenset[str]
    keep: int
    after_closing: int | None
    open_too: bool
    begins: date
    last: date  # as it is written
    ends: date  # as it became
    state: str = "proposed"
    covers: bool = False
    hands: int = 0
    told_by: frozenset[str] | None = None  # the list by which a row may announce a ground
    policy: Policy | None = field(default=None, compare=False)

    def holds(self, day: date) -> bool:
        return self.state == "valid" and self.begins <= day <= self.ends

    def lists(self, ground: str) -> bool:
        return self.only_if is not None and bool(self.only_if & {*parts_of(ground)})

    def needs(self) -> Iterator[tuple[str, str]]:
        """The facts on which it hangs whether there is a row, with the coarsest shape in which they do not tell more than is shown."""
        if self.near:
            yield "place", "province"
        if self.told_by is not None:
            yield "ground", "sub" if any("/" in one for one in self.told_by) else "ground"


def read_agreement(policy: Policy, *, giver: str, recipient: str, no: int) -> Agreement:
    """What a file says, in the words of this account."""
    reaches = {str(one) for one in policy.reaches}
    only_if = frozenset(word for one in policy.conditions for word in one.words) or None
    return Agreement(
        (giver, recipient, policy.kind.value), no, dict(policy.share), only_if, "recipient_province" in reaches, "own_cases" in reaches,
        policy.consent == "reporter_per_recipient", frozenset(one.value for one in policy.purposes), policy.keep.at_most,
        policy.keep.after_closing, policy.existing_cases == "open_too", policy.valid_from, policy.valid_until, policy.valid_until,
        told_by=only_if, policy=policy,
    )  # fmt: skip


def both(older: Agreement, newer: Agreement) -> Agreement:
    """What a case from before sees: no more than the version of its time gave, and no more than that of today."""
    if older.no == newer.no:
        return newer
    share = {
        fact: max(word, older.share[fact], key=lambda one: _step(fact, one)) for fact, word in newer.share.items() if fact in older.share
    }
    lists = [one.only_if for one in (older, newer) if one.only_if is not None]
    terms = [one.after_closing for one in (older, newer) if one.after_closing is not None]
    return replace(
        newer, share=share, only_if=_narrowest(lists), near=older.near or newer.near, own=older.own or newer.own,
        consent=older.consent or newer.consent, purposes=older.purposes & newer.purposes, keep=min(older.keep, newer.keep),
        after_closing=min(terms, default=None), told_by=older.told_by or newer.told_by,
    )  # fmt: skip


def _narrowest(lists: list[frozenset[str]]) -> frozenset[str] | None:
    """Of lists that lie in each other the smallest: no two lists here do otherwise."""
    return min(lists, key=len) if lists else None


def _step(fact: str, word: str | None) -> int:
    ladder = FINENESS.get(fact, ("",))
    return 9 if word is None else ladder.index(word) if word in ladder else 0


def takes_away(older: Agreement, newer: Agreement) -> bool:
    """Whether some row may tell more, to more, for more or for longer under the older version."""
    return (
        any(_step(fact, newer.share.get(fact)) > _step(fact, word) for fact, word in older.share.items())
        or not older.purposes <= newer.purposes
        or (newer.near and not older.near)
        or (newer.own and not older.own)
        or (newer.consent and not older.consent)
        or (older.open_too and not newer.open_too)
        or (newer.only_if is not None and (older.only_if is None or not older.only_if <= newer.only_if))
        or newer.keep < older.keep
        or (newer.after_closing or 999) < (older.after_closing or 999)
        or newer.last < older.last
    )


def accept(world: "World", new: Agreement) -> None:
    """The last signature: what holds in the same days ends the day before, or never begins."""
    for one in world.agreements:
        if one.pair == new.pair and one.state == "valid" and one.begins <= new.ends and new.begins <= one.ends:
            if one.begins < new.begins:
                one.ends = new.begins - timedelta(days=1)
            else:
                one.state = "replaced"
    new.state = "valid"


def stop(world: "World", one: Agreement) -> None:
    """The giver stops it: the rows go at once, unless another version holds today."""
    was_valid, one.state = one.state == "valid", "stopped"
    giver, recipient, kind = one.pair
    if not was_valid or world.in_force(*one.pair):
        return
    for name in _cases(world, giver):
        if world.rows.get((name, recipient, kind), {}).get("shown"):
            world.decide(name, "stopped", only=(recipient, kind))
    world.work.append({"pair": one.pair, "cause": "stopped", "from": one.no, "to": None, "closing": False, "done": True})


def note(world: "World", giver: str) -> None:
    """The clock notes what began and what ended; a version that takes nothing away covers what the one before it gave."""
    mine = [one for one in world.agreements if one.pair[0] == giver and one.state == "valid"]
    before = {
        one.no: next((two for two in mine if two.pair == one.pair and two.ends + timedelta(days=1) == one.begins), None) for one in mine
    }
    cover = [one for one in mine if one.ends >= world.day and (older := before[one.no]) and older.covers and not takes_away(older, one)]
    for one in cover:
        one.covers = True
    for one in mine:
        lines = [line for line in world.work if line["pair"] == one.pair]
        if one.holds(world.day) and not any(line["to"] == one.no for line in lines):
            older = before[one.no]
            told = {"cause": "changed" if older else "began", "from": older.no if older else None, "to": one.no}
            world.work.append({"pair": one.pair, **told, "closing": not one.covers, "done": False})
        elif one.ends < world.day and not world.in_force(*one.pair) and not any(line["from"] == one.no for line in lines):
            world.work.append({"pair": one.pair, "cause": "ended", "from": one.no, "to": None, "closing": True, "done": False})


def work_off(world: "World", giver: str) -> None:
    """The clock does all that the noted changes leave to do: what closes first, then what opens."""
    while mine := [line for line in world.work if line["pair"][0] == giver and not line["done"]]:
        line = next((line for line in mine if line["closing"]), mine[0])
        cause = {"began": "closed", "changed": "ended", "ended": "ended"}[line["cause"]]
        recipient, kind = line["pair"][1:]
        names = _cases(world, giver)
        now, by_no = world.in_force(*line["pair"]), {one.no: one for one in world.agreements}
        if line["closing"] and line["to"] is not None and now and now.no != line["to"]:
            line["closing"] = False  # the version of today closes for both
        if line["closing"]:
            rows = {name: world.rows.get((name, recipient, kind)) for name in names}
            for name in [name for name, row in rows.items() if row and row["shown"] and row["version"] != line["to"]]:
                world.decide(name, cause, only=(recipient, kind))
            line["closing"] = False
            if line["to"] is not None and by_no[line["to"]].state == "valid":
                by_no[line["to"]].covers = True
            older = by_no.get(line["from"])
            line["done"] = line["to"] is None or bool(older and not takes_away(by_no[line["to"]], older))
            continue
        for name in names:
            world.decide(name, cause, only=(recipient, kind))
        line["done"] = True


def end_rows(world: "World", giver: str) -> None:
    """What is past its last day is taken away, or goes on where the agreement of today lets it."""
    for name in _cases(world, giver):
        if any(row["shown"] and row["until"] < world.day for key, row in world.rows.items() if key[0] == name):
            world.decide(name, "ended")


def end_holds(world: "World", giver: str) -> None:
    """What was held back until a day that is over is held back no more."""
    for name in _cases(world, giver):
        over = [one for one in world.cases[name]["holds"] if not one["lifted"] and one["until"] and one["until"] < world.day]
        for one in over:
            one["lifted"] = True
        if over:
            world.decide(name, "closed")


def end_referrals(world: "World", giver: str) -> None:
    """What a bureau turned down it has no more, unless it was referred there again."""
    for one in [one for one in world.threads if one["giver"] == giver and one["kind"] == "referral"]:
        name, recipient, _ = key = one["key"]
        loose = one["words"][-1][0] in ("declined", "withdrawn") and not any(world.referrals(case=name, recipient=recipient, tied=True))
        if loose and world.rows[key]["shown"] and world.stands(key):
            world.decide(name, "closed")


def end_mornings(world: "World", bureau: str) -> None:
    """Who was awaited for four weeks did not come."""
    for one in world.threads:
        if one["recipient"] == bureau and one["words"][-1][0] == "accepted" and one["since"] + timedelta(weeks=4) < world.day:
            world.write(one, "not_arrived")


def _cases(world: "World", giver: str) -> list[str]:
    return [name for name, case in world.cases.items() if case["giver"] == giver]
