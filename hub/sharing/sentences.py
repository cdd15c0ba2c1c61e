"""Policies, reasons and values as Dutch sentences: for the giver everything, for the recipient what the policy says of all cases alike."""

from collections.abc import Iterable, Mapping
from datetime import date

from hub.partners.rules import Partner
from hub.sharing.facts import Span, Value
from hub.sharing.invariants import AnonymityRule, Floor, FloorRule
from hub.sharing.policy import Basis, Condition, ExistingCases, Policy, PolicyKind, Reach
from hub.sharing.projection import AGREEMENT, ANONYMITY, COARSER, CONSENT, ERASED, FLOOR, FLOOR_PREFIX, GIVEN, HOLD_BACK, NOT_ASKED, UNKNOWN
from hub.sharing.question import Terms
from hub.sharing.vocabulary import Vocabulary

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
QUARTERS = ("eerste", "tweede", "derde", "vierde")
NOT_SHARED = "Niet gedeeld."

REASONS: Mapping[str, str] = {
    "no_policy": "Er is geen afspraak met deze ontvanger.",
    "not_valid": "De afspraak geldt op deze dag niet.",
    "stays_closed": "De zaak is vrijgegeven voordat deze afspraak gold; oudere zaken krijgen niet meer dan toen was afgesproken.",
    "outside_province": "Het voorval ligt niet in een provincie van de ontvanger, of de plaats is niet bekend.",
    "not_own_case": "Er is niet vastgelegd dat dit een zaak van deze ontvanger is.",
    "not_referred": "Er is geen doorverwijzing naar deze ontvanger.",
    "other_subject": "De zaak gaat niet over het onderwerp van de afspraak.",
    "held_back": "U houdt dit tegen voor deze ontvanger.",
    "no_consent": "De melder heeft voor deze ontvanger geen toestemming gegeven, of de toestemming is voorbij.",
    "guardian_needed": "De melder is jonger dan 16 jaar, of de leeftijd is niet bekend: de wettelijk vertegenwoordiger geeft toestemming.",
    "purpose_not_consented": "De melder heeft toestemming gegeven, maar niet voor een doel van deze afspraak.",
    "would_announce": "Dat deze zaak zichtbaar is, zou een gegeven verraden dat de ontvanger niet mag zien.",
    "kept_long_enough": "De bewaartermijn is voorbij.",
    "not_consented": "De melder heeft voor dit gegeven geen toestemming gegeven.",
    "not_shared": "De afspraak deelt dit gegeven niet.",
    "not_in_vocabulary": "Deze waarde staat niet in de woordenlijst en gaat daarom niet mee.",
}
ABSENCES = {
    UNKNOWN: "Dit is gevraagd en niet bekend; er gaat niets mee.",
    NOT_ASKED: "Dit is niet gevraagd; er gaat niets mee.",
    ERASED: "Dit is gewist; er gaat niets mee.",
}
REACHES = {
    Reach.EVERYTHING: "Het gaat om alle zaken van de gever.",
    Reach.RECIPIENT_PROVINCE: "Het gaat alleen om voorvallen in een provincie van de ontvanger; zonder plaats wordt niets gedeeld.",
    Reach.OWN_CASES: "Het gaat alleen om zaken waarvan de gever heeft vastgelegd dat ze over een zaak van de ontvanger gaan.",
}
KINDS = {
    PolicyKind.STANDING: "delen zaken met",
    PolicyKind.REFERRAL: "verwijzen een melder door naar",
    PolicyKind.COUNTS: "geven alleen tellingen, en geen zaken, aan",
}
KINDS_OF_ONE = {
    PolicyKind.STANDING: "deelt zaken met",
    PolicyKind.REFERRAL: "verwijst een melder door naar",
    PolicyKind.COUNTS: "geeft alleen tellingen, en geen zaken, aan",
}
TERMS = {"working days": "werkdagen", "weeks": "weken", "months": "maanden"}
EXPECTS = {
    "answer_within": "De ontvanger antwoordt binnen {}.",
    "outcome_within": "De ontvanger laat binnen {} weten wat eruit kwam.",
    "news_within": "De gever wordt eraan herinnerd als er {} geen nieuws is.",
}


