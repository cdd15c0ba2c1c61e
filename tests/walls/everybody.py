"""The deeds of a history: each is done on the stage, then told to the plain account, and then everybody is looked at."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hub.cases.actions import ConsentAsked
from hub.cases.holding import HeldFact
from hub.cases.referring import NotReferred
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.referrals.actions import ReferredBefore
from hub.sharing.policy import Condition, ExistingCases, Keep, Policy, Purpose, Reach
from tests.cast import COC_GD, EMMEN, GRONINGEN, OM, OUTSIDER, POLICE
from tests.walls import agreed, looking
from tests.walls.agreed import Agreement
from tests.walls.model import LADDERS, OVER, REFERRAL, STANDING, World
from tests.walls.playing import Stage

GIVERS = {
    "agreements": (POLICE, EMMEN, OM), "reporters": (EMMEN, EMMEN, POLICE), "referrals": (COC_GD, POLICE),
    "everything": (POLICE, EMMEN, COC_GD, OM),
}  # fmt: skip
READERS = (POLICE, GRONINGEN, EMMEN, OM, COC_GD, OUTSIDER)
BUREAUS, ASK_FOR_YES = (EMMEN, GRONINGEN), (POLICE, OM, COC_GD)
KNOWN_TO_OM = ("incident_date", "place", "ground", "status", "outcome")
PURPOSES = frozenset(one.value for one in Purpose)
MENU = (
    ("politie--bureaus", POLICE, GRONINGEN), ("politie--bureaus", POLICE, EMMEN), ("bureaus--politie", EMMEN, POLICE),
    ("bureaus--politie", EMMEN, POLICE), ("bureaus--coc", EMMEN, COC_GD), ("om--bureaus", OM, EMMEN),
    ("coc--bureaus.referral", COC_GD, EMMEN),
)  # fmt: skip
STORIES = (None, "Iemand werd nageroepen bij de bushalte.", "Iemand kreeg een brief zonder afzender.")
TERMS = ("rows", "holds", "referrals", "mornings")
NEXT = {
    "offered": [("r", "seen")], "seen": [("r", "accepted"), ("r", "declined")], "accepted": [("r", "arrived")],
    "not_arrived": [("r", "arrived")], "arrived": [("r", "in_progress")], "in_progress": [("r", "completed")],
    "asked": [("r", "confirmed"), ("r", "not_possible")], "not_possible": [("r", "confirmed"), ("g", "closed")],
}  # fmt: skip
REASONS = {"declined": "other_region", "completed": "helped", "not_possible": "legal_duty"}

picks = st.integers(0, 11)
readers = st.sampled_from(READERS)
days_on = st.sampled_from((None, None, 0, 4, 30))
FACTS = st.fixed_dictionaries({
    "incident_date": st.sampled_from((date(2026, 10, 7), date(2026, 11, 2))),
    "place": st.sampled_from(("GM0114", "GM0114", "GM0014", "GM0080", None)),
    "ground": st.sampled_from((("ras",), ("seksuele_gerichtheid",), ("geslacht/genderidentiteit", "ras"), ("ras", "seksuele_gerichtheid"))),
    "nature": st.sampled_from(("bedreiging", "geweld")), "status": st.sampled_from(("in_behandeling", "in_behandeling", "afgesloten")),
    "narrative": st.sampled_from(STORIES), "reported_by": st.sampled_from(("slachtoffer", None)),
    "outcome": st.sampled_from(("veroordeling", "transactie")),
})  # fmt: skip
STEERING = st.fixed_dictionaries({
    "anonymity": st.sampled_from(("known", "known", "full")), "reporter_age": st.sampled_from(("16_or_older", "16_or_older", "under_16")),
    "inquiry": st.just("none"), "police_regime": st.sampled_from(("art8", "art8", "art9")),
    "prosecution": st.sampled_from(("irrevocable_sanction", "irrevocable_sanction", "open")),
    "weighty_interest": st.sampled_from(("none", "recorded_urgent")),
})  # fmt: skip
ASKED_OF = {
    POLICE: ("police_regime", "anonymity", "reporter_age"), OM: ("prosecution", "weighty_interest"),
    EMMEN: ("anonymity", "reporter_age", "inquiry"), COC_GD: ("anonymity", "reporter_age"),
}  # fmt: skip
SHARES = st.fixed_dictionaries({
    "incident_date": st.sampled_from((None, "day", "week", "month")), "place": st.sampled_from(("municipality", "province")),
    "ground": st.sampled_from(("sub", "ground", "family")), "status": st.sampled_from(("stage", "phase", None)),
})  # fmt: skip


ARGUMENTS = {
    name: st.fixed_dictionaries(words) for name, words in {
        "new_case": {"who": picks, "facts": FACTS, "said": STEERING, "yes": picks},
        "update": {"pick": picks, "facts": FACTS, "steering": STEERING},
        "ask_the_reporter": {
            "pick": picks, "to": st.sampled_from(ASK_FOR_YES), "few": st.sampled_from((None, None, ("place",), ("ground", "status"))),
            "many": picks, "until": days_on, "by": st.sampled_from(("reporter", "guardian")), "no": st.sampled_from((False, False, True)),
        },
        "withdraw": {"pick": picks},
        "hold_back": {
            "pick": picks, "fact": st.sampled_from((None, "place", "ground", "incident_date", "status", "narrative")), "step": picks,
            "whom": picks, "until": days_on,
        },
        "lift": {"pick": picks},
        "propose_and_sign": {
            "which": picks, "share": SHARES, "turns": st.integers(0, 63), "begins": st.sampled_from((0, 0, 0, 1, 5)),
            "lasts": st.sampled_from((3, 40, 300)), "hands": st.sampled_from((3, 3, 3, 1)),
        },
        "stop": {"which": picks, "pick": picks},
        "time_passes": {
            "days": st.sampled_from((0, 0, 1, 1, 5, 31, 200)),
            "clock": st.sampled_from(("", "notes", "notes", "works", "works", "works", *TERMS)), "pick": picks,
        },
        "refer": {"pick": picks, "to": st.sampled_from(BUREAUS), "facts": st.sampled_from((None, None, ("place", "ground")))},
        "write_the_next_word": {"pick": picks, "which": picks},
    }.items()
}  # fmt: skip
THEMES = {
    "agreements": ("new_case", "update", *3 * ("propose_and_sign",), "stop", *4 * ("time_passes",), "hold_back", "write_the_next_word"),
    "reporters": (
        "new_case", "update", "update", *3 * ("ask_the_reporter",), "withdraw", "withdraw", "hold_back", "hold_back", "lift", "time_passes",
        "time_passes", "propose_and_sign", "write_the_next_word",
    ),
    "referrals": (
        "new_case", "update", *3 * ("refer",), *5 * ("write_the_next_word",), "withdraw", "hold_back", "lift", "time_passes", "time_passes",
        "stop", "propose_and_sign",
    ),
    "everything": tuple(ARGUMENTS),
}  # fmt: skip


class Everybody(RuleBasedStateMachine):
    """What each partner sees after every deed is what the plain account says, the outsider included."""

    stage: ClassVar[Stage]
    themes: ClassVar[tuple[str, ...]] = tuple(THEMES)

    def __init__(self) -> None:
        super().__init__()
        self.version = 10
        partners = self.stage.cast.partners
        kinds, provinces = ({slug: getattr(one, name) for slug, one in partners.items()} for name in ("kind", "provinces"))
        agreements = self.stage.begin()
        self.world = World(day=self.stage.day, kinds=kinds, provinces=provinces, agreements=agreements)
        self.world.work = [{"pair": one.pair, "from": None, "to": one.no, "closing": False, "done": True} for one in agreements]

    def done(self) -> World:
        """The deed was done on the stage; now the account hears of it."""
        self.world.moment = self.stage.moment
        return self.world

    def a_case(self, pick: int, *givers: str) -> dict[str, Any] | None:
        found = [case for case in self.world.cases.values() if not givers or case["giver"] in givers]
        return found[pick % len(found)] if found else None

    # Cases

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self.theme = data.draw(st.sampled_from(self.themes), label="theme")
        self.one_deed(data, "new_case")

    @rule(data=st.data())
    def deed(self, data: st.DataObject) -> None:
        able = {**dict.fromkeys(ARGUMENTS, True), "new_case": len(self.world.cases) < 5, **self.able()}
        self.one_deed(data, data.draw(st.sampled_from([name for name in THEMES[self.theme] if able[name]]), label="deed"))

    def one_deed(self, data: st.DataObject, name: str) -> None:
        """Draw what it needs, do it on the stage and in the account, and look."""
        getattr(self, name)(**data.draw(ARGUMENTS[name], label=name))
        self.world.moment = self.stage.moment
        looking.look(self.stage, self.world, reader=data.draw(readers, label="reader"), pick=data.draw(picks, label="looks"))

    def able(self) -> dict[str, bool]:
        """For what there is occasion."""
        cases = self.world.cases.values()
        return {
            "ask_the_reporter": any(case["giver"] == EMMEN for case in cases), "withdraw": any(case["consents"] for case in cases),
            "lift": any(not one["lifted"] for case in cases for one in case["holds"]),
            "refer": any(case["giver"] in (POLICE, COC_GD) for case in cases),
            "write_the_next_word": any(one["words"][-1][0] in NEXT for one in self.world.threads),
        }  # fmt: skip

    def new_case(self, who: int, facts: dict[str, Any], said: dict[str, str], yes: int) -> None:
        giver = GIVERS[self.theme][who % len(GIVERS[self.theme])]
        name, facts, steering = f"{len(self.world.cases) + 1}", known(giver, facts), {word: said[word] for word in ASKED_OF[giver]}
        words = ("given", "given", "given_by_guardian", "refused", "not_asked")
        consents = {slug: words[(yes + place) % 5] for place, slug in enumerate(ASK_FOR_YES)} if giver == EMMEN else {}
        concerns = set(BUREAUS[: yes % 3]) if giver == OM else set()
        closed_on = self.world.day if facts["status"] == "afgesloten" else None
        case = {"name": name, "giver": giver, "facts": facts, "steering": steering, "first": self.world.day, "closed_on": closed_on}
        case |= {"consents": {}, "concerns": concerns, "holds": []}
        self.stage.bring_in(name, giver, facts, steering, {"consents": consents, "concerns": concerns, "closed_on": closed_on})
        for slug, word in consents.items():
            if word.startswith("given"):
                case["consents"][slug] = yes_to(PURPOSES, by="guardian" if word.endswith("guardian") else "reporter")
        self.done().cases[name] = case
        self.world.decide(name, "closed")

    def update(self, pick: int, facts: dict[str, Any], steering: dict[str, str]) -> None:
        case = self.a_case(pick)
        giver, facts = case["giver"], known(case["giver"], facts)
        said = {word: steering[word] for word in ASKED_OF[giver]}
        if (facts, said) != (case["facts"], case["steering"]):
            closed_on = (case["closed_on"] or self.world.day) if facts["status"] == "afgesloten" else None
            if giver in (POLICE, OM):
                again = {"consents": {}, "concerns": case["concerns"], "closed_on": closed_on}
                self.stage.bring_in(case["name"], giver, facts, said, again)
            else:
                self.stage.revise(case["name"], facts, said)
            case |= {"facts": facts, "steering": said, "closed_on": closed_on}
            self.done().decide(case["name"], "closed")

    def ask_the_reporter(self, pick: int, to: str, few: Any, many: int, until: int | None, by: str, no: bool) -> None:
        case = self.a_case(pick, EMMEN)
        agreement = self.world.in_force(EMMEN, to, STANDING)
        purposes = sorted(agreement.purposes) if agreement else ["case_work"]
        purposes = purposes[: 1 + many % len(purposes)]
        facts = tuple(fact for fact in few if fact in agreement.share) or None if few and agreement and not no else None
        last = None if until is None else self.world.day + timedelta(days=until)
        asked = ConsentAsked("refused" if no else "given", () if no else tuple(purposes), by, "talk", last, facts)
        if agreement is None:
            with pytest.raises(Invalid):
                self.stage.say_yes(case["name"], to, asked)
        else:
            self.stage.say_yes(case["name"], to, asked)
            case["consents"][to] = yes_to(asked.purposes, by=by, until=last, facts=facts, state=asked.state)
            self.done().decide(case["name"], "closed")

    def withdraw(self, pick: int) -> None:
        found = [(case, slug) for case in self.world.cases.values() for slug in sorted(case["consents"])]
        case, slug = found[pick % len(found)]
        if case["consents"][slug]["state"] == "given":
            self.stage.withdraw(case["name"], slug)
            case["consents"][slug] |= {"state": "withdrawn"}
            self.done().decide(case["name"], "withdrawn")
        else:
            with pytest.raises(Conflict):
                self.stage.withdraw(case["name"], slug)

    def hold_back(self, pick: int, fact: str | None, step: int, whom: int, until: int | None) -> None:
        case = self.a_case(pick)
        others = [None, *(slug for slug in READERS if slug != case["giver"])]
        words = (*LADDERS[fact][1:3], None) if fact else (None,)
        held = {"recipient": others[whom % len(others)], "fact": fact, "precision": words[step % len(words)], "lifted": False}
        held["until"] = None if until is None else self.world.day + timedelta(days=until)
        told = HeldFact("Dat is hier beter zo.", fact, held["precision"], held["until"])
        self.stage.hold(case["name"], held["recipient"], told)
        case["holds"].append(held)
        self.done().decide(case["name"], "held_back")

    def lift(self, pick: int) -> None:
        found = [(case, no) for case in self.world.cases.values() for no, one in enumerate(case["holds"], 1) if not one["lifted"]]
        case, no = found[pick % len(found)]
        self.stage.lift(case["name"], no)
        case["holds"][no - 1]["lifted"] = True
        self.done().decide(case["name"], "closed")

    # Agreements

    def propose_and_sign(self, which: int, share: dict[str, str], turns: int, begins: int, lasts: int, hands: int) -> None:
        name, *pair = self.a_pair(which)
        policy, first = self.stage.house.book.policy_named(name), self.world.day + timedelta(days=begins)
        agreement = (*pair, policy.kind.value)
        waiting = [
            one for one in self.world.agreements if one.pair == agreement and one.state == "proposed" and one.begins >= self.world.day
        ]
        if waiting:
            self.sign(waiting[0], 3)
        else:
            self.version += 1
            wanted = varied(replace(policy, givers=pair[:1], recipients=pair[1:], valid_from=first), share, turns)
            one = self.stage.propose(replace(wanted, valid_until=first + timedelta(days=lasts)), version=self.version)
            self.world.agreements.append(one)
            self.sign(one, hands)

    def a_pair(self, pick: int) -> tuple[str, str, str]:
        """Two partners and the file between them, of which the one has cases."""
        givers = {case["giver"] for case in self.world.cases.values()}
        found = [one for one in MENU if one[1] in givers]
        return found[pick % len(found)]

    def sign(self, one: Agreement, hands: int) -> None:
        while one.hands < hands:
            self.stage.sign(one)
            one.hands += 1
        if one.hands == 3:
            agreed.accept(self.done(), one)

    def stop(self, which: int, pick: int) -> None:
        pair = self.a_pair(which)[1:]
        found = [one for one in self.world.agreements if one.pair[:2] == pair and one.state in ("valid", "proposed")]
        found = [one for one in found if one.state == "proposed" or one.ends >= self.world.day]
        if found:
            one = found[-1 - pick % len(found)]
            self.stage.stop(one)
            agreed.stop(self.done(), one)

    # Time

    def time_passes(self, days: int, clock: str, pick: int) -> None:
        self.stage.day = self.world.day = self.world.day + timedelta(days=days)
        slug = EMMEN if clock == "mornings" else self.a_case(pick)["giver"]
        if clock in ("notes", "works"):
            self.stage.tell_the_clock(slug)
            agreed.note(self.done(), slug)
        if clock == "works":
            self.stage.work_off(slug)
            agreed.work_off(self.done(), slug)
        elif clock in TERMS:
            self.stage.end(slug, clock)
            getattr(agreed, f"end_{clock}")(self.done(), slug)

    # Referrals and recalls

    def refer(self, pick: int, to: str, facts: tuple[str, ...] | None) -> None:
        case = self.a_case(pick, POLICE, COC_GD)
        before, agreement = case["consents"].get(to), self.world.in_force(case["giver"], to, REFERRAL)
        if any(one["words"][-1][0] not in OVER for one in self.world.referrals(case=case["name"], recipient=to)):
            with pytest.raises(ReferredBefore):
                self.stage.offer(case["name"], to, facts)
        elif agreement is None:
            with pytest.raises(NotFound):
                self.stage.offer(case["name"], to, facts)
        else:
            key = (case["name"], to, REFERRAL)
            case["consents"][to] = yes_to(["help"], facts=facts)
            thread = self.world.open_thread(REFERRAL, key, "offered", None)
            if self.world.due(*key) is None:
                self.world.threads.remove(thread)
                case["consents"] = {slug: one for slug, one in {**case["consents"], to: before}.items() if one}
                with pytest.raises(NotReferred):
                    self.stage.offer(case["name"], to, facts)
            else:
                thread["id"] = self.stage.offer(case["name"], to, facts)
                self.done().decide(case["name"], "closed")

    def write_the_next_word(self, pick: int, which: int) -> None:
        found = [one for one in self.world.threads if one["words"][-1][0] in NEXT]
        thread = found[pick % len(found)]
        ends = [("g", "withdrawn")] if thread["kind"] == REFERRAL else []
        ways = NEXT[thread["words"][-1][0]]
        side, word = [*ways, *ways, *ways, *ends][which % (3 * len(ways) + len(ends))]
        reason, names = REASONS.get(word), "bureau-drenthe" if word == "declined" else None
        self.stage.say(thread["giver" if side == "g" else "recipient"], thread["id"], word, reason, names)
        self.done().write(thread, word, reason)
        if word == "withdrawn":
            name, to, _ = thread["key"]
            consents = self.world.cases[name]["consents"]
            if to in consents and consents[to]["state"] == "given" and consents[to]["purposes"] == {"help"}:
                consents[to] |= {"state": "withdrawn"}
            self.world.decide(name, "withdrawn")


def known(giver: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Of the drawn facts those that this giver can know and has."""
    mine = KNOWN_TO_OM if giver == OM else [fact for fact in facts if fact != "outcome"]
    return {fact: facts[fact] for fact in mine if facts[fact] is not None}


