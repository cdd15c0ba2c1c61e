"""A code that somebody reads out: where it leads among the asker's own rows, or the one sentence that may be said about it."""

from dataclasses import dataclass

from sqlalchemy import select

from hub.cases.queries import own_code_behind
from hub.cases.readable import is_received
from hub.cases.tables import TombstoneRow
from hub.kernel.database import Work
from hub.kernel.errors import Invalid, Problem
from hub.partners.queries import partners_by_id
from hub.pseudonyms import sentences
from hub.pseudonyms.mint import Outcome, judge, read

FIELD = "code"


@dataclass(frozen=True, slots=True)
class Found:
    """A case of the asker: one that it received, or one of its own, under the code that its pages know it by."""

    code: str
    is_own: bool


class LeadsNowhere(Invalid):
    """The code leads nowhere; `meant` is the case that a single wrong sign explains."""

    def __init__(self, sentence: str, *, meant: Found | None = None) -> None:
        super().__init__(sentence, (Problem(FIELD, sentence),))
        self.meant = meant


def look_up(work: Work, *, text: str) -> Found:
    """
    Where this code leads; LeadsNowhere says why nowhere, from arithmetic and the acting partner's own rows alone.

    A giver finds an own case under its own code, and under the code that a recipient knows it by.
    """
    try:
        word = read(text)
    except Invalid as error:
        raise LeadsNowhere(error.sentence) from None
    found = _find(work, word)
    if found is None:
        raise _why(work, word)
    return found


def _find(work: Work, word: str) -> Found | None:
    if is_received(work, code=word):
        return Found(word, is_own=False)
    own = own_code_behind(work, code=word)
    return None if own is None else Found(own, is_own=True)


def _why(work: Work, word: str) -> LeadsNowhere:
    asker = partners_by_id(work)[work.partner]
    judged = judge(word, mark=asker.code_mark)
    if judged.outcome is Outcome.OTHER:
        return LeadsNowhere(sentences.made_for_another(asker.name))
    if judged.outcome is Outcome.TYPING:
        assert judged.code and judged.position
        meant = _find(work, judged.code)
        right = sentences.did_you_mean(judged.code, offered=word, position=judged.position) if meant else sentences.typing_error()
        return LeadsNowhere(right, meant=meant)
    mine = (TombstoneRow.reader == work.partner) & (TombstoneRow.writer != work.partner)
    gone_on = work.session.scalar(select(TombstoneRow.gone_on).where(mine, TombstoneRow.code == word).order_by(TombstoneRow.gone_on.desc()))
    return LeadsNowhere(sentences.ended(asker.name, since=gone_on) if gone_on else sentences.unknown_here(asker.name))
