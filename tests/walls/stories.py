"""Stories about a meeting: cases and deeds, who may notice each, and the same story without or with other things that one may not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from random import Random

from hub.cases.rules import objections
from hub.sharing.facts import Value, day_of
from tests.cast import DRENTHE, EMMEN, OM, POLICE
from tests.consulting import TABLE
from tests.generated import BOOK, any_value
from tests.make import BUREAU_WORDS, OM_WORDS, POLICE_WORDS

BLOCKS = {  # each with who sits in it, the earlier one before the later one; whoever looks, something hidden stands before what it sees
    "Bureaus en politie": (DRENTHE, EMMEN, POLICE), "Drenthe, politie en OM": (DRENTHE, POLICE, OM),
    "Emmen, politie en OM": (EMMEN, POLICE, OM), "Drenthe en politie": (DRENTHE, POLICE), "Emmen en politie": (EMMEN, POLICE),
    "Drenthe en OM": (DRENTHE, OM),
}  # fmt: skip
RUNS = {"Drenthe en OM": DRENTHE}  # the rest is run by the police
READERS = {DRENTHE: (POLICE, OM), EMMEN: (POLICE, OM), POLICE: (DRENTHE, EMMEN), OM: (DRENTHE, EMMEN)}
STEERING = {DRENTHE: BUREAU_WORDS, EMMEN: BUREAU_WORDS, POLICE: POLICE_WORDS, OM: OM_WORDS}
PLACES = ("GM0114", "GM1680", "GM0106", "GM0109", "GM1731", "GM1699")
UNTOLD = {  # facts that no agreement of this giver gives to anybody at this table
    DRENTHE: ("accused", "residence", "contact_wish", "reported_by", "reported_elsewhere"),
    EMMEN: ("accused", "residence", "contact_wish", "reported_by", "reported_elsewhere"),
    POLICE: ("accused", "residence", "contact_wish", "reported_by", "reported_elsewhere"), OM: ("offence", "online", "public_task"),
}  # fmt: skip
POLICE_ALONE = ("handling", "mass_report")  # what bureaus give to the police and to no other
FIRST_WEEK = date(2026, 10, 1)
Facts = dict[str, Value]


@dataclass(frozen=True)
class Case:
    """A case of one of them, and who of the table receives it; `name` is a word that nobody else may ever read."""

    name: str
    giver: str
    knowers: frozenset[str]
    facts: Facts

    @property
    def known_to(self) -> frozenset[str]:
        return self.knowers | {self.giver}

    @property
    def block(self) -> str | None:
        """Where it is spoken of: in the fullest block of which everybody knows it, the first of equals."""
        fitting = [name for name, seats in BLOCKS.items() if self.giver in seats and self.known_to >= set(seats)]
        return max(fitting, key=lambda name: len(BLOCKS[name]), default=None)


@dataclass(frozen=True)
class Deed:
    """Something that one of them does; `seen_by` are those whom it may tell anything."""

    kind: str
    by: str
    seen_by: frozenset[str]
    about: str = ""  # a case by its name, or a block
    words: str = ""
    minutes: int = 10
    to: str = ""
    at: int = 0  # the moment of its phase; the same in every world


@dataclass(frozen=True)
class Story:
    """What happens before the agenda is made, what is said to whom, and what happens after it was published."""

    cases: tuple[Case, ...]
    deeds: tuple[Deed, ...]
    hidden: int = field(default=0, compare=False)  # how many things of another story are absent or different

    def case(self, name: str) -> Case:
        return next(case for case in self.cases if case.name == name)


def seats_of(block: str | None) -> frozenset[str]:
    return frozenset(BLOCKS[block]) if block else frozenset()


def some_facts(chance: Random, giver: str) -> Facts:
    """Facts that this giver can know and the hub takes in, in Drenthe and in the first week of October."""
    known = [fact for fact, words in BOOK.vocabulary.facts.items() if BOOK.partners[giver].kind in words.known_by]
    while True:
        facts = {fact: any_value(chance, fact=fact) for fact in known if fact not in ("narrative", "also_known_to")}
        facts |= {"place": chance.choice(PLACES), "incident_date": day_of(FIRST_WEEK + timedelta(days=chance.randrange(7)))}
        facts |= {"ground": chance.choice([("ras",), ("seksuele_gerichtheid",), ("leeftijd",), ("handicap",)])}
        if giver == OM:
            facts |= {"outcome": "veroordeling"}
        if not objections(facts, circumstances=STEERING[giver], kind=BOOK.partners[giver].kind, vocabulary=BOOK.vocabulary):
            return facts


def other_facts(chance: Random, case: Case, observer: str) -> Facts:
    """The same case but for what this observer, who receives it, does not receive, and nobody of its block tells."""
    for _ in range(50):
        varied = [*UNTOLD[case.giver], *(POLICE_ALONE if observer == OM and case.giver in (DRENTHE, EMMEN) else ())]
        facts = {**case.facts, **{fact: any_value(chance, fact=fact) for fact in varied if fact in case.facts}}
        facts |= {"incident_date": day_of(FIRST_WEEK + timedelta(days=chance.randrange(7)))}
        if not objections(facts, circumstances=STEERING[case.giver], kind=BOOK.partners[case.giver].kind, vocabulary=BOOK.vocabulary):
            return facts
    return case.facts


def some_case(chance: Random, number: int, *, away_from: str = "") -> Case:
    """A case of somebody; not of this one, and not known to it, when that is said."""
    never = {away_from, POLICE} if away_from in READERS[POLICE] else {away_from}  # what the police gives reaches both bureaus
    giver = chance.choice([slug for slug in TABLE if slug not in never])
    others = [slug for slug in READERS[giver] if slug != away_from]
    least = 1 if not away_from else 0
    knowers = frozenset(chance.sample(others, chance.randint(min(least, len(others)), len(others))))
    if giver == POLICE:
        knowers = frozenset(others)
    return Case(f"kwartel{number}", giver, knowers, some_facts(chance, giver))


def first_story(seed: int, *, cases: int = 4) -> Story:
    """A story in which each of them knows something that another does not."""
    chance = Random(seed)
    told = [some_case(chance, number) for number in range(cases)]
    sure = ((DRENTHE, {POLICE, OM}), (DRENTHE, {POLICE}), (EMMEN, {POLICE, OM}), (DRENTHE, {OM}), (EMMEN, {POLICE}))
    told += [Case(f"kwartel{cases + no}", giver, frozenset(who), some_facts(chance, giver)) for no, (giver, who) in enumerate(sure)]
    deeds = [replace(deed, at=at) for at, deed in enumerate(some_deeds(chance, told))]
    return Story(tuple(told), tuple(deeds))


def some_deeds(chance: Random, cases: Sequence[Case]) -> Iterator[Deed]:
    """What they do: put forward, ask for contact, hold back, write on, agree at the meeting before, and change an agenda."""
    word = (f"Verborgen {number}" for number in count())
    for block, seats in BLOCKS.items():
        here = frozenset(seats)
        if block not in RUNS and chance.random() < 0.4:
            yield Deed("agreed", POLICE, here, block, f"Bel {next(word).lower()} terug", to=chance.choice(seats))
        if block not in RUNS and chance.random() < 0.4:
            yield Deed("held over", POLICE, here, block, next(word))
        yield Deed("theme", chance.choice(seats), here, block, chance.choice(["Jaarwisseling", next(word)]), chance.randrange(3, 16))
        yield Deed("minutes", RUNS.get(block, POLICE), here, block, minutes=chance.randrange(3, 12))
        yield Deed("discuss", RUNS.get(block, POLICE), here, block, next(word))
    for case in cases:
        seats, way = seats_of(case.block), chance.random()
        if way < 0.5:
            yield Deed(
                "own", case.giver, seats | {case.giver}, case.name, next(word), chance.randrange(3, 20), to=chance.choice(("", "urgent"))
            )
        elif case.knowers:
            by = chance.choice(sorted(case.knowers))
            yield Deed("received", by, (seats if by in seats else frozenset()) | {by, case.giver}, case.name, next(word))
        if chance.random() < 0.4 and case.knowers and len(seats) != 2:
            by = chance.choice(sorted(case.knowers))
            yield Deed("contact", by, frozenset({by, case.giver}), case.name)
        outside = sorted(case.knowers - seats)
        if outside and chance.random() < 0.6:
            yield Deed("hold", case.giver, frozenset({case.giver, outside[0]}), case.name, to=outside[0])
        if chance.random() < 0.4:
            yield Deed("revise", case.giver, frozenset({case.giver}), case.name)
        if chance.random() < 0.4 and case.giver in (DRENTHE, EMMEN) and case.knowers and not outside:
            yield Deed("withdraw late", case.giver, case.known_to, case.name, to=chance.choice(sorted(case.knowers)))


def twin_of(story: Story, observer: str, chance: Random) -> Story:
    """A story that this observer cannot tell from the first: what it may not see is gone, or another; and there may be more of it."""
    cases, hidden = [], 0
    for case in story.cases:
        if observer in case.known_to:
            facts = other_facts(chance, case, observer) if observer != case.giver else case.facts
            cases.append(replace(case, facts=facts))
            hidden += facts != case.facts
        else:
            hidden += 1
            if chance.random() < 0.4:
                cases.append(replace(case, facts=some_facts(chance, case.giver)))
    more = [some_case(chance, number, away_from=observer) for number in range(100, 100 + chance.randrange(4))]
    left = {case.name for case in cases} | set(BLOCKS)
    deeds = [deed for deed in story.deeds if deed.about in left and (observer in deed.seen_by or chance.random() < 0.3)]
    gone = len(story.deeds) - len(deeds)
    return Story((*cases, *more), tuple(deeds), hidden + len(more) + gone)