def policy_in_dutch(policy: Policy, *, vocabulary: Vocabulary, partners: Mapping[str, Partner]) -> tuple[str, ...]:
    """The whole policy as sentences that a privacy officer can sign."""
    verb = (KINDS if len(policy.givers) > 1 else KINDS_OF_ONE)[policy.kind]
    purposes = (vocabulary.purposes[purpose] for purpose in sorted(policy.purposes))
    return (
        f"{capital(_names(policy.givers, partners))} {verb} {_names(policy.recipients, partners)}.",
        shared_in_dutch(policy, vocabulary=vocabulary),
        *_reach(policy),
        *(condition_in_dutch(one, vocabulary=vocabulary) for one in policy.conditions),
        f"Het doel is: {listed(purposes)}.",
        _consent(policy),
        _existing(policy),
        f"De afspraak geldt van {day_in_dutch(policy.valid_from)} tot en met {day_in_dutch(policy.valid_until)}.",
        *_keep(policy),
        "De ontvanger geeft niets door aan een ander.",
        *(EXPECTS[key].format(_term(term)) for key, term in policy.expects.items()),
        *(("Gegevens om de melder te bereiken gaan buiten de hub om.",) if policy.contact_data else ()),
        *(f"Niet gedeeld: {vocabulary.facts[fact].dutch}. {sentence}" for fact, sentence in policy.not_shared.items()),
        _decision(policy),
        *(("Dit is een voorbeeld en geen echt besluit.",) if policy.example else ()),
    )


def shared_in_dutch(policy: Policy, *, vocabulary: Vocabulary) -> str:
    """Which facts the policy shares, and in which precision."""
    words = ((fact, precision_in_dutch(fact, word=word, vocabulary=vocabulary)) for fact, word in policy.share.items())
    shared = (f"{vocabulary.facts[fact].dutch} ({word})" for fact, word in words)
    return f"Gedeeld wordt: {listed(shared)}."


def reason_in_dutch(reason: str, *, floor: Floor) -> str:
    """One reason as a sentence for the giver; a rule of the floor with its source."""
    return REASONS[reason] if reason in REASONS else _rule(reason, floor)


def explain_to_giver(fact: str, *, state: str, because: Iterable[str], terms: Terms) -> str:
    """Why this fact of this case goes in this shape, or does not go: the full reason, from what stands in the giver's own row."""
    policy = terms.policy
    if policy is None:
        return REASONS["no_policy"]
    if state in ABSENCES:
        return ABSENCES[state]
    source = agreement_in_dutch(policy)
    if state in (GIVEN, COARSER):
        shape = f"Gedeeld: {precision_in_dutch(fact, word=policy.share[fact], vocabulary=terms.vocabulary)}"
        coarser = {HOLD_BACK: "; u maakt het voor deze zaak grover", "": "; voor deze zaak grover"}
        how = coarser[HOLD_BACK if "held_back" in because else ""] if state == COARSER else ""
        return f"{shape}{how}. {source}"
    if state in (ANONYMITY, FLOOR):
        rules = ((reason, _named(reason, terms.floor)) for reason in because)
        return _rule(next((reason for reason, rule in rules if rule and fact in rule.hide), ""), terms.floor)
    if state == CONSENT:
        return REASONS["not_consented"]
    if state == HOLD_BACK:
        return REASONS["held_back"]
    assert state == AGREEMENT, "there are no other letters"
    return f"{policy.not_shared.get(fact, REASONS['stays_closed' if 'stays_closed' in because else 'not_in_vocabulary'])} {source}"


def agreement_in_dutch(policy: Policy) -> str:
    """Which agreement this is, and on which decision it stands."""
    return f"Afspraak '{policy.title}', versie {policy.version}, besluit {policy.decision.reference}."


def explain_to_recipient(fact: str, *, value: Value | None, policy: Policy, vocabulary: Vocabulary) -> str:
    """What the recipient may know about this fact: from the value and the policy alone, so it cannot tell more than these two."""
    if value is not None:
        shown = value_in_dutch(value, fact=fact, vocabulary=vocabulary)
        return f"{capital(vocabulary.facts[fact].dutch)}: {shown}. {shared_as(fact, policy=policy, vocabulary=vocabulary)}"
    return policy.not_shared.get(fact, NOT_SHARED)


def shared_as(fact: str, *, policy: Policy, vocabulary: Vocabulary) -> str:
    """In which precision the agreement shares this fact."""
    return f"De afspraak deelt {precision_in_dutch(fact, word=policy.share[fact], vocabulary=vocabulary)}."