def yes_to(purposes: Any, *, by: str = "reporter", until: date | None = None, facts: Any = None, state: str = "given") -> dict[str, Any]:
    few = None if facts is None else frozenset(facts)
    return {"state": state, "purposes": frozenset(purposes), "by": by, "until": until, "facts": few}


def varied(policy: Policy, share: dict[str, str], turns: int) -> Policy:
    """The policy with some of its points turned: shapes, reach, list, purposes, terms, and what it means for older cases."""
    words = {**policy.share, **share}
    if policy.conditions:
        words["ground"] = "sub"
    if turns & 1:
        words = dict(policy.share)
    if turns & 2 and "narrative" in words:
        del words["narrative"]
    conditions = (Condition("ground", frozenset({"seksuele_gerichtheid"})),) if policy.conditions and turns & 4 else policy.conditions
    reaches = policy.reaches
    if turns & 8 and Reach.OWN_CASES not in reaches:
        reaches = frozenset({Reach.EVERYTHING if Reach.RECIPIENT_PROVINCE in reaches else Reach.RECIPIENT_PROVINCE})
    purposes = policy.purposes - {Purpose.CASE_WORK} if turns & 16 and len(policy.purposes) > 1 else policy.purposes
    existing = ExistingCases.OPEN_TOO if turns & 32 else ExistingCases.STAY_CLOSED
    share = {fact: word for fact, word in words.items() if word is not None and (fact in policy.share or fact not in ("status",))}
    keep = Keep(policy.keep.at_most, policy.keep.after_closing if "status" in share else None)
    return replace(
        policy, share=share, conditions=conditions, reaches=reaches, purposes=purposes, existing_cases=existing, keep=keep
    )  # fmt: skip
