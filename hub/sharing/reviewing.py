"""`schakel policies show` and `diff`: an agreement in sentences, and beside another version, with what that would change."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from hub.cases.effects import Effect, RecipientEffect, effect_of
from hub.cases.tallying import Became
from hub.desk import Desk, answer, as_json, open_desk
from hub.kernel.clock import now, today
from hub.kernel.errors import Invalid, NotFound
from hub.partners.queries import partner_named
from hub.sharing.compare import Change, direction, overall
from hub.sharing.differing import PAIR_CLOSES, PAIR_OPENS, WAYS, by_pair, change_in_dutch
from hub.sharing.grammar import read_text
from hub.sharing.policy import Policy
from hub.sharing.queries import policies_in_force, versions_named
from hub.sharing.schemas import Book, load_policies, parse_policy
from hub.sharing.sentences import policy_in_dutch

HOME = Path(__file__).resolve().parents[2] / "policies"
FATES = {
    Became.APPEARS: "komen erbij", Became.VANISHES: "verdwijnen", Became.WIDER: "vertellen meer", Became.NARROWER: "vertellen minder",
    Became.BOTH: "vertellen meer en minder", Became.STAYS: "blijven gelijk",
}  # fmt: skip


@dataclass
class Shelf:
    """Where a named version is found: a file, or the register, which is opened only when it is asked."""

    stack: ExitStack
    _desk: Desk | None = field(default=None)

    @property
    def desk(self) -> Desk:
        """The hub, opened once."""
        if self._desk is None:
            self._desk = self.stack.enter_context(open_desk())
        return self._desk

    def find(self, word: str) -> tuple[Policy, Book]:
        """A file, NAME@VERSION, or NAME for the newest version that was loaded; with the vocabulary that it is read by."""
        file = Path(word)
        if file.suffix == ".yaml":
            if not file.is_file():
                raise NotFound(f"Het bestand {word} is er niet.")
            book = self._book_beside(file)
            return parse_policy(read_text(file), name=file.stem, book=book), book
        name, _, version = word.partition("@")
        if version and not version.isdecimal():
            raise Invalid(f"{word}: zet achter @ het nummer van de versie, zoals politie--bureaus@3.")
        with self.desk.work() as (work, _):
            found = versions_named(work, name=name, book=self.desk.house.book)
        number = int(version) if version else max(found, default=0)
        if number not in found:
            raise NotFound(f"Er is geen afspraak {word}. Zie de lijst met: schakel policies list --all.")
        return found[number], self.desk.house.book

    def between(self, giver: str, recipient: str) -> list[tuple[Policy, Book]]:
        """What is in force today from the one to the other."""
        with self.desk.work() as (work, _):
            one, other = (partner_named(work, slug=slug) for slug in (giver, recipient))
            found = policies_in_force(work, giver=one.id, on=today(work.now), book=self.desk.house.book)
        return [(force.policy, self.desk.house.book) for pair, force in found.items() if pair[0] == other.id]

    def _book_beside(self, file: Path) -> Book:
        """The words that a file is read by: those of its own folder, or else of the repository."""
        folder = file.resolve().parent
        return load_policies(folder if (folder / "_vocabulary.yaml").is_file() else HOME)


@click.command("show")
@click.argument("which", required=False, metavar="[NAAM[@VERSIE]|BESTAND]")
@click.option("--pair", nargs=2, metavar="GEVER ONTVANGER", help="Wat vandaag geldt van de ene partner aan de andere (korte namen).")
@as_json
def show(which: str | None, pair: tuple[str, str] | None) -> None:
    """Toon een afspraak in Nederlandse zinnen, of alles wat van de ene partner naar de andere gaat."""
    if (which is None) == (pair is None):
        raise Invalid("Noem een afspraak of een bestand, of een paar met --pair GEVER ONTVANGER.")
    with ExitStack() as stack:
        shelf = Shelf(stack)
        found = shelf.between(*pair) if pair else [shelf.find(which or "")]
        told = [_said(policy, book) for policy, book in found]
    nothing = [f"Van {pair[0]} aan {pair[1]} geldt vandaag geen afspraak: er wordt niets gedeeld."] if pair else []
    lines = [line for one in told for line in (f"{one['title']} (versie {one['version']})", *one["sentences"], "")]
    answer(told if pair else told[0], lines=lines[:-1] or nothing)


@click.command("diff")
@click.argument("old", metavar="OUD")
@click.argument("new", metavar="NIEUW")
@click.option("--effect", is_flag=True, help="Ook wat de nieuwe versie zou veranderen in de zaken die de gever al deelde.")
@click.option("--as", "partner", help="De gever (de korte naam) wiens zaken worden geteld; alleen met --effect.")
@as_json
def diff(old: str, new: str, effect: bool, partner: str | None) -> None:
    """Leg twee versies naast elkaar (bestanden, of NAAM@VERSIE): per paar en per punt ruimer of nauwer."""
    if effect != (partner is not None):
        raise Invalid("Zeg met --effect ook voor welke gever: --as GEVER. De aantallen zijn voor die gever alleen.")
    with ExitStack() as stack:
        shelf = Shelf(stack)
        (before, _), (after, book) = shelf.find(old), shelf.find(new)
        counted = _effect(shelf.desk, partner, after) if partner else None
    told, lines = _compared(before, after, book)
    told["effect"] = counted.as_dict() if counted else None
    answer(told, lines=[*lines, *(_counted(counted) if counted else ())])


def _effect(desk: Desk, partner: str, proposed: Policy) -> Effect:
    with desk.work(partner, now=now()) as (work, _):
        return effect_of(work, proposed=proposed, house=desk.house)


def _said(policy: Policy, book: Book) -> dict[str, Any]:
    return {
        "policy": policy.name, "version": policy.version, "title": policy.title, "kind": policy.kind.value,
        "givers": list(policy.givers), "recipients": list(policy.recipients),
        "from": policy.valid_from.isoformat(), "until": policy.valid_until.isoformat(), "existing_cases": policy.existing_cases.value,
        "purposes": sorted(policy.purposes), "reach": sorted(policy.reaches), "consent": policy.consent.value,
        "only_if": {one.fact: sorted(one.words) for one in policy.conditions},
        "share": dict(policy.share), "not_shared": dict(policy.not_shared),
        "keep": {"at_most": policy.keep.at_most, "after_closing": policy.keep.after_closing},
        "reference": policy.decision.reference, "sha256": policy.sha256,
        "sentences": list(policy_in_dutch(policy, vocabulary=book.vocabulary, partners=book.partners)),
    }  # fmt: skip


def _compared(old: Policy, new: Policy, book: Book) -> tuple[dict[str, Any], list[str]]:
    """Each pair with its points; pairs for which the same changes stand together on the screen."""
    pairs, alike = [], dict[tuple[Change, ...], list[str]]()
    for one in by_pair(old, new=new, vocabulary=book.vocabulary):
        alike.setdefault(one.changes, []).append(f"{one.giver} → {one.recipient}")
        points = [{"point": change.point, "way": change.way.value, "sentence": _sentence(change, old, new, book)} for change in one.changes]
        pairs.append({"giver": one.giver, "recipient": one.recipient, "way": one.way.value, "changes": points})
    way = overall(direction(old, new=new, vocabulary=book.vocabulary))
    lines = [f"{old.name} versie {old.version} naast {new.name} versie {new.version}: {WAYS[way]}."]
    for changes, names in alike.items():
        lines += ["", ", ".join(names)]
        lines += [f"  {_sentence(change, old, new, book)}" for change in changes] or ["  Voor de ontvanger verandert er niets."]
    versions = ({"policy": one.name, "version": one.version, "sha256": one.sha256} for one in (old, new))
    return dict(zip(("old", "new"), versions, strict=True)) | {"way": way.value, "pairs": pairs}, lines


def _sentence(change: Change, old: Policy, new: Policy, book: Book) -> str:
    if change == PAIR_OPENS:
        return "Dit paar is nieuw: alles wat de nieuwe versie deelt, komt erbij."
    if change == PAIR_CLOSES:
        return "Dit paar staat niet meer in de nieuwe versie."
    return change_in_dutch(change, versions=(old, new), vocabulary=book.vocabulary, partners=book.partners)


def _counted(effect: Effect) -> Iterator[str]:
    """The effect for a person of the giver."""
    yield ""
    yield f"Wat dit verandert in de zaken van {effect.giver.name}, geteld op {effect.on.isoformat()} over {effect.cases} zaken:"
    for one in effect.recipients:
        yield ""
        yield f"{one.recipient.name}: {', '.join(_fates(one)) or 'heeft en krijgt geen zaak'}."
        for point, moved in one.points.items():
            counts = ((moved.wider, "ruimer"), (moved.narrower, "nauwer"), (moved.both, "anders"))
            yield f"  {point}: {', '.join(f'{count} {word}' for count, word in counts if count)}"
        yield from _terms(one)
        for shown in one.examples:
            facts = "; ".join(f"{fact}: {was} wordt {becomes}" for fact, was, becomes in shown.facts)
            yield f"  {shown.own_code} — {shown.because or facts}"
    for two in effect.linkable:
        before, after = (f"{side.certain} van {side.common}" for side in (two.before, two.after))
        yield f"{two.one.name} en {two.other.name} kunnen met zekerheid koppelen: nu {before} gedeelde zaken, straks {after}."


def _fates(one: RecipientEffect) -> Sequence[str]:
    return [f"{count} {FATES[became]}" for became in Became if (count := one.rows.get(became, 0))]


def _terms(one: RecipientEffect) -> Iterator[str]:
    if one.longer:
        yield f"  {one.longer} zijn langer te zien"
    if one.shorter:
        yield f"  {one.shorter} zijn korter te zien"
