"""A text as a cell of a workbook can hold it, without a spreadsheet calculating with it."""

import re
from unicodedata import category

LONGEST = 16_000  # Excel refuses a text of more than 32,767 signs, and counts some of them twice
CUT = " … (ingekort)"
EMPTY = "leeg"
STARTERS = frozenset("=+-@\t\r\n＝＋－＠")  # where a spreadsheet begins to calculate
_IMPOSSIBLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML cannot hold these, NUL among them
_LINE_ENDS = re.compile("\r\n?")


def safe_text(text: str) -> str:
    """
    The text with an apostrophe in front where a spreadsheet would take it for a formula (CWE-1236), whatever blank signs come first.

    What XML cannot hold is dropped, and a line ends as XML ends it; a text of which nothing is left is said to be empty, one that is too
    long to be cut. Every other text stays as it is. An apostrophe survives saving as
    CSV, a style of the cell would not.
    """
    kept = _IMPOSSIBLE.sub("", _LINE_ENDS.sub("\n", text))
    if not kept:
        return EMPTY
    if len(kept) > LONGEST:
        kept = kept[:LONGEST] + CUT
    first = next((sign for sign in kept if sign in STARTERS or category(sign) not in ("Zs", "Cf")), "")
    return f"'{kept}" if first in STARTERS else kept
