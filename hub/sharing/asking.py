"""What is read out to a reporter before it says yes or no: the agreement with one recipient, in words for somebody at the telephone."""

from hub.sharing.policy import Policy
from hub.sharing.sentences import listed
from hub.sharing.vocabulary import About, Vocabulary

NEVER = "Uw naam, uw adres en uw telefoonnummer gaan nooit mee."
NOTHING_OF_YOU = "Over u zelf gaat er niets mee."
FREE = "U mag nee zeggen, of alleen ja voor een deel. Wij helpen u dan net zo goed."
GUARDIAN = "De melder is jonger dan 16 jaar, of wij weten de leeftijd niet. Daarom vragen wij het aan de ouder of voogd."


def asked_in_dutch(policy: Policy, *, name: str, vocabulary: Vocabulary, by_guardian: bool = False) -> tuple[str, ...]:
    """The question to the reporter about this recipient, sentence by sentence; what it opens is what the agreement shares."""
    shared = tuple(policy.share)
    of_you = [vocabulary.facts[fact].dutch for fact in shared if vocabulary.facts[fact].about is About.REPORTER]
    others = [in_shape(fact, policy=policy, vocabulary=vocabulary) for fact in shared if vocabulary.facts[fact].about is not About.REPORTER]
    what_for = listed(vocabulary.purposes[purpose] for purpose in sorted(policy.purposes))
    return (
        *((GUARDIAN,) if by_guardian else ()),
        f"Mogen wij deze melding delen met {name}?",
        f"{name} ziet dan: {listed(others)}.",
        f"Over u zelf gaat mee: {listed(of_you)}." if of_you else NOTHING_OF_YOU,
        NEVER,
        f"Het is bedoeld voor: {what_for}. U kunt per doel ja of nee zeggen.",
        f"{name} ziet de melding hoogstens {policy.keep.at_most} maanden en geeft niets door aan een ander.",
        FREE,
        f"U kunt uw ja altijd intrekken. Dan verdwijnt de melding meteen bij {name}.",
    )


def in_shape(fact: str, *, policy: Policy, vocabulary: Vocabulary) -> str:
    """A fact that the agreement shares, with how precisely."""
    words = vocabulary.facts[fact]
    shape = words.precisions[words.step(policy.share[fact])].dutch
    return words.dutch if len(words.precisions) == 1 else f"{words.dutch} ({shape})"
