"""
A second, plain account of who sees what (sharing.md 3.2–4.2, 6, 7.1), in days, words and dicts; it calls nothing of `cases` or `sharing`.

A `World` is told every deed after the hub did it. `rows` holds what each recipient was last given of each case, `reads` which of it can
be read today, `threads` what was asked back and who was referred. `due` says what a recipient may have of a case on this day.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.walls.agreed import Agreement, both, closing_is_told, parts_of

LADDERS = {
    "incident_date": ("day", "week", "month", "quarter", "year"), "place": ("municipality", "province"), "online": ("exact",),
    "ground": ("sub", "ground", "family"), "terrain": ("exact",), "nature": ("exact",), "report_kind": ("exact",),
    "public_task": ("exact",), "mass_report": ("exact",), "reported_by": ("exact",), "residence": ("municipality", "province"),
    "contact_wish": ("exact",),
    "reported_elsewhere": ("kinds", "flag"), "also_known_to": ("partner_kind", "flag"), "narrative": ("summary",), "accused": ("exact",),
    "status": ("stage", "phase"), "handling": ("exact",), "offence": ("article", "family"), "outcome": ("exact", "kind"),
}  # fmt: skip
ON_THE_REPORTER = ("reported_by", "residence", "contact_wish", "reported_elsewhere")
PROVINCES = {"GM0014": "PV20", "GM0080": "PV21", "GM0114": "PV22"}
ABOVE = {"in_behandeling": "open", "afgesloten": "gesloten", "veroordeling": "sanctie", "transactie": "sanctie"}
REQUESTS = {"withdrawn": "remove", "held_back": "remove", "closed": "remove", "ended": "ended", "stopped": "ended"}
STANDING, REFERRAL, RECALL = "standing", "referral", "recall"
OVER = ("declined", "completed", "withdrawn")
Key = tuple[str, str, str]  # case, recipient, kind
Row = dict[str, Any]


def coarse(fact: str, word: str, value: Any) -> Any:
    """The value in this shape."""
    if fact == "incident_date":
        return period(value, word)
    if fact == "ground":
        return tuple(sorted({parts_of(one)[LADDERS["ground"].index(word)] for one in value}))
    if word == "province":
        return PROVINCES[value]
    return ABOVE[value] if word in ("phase", "kind") else value


def period(day: date, word: str) -> tuple[date, date]:
    """The first and the last day of the day, week of the month or month in which this day lies."""
    last = monthrange(day.year, day.month)[1]
    if word == "day":
        return day, day
    if word == "week":
        first = min((day.day - 1) // 7 * 7 + 1, 22)
        return day.replace(day=first), day.replace(day=first + 6 if first < 22 else last)
    assert word == "month", "no agreement here shares anything coarser"
    return day.replace(day=1), day.replace(day=last)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class World:
    """Everything that was done, and what each partner sees of it."""

    def __init__(self, *, day: date, kinds: dict[str, str], provinces: dict[str, tuple[str, ...]], agreements: list[Agreement]) -> None:
        self.day, self.moment = day, 0
        self.kinds, self.provinces, self.agreements = kinds, provinces, agreements
        self.cases: dict[str, dict[str, Any]] = {}
        self.rows: dict[Key, Row] = {}
        self.threads: list[dict[str, Any]] = []
        self.work: list[dict[str, Any]] = []
        self.noted: dict[tuple[Key, str], int] = {}
        self.looked: dict[Key, int] = {}
        self.asked_back: dict[Key, int] = {}
        self.opened: dict[tuple[Key, str], int] = {}

    # What may be given

    def in_force(self, giver: str, recipient: str, kind: str, *, on: date | None = None) -> Agreement | None:
        """The one agreement of this day."""
        day = on or self.day
        return next((one for one in self.agreements if one.pair == (giver, recipient, kind) and one.holds(day)), None)

    def due(self, name: str, recipient: str, kind: str) -> Row | None:
        """What this recipient may have of this case today, or nothing; `letters` say per fact how it was decided."""
        case = self.cases[name]
        agreement = self.in_force(case["giver"], recipient, kind)
        if agreement is None:
            return None
        then = self.in_force(case["giver"], recipient, kind, on=case["first"])
        if not agreement.open_too:
            if then is None:
                return None
            terms = both(then, agreement)
        else:
            terms = agreement
        yes = case["consents"].get(recipient)
        if self.is_kept_by_law(case) or (terms.consent and not self.is_agreed_to(case, yes, terms)):
            return None
        if not self.is_in_reach(case, recipient, kind, terms) or any(held["fact"] is None for held in self.held(case, recipient)):
            return None
        limits = self.limits(case, recipient, terms, yes)
        if any(limits[fact][0] > LADDERS[fact].index(word) for fact, word in terms.needs()):
            return None  # that there is a row would tell what is not shown
        row = self.shaped(case, limits, terms, agreement)
        row["purposes"] = terms.purposes & yes["purposes"] if terms.consent else terms.purposes
        row["until"] = self.last_day(case, terms, yes, row, self.rows.get((name, recipient, kind)))
        row["version"] = agreement.no
        return row if row["until"] >= self.day else None

    def is_kept_by_law(self, case: dict[str, Any]) -> bool:
        said = case["steering"]
        if self.kinds[case["giver"]] == "police":
            return said["police_regime"] in ("art9", "art10")
        if self.kinds[case["giver"]] == "om":
            return said["prosecution"] == "open" and said["weighty_interest"] != "recorded_urgent"
        return False

    def is_agreed_to(self, case: dict[str, Any], yes: dict[str, Any] | None, terms: Agreement) -> bool:
        if yes is None or yes["state"] != "given" or (yes["until"] and yes["until"] < self.day):
            return False
        if case["steering"].get("reporter_age") != "16_or_older" and yes["by"] != "guardian":
            return False
        return bool(terms.purposes & yes["purposes"])

    def is_in_reach(self, case: dict[str, Any], recipient: str, kind: str, terms: Agreement) -> bool:
        place, grounds = case["facts"].get("place"), case["facts"].get("ground", ())
        if terms.near and PROVINCES.get(place) not in self.provinces[recipient]:
            return False
        if terms.own and recipient not in case["concerns"]:
            return False
        if kind == REFERRAL and not any(self.referrals(case=case["name"], recipient=recipient, tied=True)):
            return False
        return terms.only_if is None or any(terms.lists(one) for one in grounds)

    def held(self, case: dict[str, Any], recipient: str) -> Iterator[dict[str, Any]]:
        """What is held back from this recipient today."""
        for one in case["holds"]:
            if not one["lifted"] and (one["until"] is None or one["until"] >= self.day) and one["recipient"] in (None, recipient):
                yield one

    def limits(self, case: dict[str, Any], recipient: str, terms: Agreement, yes: dict[str, Any] | None) -> dict[str, tuple[int, str]]:
        """Per fact the lowest step that anything leaves, and the letter of the first that leaves no more."""
        found: dict[str, list[tuple[int, str]]] = {fact: [] for fact in LADDERS}
        if case["steering"].get("anonymity") != "known":
            for fact in ON_THE_REPORTER:
                found[fact].append((len(LADDERS[fact]), "a"))
        if terms.consent and yes and yes["facts"] is not None:
            for fact in set(LADDERS) - yes["facts"]:
                found[fact].append((len(LADDERS[fact]), "t"))
        for fact, ladder in LADDERS.items():
            word = terms.share.get(fact)
            found[fact].append((len(ladder) if word is None else ladder.index(word), "p"))
        for one in self.held(case, recipient):
            if one["fact"] is not None:
                ladder = LADDERS[one["fact"]]
                found[one["fact"]].append((len(ladder) if one["precision"] is None else ladder.index(one["precision"]), "h"))
        return {fact: max(steps, key=lambda step: step[0]) for fact, steps in found.items()}

    def shaped(self, case: dict[str, Any], limits: dict[str, tuple[int, str]], terms: Agreement, agreement: Agreement) -> Row:
        facts, letters = {}, ""
        for fact, (step, letter) in limits.items():
            ladder, value = LADDERS[fact], case["facts"].get(fact)
            if step >= len(ladder):
                letters += letter
            elif value is None:
                letters += "n"
            else:
                if fact == "ground" and terms.only_if is not None:
                    value = tuple(one for one in value if terms.lists(one))
                facts[fact] = coarse(fact, ladder[step], value)
                agreed = agreement.share.get(fact)
                letters += "k" if agreed is not None and step > ladder.index(agreed) else "g"
        return {"facts": facts, "letters": letters}

    def last_day(self, case: dict[str, Any], terms: Agreement, yes: dict[str, Any] | None, row: Row, before: Row | None) -> date:
        days = [terms.last, months_later(before["first"] if before else self.day, terms.keep)]
        if terms.consent and yes and yes["until"]:
            days.append(yes["until"])
        if case["closed_on"] and terms.after_closing and closing_is_told(row["facts"].get("status")):
            days.append(months_later(case["closed_on"], terms.after_closing))
        return min(days)

    # What is given

    def decide(self, name: str, cause: str, *, only: tuple[str, str] | None = None) -> None:
        """A deed touched this case: every recipient gets what it may have today; what goes, goes for this cause."""
        giver = self.cases[name]["giver"]
        pairs = {one.pair[1:] for one in self.agreements if one.pair[0] == giver and one.holds(self.day)}
        pairs |= {key[1:] for key in self.rows if key[0] == name}
        for recipient, kind in sorted(pairs if only is None else pairs & {only}):
            self.put((name, recipient, kind), self.due(name, recipient, kind), cause, is_whole=only is None)

    def put(self, key: Key, new: Row | None, cause: str, *, is_whole: bool) -> None:
        """A row is written only where something in it changes; its first day goes on, its revision rises with what can be seen."""
        row = self.rows.get(key)
        if new is None:
            if row and row["shown"]:
                row.update(shown=False, facts={}, closed=self.moment)
                self.went(key, cause)
            return
        if row is None:
            self.rows[key] = {**new, "shown": True, "first": self.day, "changed": self.day, "revision": 1}
            return
        same = new["facts"] == row["facts"]
        rest = [(one["letters"] if is_whole else as_read(one["letters"]), one["until"], one["purposes"]) for one in (row, new)]
        if row["shown"] and same and rest[0] == rest[1]:
            return
        if not (row["shown"] and same):
            row["changed"] = self.day
        row.update(new, shown=True, revision=row["revision"] + (not same))

    def went(self, key: Key, cause: str) -> None:
        """A referral ends with its row; who opened the row is asked to remove what it took, once for every time that it looked."""
        name, recipient, kind = key
        if kind == REFERRAL:
            for one in self.referrals(case=name, recipient=recipient):
                if one["words"][-1][0] not in OVER:
                    self.write(one, "withdrawn")
        looked, asked = self.looked.get(key), self.asked_back.get(key)
        if looked is not None:
            self.rows[key]["buried"] = True
            if asked is None or asked < looked:
                self.asked_back[key] = self.moment
                self.open_thread(RECALL, key, "asked", cause)

    def reads(self, recipient: str) -> list[Key]:
        """The rows that this partner can read today: given or covered by an agreement, and not referred to it and turned down."""
        mine = [key for key, row in self.rows.items() if key[1] == recipient and row["shown"] and row["until"] >= self.day]
        return [key for key in mine if self.stands(key) and self.is_tied(key)]

    def is_tied(self, key: Key) -> bool:
        return key[2] != REFERRAL or any(self.referrals(case=key[0], recipient=key[1], tied=True))

    def stands(self, key: Key) -> bool:
        agreement = self.in_force(self.cases[key[0]]["giver"], key[1], key[2])
        return agreement is not None and (agreement.covers or agreement.no == self.rows[key]["version"])

    def open(self, keys: list[Key], outlet: str) -> None:
        """Somebody looked at these rows."""
        for key in keys:
            if self.noted.get((key, outlet)) != self.rows[key]["revision"]:
                self.noted[key, outlet], self.looked[key] = self.rows[key]["revision"], self.moment

    # Threads

    def open_thread(self, kind: str, key: Key, word: str, cause: str | None) -> dict[str, Any]:
        name, recipient, of = key
        told = {"kind": kind, "key": key, "giver": self.cases[name]["giver"], "recipient": recipient, "cause": cause, "row": of}
        self.threads.append({**told, "words": [(word, None)], "since": self.day, "id": None})
        return self.threads[-1]

    def write(self, thread: dict[str, Any], word: str, reason: str | None = None) -> None:
        thread["words"].append((word, reason))
        thread["since"] = self.day

    def referrals(self, *, case: str, recipient: str, tied: bool = False) -> Iterator[dict[str, Any]]:
        """The referrals of this case to this bureau; `tied` leaves out those that were turned down or withdrawn."""
        for one in self.threads:
            is_loose = one["words"][-1][0] in ("declined", "withdrawn")
            if one["kind"] == REFERRAL and (one["key"][0], one["recipient"]) == (case, recipient) and not (tied and is_loose):
                yield one


def as_read(letters: str) -> str:
    """Of the letters what a recipient can tell apart."""
    return "".join(letter if letter in "gk" else "-" for letter in letters)
