"""What a person reads after offering a code: one Dutch sentence per outcome, from arithmetic and the asker's own rows alone."""

from datetime import date

from hub.pseudonyms.mint import ALPHABET, show

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()


def typing_error() -> str:
    """A single wrong sign explains the word, but the code it leads to is not the asker's."""
    return "In deze code zit een fout. Laat hem nog eens voorlezen."


def did_you_mean(code: str, *, offered: str, position: int) -> str:
    """A single wrong sign explains the word, and the asker does have a row under the right code."""
    right, wrong = code[position - 1], offered[position - 1]
    return f"Deze code bestaat niet. Bedoelt u {show(code)}? Teken {position} is dan {right} en niet {wrong}."


def made_for_another(organisation: str) -> str:
    """The word is a code of another recipient, or there is more than one error in it; both read the same."""
    return f"Deze code is niet voor {organisation} gemaakt, of er zitten meer fouten in. Vraag de gever om uw code."


def unknown_here(organisation: str) -> str:
    """The word has the form of the asker's codes, and there is no row under it."""
    return f"Deze code klopt van vorm, maar is bij {organisation} niet bekend."


def replaced(code: str, *, on: date) -> str:
    """The code was replaced by this newer one."""
    return f"Deze code is op {_day(on)} vervangen door {show(code)}. Gebruik voortaan de nieuwe."


def ended(organisation: str, *, since: date) -> str:
    """The asker had a row under this code, and its giver took it back."""
    return f"Deze zaak wordt sinds {_day(since)} niet meer met {organisation} gedeeld."


def signs() -> str:
    """Which signs a code is made of, for the explanation beside a search box."""
    return f"Een code heeft 11 tekens uit {ALPHABET}. Een I of L lezen wij als 1, een O als 0."


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
