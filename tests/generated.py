"""Cases and occasions made by chance, for properties of the rules; the same random numbers make the same case."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from hub.partners.rules import Partner
from hub.sharing.coarsen import coarsen
from hub.sharing.facts import FACTS, Absence, Case, Span, Value, day_of, month_span, quarter_of, week_of, year_of
from hub.sharing.policy import Policy, Purpose
from hub.sharing.projection import Answer, Nothing
from hub.sharing.question import Consents, ConsentState, HeldBack, Occasion, Terms, Ties
from hub.sharing.schemas import Book, load_policies
from hub.sharing.vocabulary import FactType, Vocabulary

POLICIES = Path(__file__).parent.parent / "policies"
BOOK: Book = load_policies(POLICIES)
TODAY = date(2026, 11, 4)
PERIODS = (day_of, day_of, day_of, week_of, month_span, quarter_of, year_of)
PAIRS = [(policy, giver, recipient) for policy in BOOK.policies for giver, recipient in policy.pairs()]
RELIEVED = ("ras", "seksuele_gerichtheid", "geslacht/genderidentiteit", "godsdienst/islam")


def any_value(chance: Random, *, fact: str, vocabulary: Vocabulary = BOOK.vocabulary) -> Value:
    """A value this fact can have, now and then a coarse one."""
    words = vocabulary.facts[fact]
    if words.type is FactType.DATE:
        return any_period(chance)
    if words.type is FactType.FLAG:
        return chance.random() < 0.5
    if words.type is FactType.TEXT:
        return f"Samenvatting {chance.randrange(10**6)}."
    codes = vocabulary.codes_of(fact)
    assert codes is not None
    fine = sorted(codes.codes)
    if words.type is FactType.CODE:
        return chance.choice(sorted(codes.coarse)) if codes.coarse and chance.random() < 0.1 else chance.choice(fine)
    preferred = [code for code in RELIEVED if code in codes.codes] or fine
    return tuple(sorted({chance.choice(preferred if chance.random() < 0.6 else fine) for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))}))


def any_period(chance: Random) -> Span:
    """A day of 2026, or one of the periods around it."""
    return chance.choice(PERIODS)(date(2026, 1, 1) + timedelta(days=chance.randrange((TODAY - date(2026, 1, 1)).days + 1)))


def any_steering(chance: Random, *, vocabulary: Vocabulary = BOOK.vocabulary) -> dict[str, str]:
    """Words for the steering facts; mostly the mildest, now and then unknown, misspelt or missing."""
    made = {}
    for name, steering in vocabulary.steering.items():
        word = chance.choice([steering.words[0]] * 6 + list(steering.words) + ["unknown", "?"])
        if chance.random() < 0.95:
            made[name] = word
    return made


def any_case(chance: Random, *, giver: Partner) -> Case:
    """A case of this giver with any facts in it, also ones its kind could not know."""
    facts = {
        fact: any_value(chance, fact=fact) if chance.random() < 0.8 else chance.choice(list(Absence))
        for fact in FACTS
        if chance.random() < 0.9
    }
    closed_on = TODAY - timedelta(days=chance.randrange(900)) if chance.random() < 0.3 else None
    return Case(giver, facts, any_steering(chance), TODAY - timedelta(days=chance.randrange(90)), closed_on)


def any_consents(chance: Random) -> Consents:
    """Mostly given; in all states, purposes, terms and narrowings."""
    purposes = frozenset(Purpose) if chance.random() < 0.7 else frozenset(chance.sample(list(Purpose), chance.randrange(6)))
    facts = None if chance.random() < 0.8 else frozenset(chance.sample(FACTS, 12))
    until = None if chance.random() < 0.8 else TODAY + timedelta(days=chance.randrange(-5, 5))
    return Consents(chance.choice([ConsentState.GIVEN] * 6 + list(ConsentState)), purposes, facts, until)


def any_held(chance: Random, *, vocabulary: Vocabulary = BOOK.vocabulary) -> HeldBack:
    """Mostly nothing; now and then some facts coarser or not at all, or the whole case."""
    if chance.random() < 0.7:
        return HeldBack()
    some = chance.sample(FACTS, chance.randrange(1, 4))
    return HeldBack(chance.random() < 0.1, {fact: chance.choice([*vocabulary.facts[fact].words, None]) for fact in some})


def any_occasion(chance: Random, *, recipient: Partner) -> Occasion:
    """A day around the demo's, with any consent, hold-back and ties."""
    on = chance.choice([TODAY] * 6 + [date(2026, 8, 31), date(2026, 9, 1), date(2027, 2, 28), date(2027, 8, 31), date(2027, 9, 1)])
    slugs = frozenset({recipient.slug}) if chance.random() < 0.8 else frozenset()
    first = on - timedelta(days=chance.randrange(500)) if chance.random() < 0.3 else None
    return Occasion(on, any_consents(chance), any_held(chance), Ties(slugs, slugs), first)


def terms_of(policy: Policy, *, recipient: str, base: Policy | None = None, book: Book = BOOK) -> Terms:
    """The terms of this policy for a case that it always was in force for, or that an older version was."""
    return Terms(book.partners[recipient], policy, base or policy, book.floor, book.vocabulary)


PLACES = {"PV20": "GM0014", "PV21": "GM0080", "PV22": "GM0114"}
FULL = {
    "incident_date": day_of(date(2026, 10, 7)),
    "online": True,
    "ground": ("antisemitisme", "geslacht/genderidentiteit", "seksuele_gerichtheid"),
    "terrain": "huisvesting",
    "nature": "bedreiging",
    "report_kind": "melding",
    "public_task": False,
    "mass_report": False,
    "reported_by": "slachtoffer",
    "contact_wish": "gesprek",
    "reported_elsewhere": ("police",),
    "also_known_to": ("coc",),
    "narrative": "Iemand werd bij de deur bedreigd.",
    "accused": "buur",
    "status": "in_behandeling",
    "handling": ("bemiddeling",),
    "offence": ("137c", "285"),
    "outcome": "veroordeling",
}


def full_case(giver: str, recipient: str) -> Case:
    """A case with all twenty facts and the mildest circumstances, in the first province of the recipient."""
    place = PLACES[BOOK.partners[recipient].provinces[0]]
    steering = {name: words.words[0] for name, words in BOOK.vocabulary.steering.items()}
    return Case(BOOK.partners[giver], {**FULL, "place": place, "residence": place}, steering, TODAY)


def mild_occasion(recipient: str) -> Occasion:
    """The day of the demo, with consent, a concern and a referral, and nothing held back."""
    return Occasion(TODAY, Consents(ConsentState.GIVEN), HeldBack(), Ties(frozenset({recipient}), frozenset({recipient})))


def is_no_finer(narrow: Answer, *, than: Answer, vocabulary: Vocabulary = BOOK.vocabulary) -> bool:
    """Whether everything the one answer shows is in the other, in the same shape or a finer one."""
    if isinstance(narrow, Nothing):
        return True
    if isinstance(than, Nothing) or not narrow.purposes <= than.purposes:
        return False
    for fact, value in narrow.shown.items():
        fine = than.shapes[fact].value
        words = set(value) if isinstance(value, tuple) else None
        shaped = None if fine is None else coarsen(fine, fact=fact, precision=narrow.shapes[fact].precision or "", vocabulary=vocabulary)
        if shaped != value and not (words and isinstance(shaped, tuple) and words <= set(shaped)):
            return False
    return True