def value_in_dutch(value: Value, *, fact: str, vocabulary: Vocabulary) -> str:
    """A value as people write it."""
    if isinstance(value, Span):
        return span_in_dutch(value)
    if isinstance(value, bool):
        return "ja" if value else "nee"
    codes = vocabulary.codes_of(fact)
    if codes is None:
        return str(value)
    words = value if isinstance(value, tuple) else (value,)
    return listed(codes.label(word) for word in words) if words else "geen"


def span_in_dutch(span: Span) -> str:
    """`7 oktober 2026`, `1 tot en met 7 oktober 2026`, `oktober 2026`, `vierde kwartaal van 2026` or `2026`."""
    first, last = span.first, span.last
    if first == last:
        return day_in_dutch(first)
    month = f"{MONTHS[first.month - 1]} {first.year}"
    if "/" in str(span):
        return f"{first.day} tot en met {last.day} {month}"
    if first.month == last.month:
        return month
    return f"{QUARTERS[first.month // 3]} kwartaal van {first.year}" if "Q" in str(span) else str(first.year)


def day_in_dutch(day: date) -> str:
    """`7 oktober 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(words: Iterable[str]) -> str:
    """Words with commas, and `en` before the last."""
    *first, last = words
    return f"{', '.join(first)} en {last}" if first else last


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def _names(slugs: Iterable[str], partners: Mapping[str, Partner]) -> str:
    return listed(partners[slug].name for slug in slugs)


def precision_in_dutch(fact: str, *, word: str, vocabulary: Vocabulary) -> str:
    """A precision of this fact in words: de gemeente."""
    words = vocabulary.facts[fact]
    return words.precisions[words.step(word)].dutch


def _reach(policy: Policy) -> tuple[str, ...]:
    if policy.kind is PolicyKind.REFERRAL:
        return ("Het gaat om één zaak, op wens van de melder.",)
    return tuple(REACHES[reach] for reach in sorted(policy.reaches))


def condition_in_dutch(condition: Condition, *, vocabulary: Vocabulary) -> str:
    """Which cases take part at all, by the words of one fact."""
    codes = vocabulary.codes_of(condition.fact)
    words = sorted(codes.label(word) if codes else {"true": "ja", "false": "nee"}[word] for word in condition.words)
    dutch = vocabulary.facts[condition.fact].dutch
    return f"Alleen zaken met een van deze woorden doen mee, en alleen deze woorden gaan mee ({dutch}): {', '.join(words)}."


def _consent(policy: Policy) -> str:
    if policy.consent is Basis.REPORTER:
        return "Per ontvanger is toestemming van de melder nodig."
    return "Toestemming van de melder is niet nodig; de grondslag staat bij het besluit."


def _existing(policy: Policy) -> str:
    if policy.existing_cases is ExistingCases.STAY_CLOSED:
        return "Zaken van voor deze versie krijgen niet meer dan toen was afgesproken."
    return "Ook zaken van voor deze versie doen mee."


def _keep(policy: Policy) -> tuple[str, ...]:
    what = "De ontvanger houdt een telling" if policy.kind is PolicyKind.COUNTS else "De ontvanger ziet een zaak"
    most = f"{what} hoogstens {policy.keep.at_most} maanden."
    if policy.keep.after_closing is None:
        return (most,)
    return (most, f"Na sluiting van de zaak blijft zij nog {policy.keep.after_closing} maanden zichtbaar.")


def _term(term: str) -> str:
    number, _, unit = term.partition(" ")
    return f"{number} {TERMS[unit]}"


def _decision(policy: Policy) -> str:
    one = policy.decision
    agreed = f" Ingestemd: {one.agreed_by}." if one.agreed_by else ""
    return (
        f"Besluit {one.reference} van {day_in_dutch(one.decided_on)}, genomen door {one.decided_by}.{agreed} "
        f"Belang: {one.interest}. Samenwerking: {one.collaboration}. Bedoeling: {one.aim}. "
        f"Grondslag van de gever: {one.basis}. Grondslag van de ontvanger: {one.receiving_basis}."
    )


def _named(reason: str, floor: Floor) -> AnonymityRule | FloorRule | None:
    rules: tuple[AnonymityRule | FloorRule, ...] = (*floor.anonymity, *floor.rules)
    return next((rule for rule in rules if rule.id == reason.removeprefix(FLOOR_PREFIX)), None)


def _rule(reason: str, floor: Floor) -> str:
    rule = _named(reason, floor)
    return f"{rule.says} Bron: {rule.source}." if rule else "De wettelijke ondergrens houdt dit tegen."
