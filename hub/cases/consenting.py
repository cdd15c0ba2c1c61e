"""What the reporter is asked and what it said: one form for all recipients and purposes, in which nothing is chosen beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from hub.cases.actions import ConsentAsked, record_consent
from hub.cases.forms import FormRefused, Typed
from hub.cases.house import House
from hub.cases.queries import OwnCase, consent_policies, own_case
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.kernel.schemas import HouseSchema, load
from hub.partners.queries import partners_by_id
from hub.partners.rules import Partner
from hub.sharing.asking import asked_in_dutch, in_shape
from hub.sharing.policy import Policy
from hub.sharing.vocabulary import strict_words

ANSWER, PURPOSE, FACT = "antwoord-", "doel-", "gegeven-"  # with the short name of a recipient behind it
ALL, SOME, NO = "alles", "deel", "nee"
UNDER_AGE, OF_AGE = "under_16", "16_or_older"
STRANGE = "Dit formulier heeft velden die Schakel niet kent. Er is niets vastgelegd."
NOT_YET = "Nog niet alles is goed ingevuld. Er is niets vastgelegd."


def _word(words: list[str], sentence: str) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(words, error=sentence), error_messages={"required": sentence})


class EvidenceForm(HouseSchema):
    """Who was asked, how and when, and until when the answers hold: in closed words, the evidence of them (AVG art. 7 lid 1)."""

    given_by = _word(["reporter", "guardian"], "Kies wie er antwoord gaf.")
    how = _word(["talk", "phone", "letter", "code"], "Kies hoe het is gevraagd.")
    asked_on = fields.Date(load_default=None, error_messages={"invalid": "Vul een geldige dag in, of laat die leeg."})
    until = fields.Date(load_default=None, error_messages={"invalid": "Vul een geldige einddatum in, of laat die leeg."})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one recipient: the words to read out, and what may be agreed to."""

    recipient: Partner
    spoken: tuple[str, ...]
    purposes: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """An own case, and the question about every recipient that needs the reporter's yes."""

    case: OwnCase
    questions: tuple[Question, ...]
    is_under_age: bool
    needs_guardian: bool


def consent_page(work: Work, *, code: str, house: House) -> ConsentPage:
    """Where consent stands at this own case, and what can be asked today; NotFound for any other code."""
    case = own_case(work, house=house, code=code)
    age = strict_words(case.circumstances, vocabulary=house.book.vocabulary)["reporter_age"]
    names, asked = partners_by_id(work), consent_policies(work, house=house)
    found = sorted(((names[one.recipient], one.policy) for one in asked), key=lambda pair: pair[0].id)
    questions = tuple(_question(recipient, policy, house, by_guardian=age != OF_AGE) for recipient, policy in found)
    return ConsentPage(case, questions, case.circumstances.get("reporter_age") == UNDER_AGE, age != OF_AGE)


def _question(recipient: Partner, policy: Policy, house: House, *, by_guardian: bool) -> Question:
    words = house.book.vocabulary
    spoken = asked_in_dutch(policy, name=recipient.name, vocabulary=words, by_guardian=by_guardian)
    purposes = tuple((purpose.value, words.purposes[purpose]) for purpose in sorted(policy.purposes))
    return Question(recipient, spoken, purposes, tuple((fact, in_shape(fact, policy=policy, vocabulary=words)) for fact in policy.share))


def record_answers(work: Work, *, code: str, typed: Typed, house: House) -> tuple[str, ...]:
    """
    Write down what the reporter said about one recipient or more, and share anew; tells about whom something was said.

    A recipient without an answer stays as it was. FormRefused names every field that is not right, and then nothing is written.
    """
    page = consent_page(work, code=code, house=house)
    evidence, problems = _evidence(typed, page)
    wrong: list[Problem] = []
    said = dict(_said(page, typed, wrong))
    if not said and not wrong:
        first = next((f"{ANSWER}{one.recipient.slug}" for one in page.questions), "")
        wrong.append(Problem(first, "Kies bij een ontvanger wat de melder zei."))
    problems = [*wrong, *problems]
    if page.is_under_age and evidence.get("given_by") == "reporter" and any(word != NO for word, _, _ in said.values()):
        problems.append(Problem("given_by", "Deze melder is jonger dan 16 jaar: alleen de wettelijk vertegenwoordiger kan ja zeggen."))
    if problems:
        raise FormRefused(problems)
    for slug, (word, purposes, facts) in said.items():
        state = "refused" if word == NO else "given"
        asked = ConsentAsked(state, purposes, facts=facts if word == SOME else None, **evidence)
        record_consent(work, code=code, recipient=slug, asked=asked, house=house)
    return tuple(said)


def _evidence(typed: Typed, page: ConsentPage) -> tuple[dict[str, Any], list[Problem]]:
    about = {f"{prefix}{one.recipient.slug}" for one in page.questions for prefix in (ANSWER, PURPOSE, FACT)}
    rest = {name: values for name, values in typed.items() if name not in about}
    if set(rest) - set(EvidenceForm().fields):
        raise Invalid(STRANGE)
    try:
        return load(EvidenceForm(), said={name: values[0] for name, values in rest.items() if values and values[0]}, otherwise=NOT_YET), []
    except Invalid as error:
        return {}, list(error.problems)


Said = tuple[str, tuple[str, ...], tuple[str, ...]]


def _said(page: ConsentPage, typed: Typed, problems: list[Problem]) -> Iterator[tuple[str, Said]]:
    """Per recipient about whom something was said: the answer, for which purposes, and for which facts."""
    for one in page.questions:
        slug = one.recipient.slug
        word = next(iter(typed.get(f"{ANSWER}{slug}", ())), "")
        purposes, facts = (tuple(dict.fromkeys(typed.get(f"{prefix}{slug}", ()))) for prefix in (PURPOSE, FACT))
        if not word and not purposes and not facts:
            continue
        if word not in (ALL, SOME, NO):
            problems.append(Problem(f"{ANSWER}{slug}", f"Kies wat de melder zei over {one.recipient.name}."))
        elif word != NO and not (purposes and set(purposes) <= {purpose for purpose, _ in one.purposes}):
            problems.append(Problem(f"{PURPOSE}{slug}", f"Kruis aan waarvoor {one.recipient.name} het mag gebruiken."))
        elif word == SOME and not (facts and set(facts) <= {fact for fact, _ in one.facts}):
            problems.append(Problem(f"{FACT}{slug}", f"Kruis aan welke gegevens {one.recipient.name} mag zien."))
        else:
            yield slug, (word, () if word == NO else purposes, facts)


class QuestionSchema(HouseSchema):
    """What is asked about one recipient."""

    slug = fields.String(attribute="recipient.slug")
    name = fields.String(attribute="recipient.name")
    spoken = fields.List(fields.String())
    purposes = fields.Function(lambda one: dict(one.purposes))
    facts = fields.Function(lambda one: dict(one.facts))
