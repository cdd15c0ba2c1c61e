"""The years that the design of the planner works out by hand: Drenthe 2027, and five bodies together."""

from datetime import date
from itertools import combinations

from hub.consultations.question import Absence, PlanRules

UNAVAILABLE = (Absence("OM", 1), Absence("OM", 5), Absence("Politie", 3), Absence("ADV Drenthe", 5))
DRENTHE = PlanRules(2027, 5, date(2026, 11, 26), range(56, 99), 10, weekday=4, unavailable=UNAVAILABLE)
DRENTHE_DAYS = (date(2027, 1, 28), date(2027, 4, 15), date(2027, 6, 24), date(2027, 9, 16), date(2027, 11, 25))
BODIES = {
    "drenthe": DRENTHE,
    "groningen": PlanRules(2027, 5, date(2026, 11, 24), range(56, 99), 10, weekday=2, unavailable=UNAVAILABLE),
    "fryslan": PlanRules(2027, 5, date(2026, 11, 19), range(56, 99), 10, weekday=4, unavailable=UNAVAILABLE),
    "rdo": PlanRules(2027, 2, date(2026, 10, 13), range(120, 241), 10, weekday=2, unavailable=UNAVAILABLE),
    "homofoob-geweld": PlanRules(2027, 4, date(2026, 11, 17), range(63, 121), 10, weekday=2, unavailable=UNAVAILABLE),
}
ALL_SHARE = {frozenset(pair): ("OM", "Politie") for pair in combinations(BODIES, 2)}
