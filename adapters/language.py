"""Reads a mapping file into an ExportMapping: the closed language of docs/adding-an-export.md."""

from pathlib import Path

from adapters.grammar import Piece
from adapters.layout import ENCODINGS, KINDS, LIST_MARK, QUOTES, SEPARATORS, Layout
from adapters.mapping import Condition, ExportMapping, Rule, Source
from hub.kernel.plainyaml import Scalar, read
from hub.sharing.facts import FACTS, STEERING

_TOP = (
    "export version title file key facts circumstances consents given_to concerns closed_on leave_out ignore optional "
    "empty_words case transform same_key"
).split()
_FILE = "kind encoding separator sheet header_row records ends_with_newline short_rows quotes ends_with_separator".split()
_SOURCE = (
    "column first_of join with rules union always strip_prefix strip_suffix drop_after drop_before replace split keep case values "
    "starts_with contains ranges decimal any dates precision timezone municipality yes no absent empty otherwise"
).split()
_HOW = ("column", "first_of", "join", "rules", "union", "always")
_CLEANING = ("strip_prefix", "strip_suffix", "drop_before", "drop_after")
WORDS = (*_TOP, *_FILE, *_SOURCE, "when", "unless", "filled", "then", "because", "columns")
_PRECISIONS = ("day", "week", "month", "quarter", "year")


def parse_mapping(text: str, *, file: Path) -> ExportMapping:
    """The mapping in this text; raises MappingFault or PlainYamlError, with file and line, for anything the language does not have."""
    whole = Piece(read(text, name=file.name), file=file)
    top = whole.fields(allowed=_TOP)
    folds = top["case"].one_of(("exact", "ignore")) == "ignore" if "case" in top else False
    facts = whole.needed("facts").fields(allowed=[name for name in FACTS if name != "also_known_to"])
    circumstances = top["circumstances"].fields(allowed=STEERING) if "circumstances" in top else {}
    consents = top["consents"].entries() if "consents" in top else {}

    def source(name: str) -> Source | None:
        return _source(top[name], folds=folds) if name in top else None

    return ExportMapping(
        file=file,
        export=whole.needed("export").text(),
        version=whole.needed("version").text(),
        title=top["title"].text() if "title" in top else whole.needed("export").text(),
        layout=_layout(whole.needed("file")),
        key=_names(whole.needed("key")),
        facts={name: _source(piece, folds=folds) for name, piece in facts.items()},
        circumstances={name: _source(piece, folds=folds) for name, piece in circumstances.items()},
        consents={name: _source(piece, folds=folds) for name, piece in consents.items()},
        given_to=source("given_to"),
        concerns=source("concerns"),
        closed_on=source("closed_on"),
        leave_out=tuple(_rule(piece, result="because") for piece in top["leave_out"].items()) if "leave_out" in top else (),
        ignored=_ignored(top["ignore"]) if "ignore" in top else {},
        optional=frozenset(_names(top["optional"])) if "optional" in top else frozenset(),
        empty_words=frozenset(top["empty_words"].texts()) if "empty_words" in top else frozenset(),
        has_transform=top["transform"].is_yes() if "transform" in top else False,
        folds=folds,
        joins_rows="same_key" in top and top["same_key"].one_of(("refuse", "one_case")) == "one_case",
    )


def _names(piece: Piece) -> tuple[str, ...]:
    names = tuple(" ".join(name.split()) for name in piece.texts())
    if not names or not all(names) or len(set(names)) < len(names):
        raise piece.fault("hier horen namen van kolommen te staan, elk één keer.")
    return names


def _layout(piece: Piece) -> Layout:
    found = piece.fields(allowed=_FILE)
    encodings = found["encoding"].texts() if "encoding" in found else ("utf-8", "utf-16")
    if unknown := [name for name in encodings if name not in ENCODINGS]:
        raise found["encoding"].fault(f"de codering '{unknown[0]}' lezen we niet. Mogelijk zijn: {', '.join(ENCODINGS)}.")
    header = found["header_row"].texts() if "header_row" in found else ("1",)
    rows = [int(row) for row in header if row.isdigit() and len(row) < 4]
    if not rows or len(rows) < len(header) or rows != sorted(rows) or rows[-1] > 100 or (len(rows) > 1 and rows[0] == 0):
        raise found["header_row"].fault("een regelnummer van de kop is een getal van 0 (geen kop) tot 100, of een lijst zoals [4, 5].")
    return Layout(
        kind=piece.needed("kind").one_of(KINDS),
        encodings=encodings,
        separator=found["separator"].one_of(SEPARATORS) if "separator" in found else None,
        sheet=found["sheet"].text() if "sheet" in found else None,
        header_row=rows[-1],
        header_top=rows[0],
        path=found["records"].text() if "records" in found else "",
        ends_with_newline="ends_with_newline" in found and found["ends_with_newline"].is_yes(),
        short_rows="short_rows" in found and found["short_rows"].is_yes(),
        quotes=found["quotes"].one_of(QUOTES) if "quotes" in found else "double",
        ends_with_separator="ends_with_separator" in found and found["ends_with_separator"].is_yes(),
    )


def _ignored(piece: Piece) -> dict[str, str]:
    """The columns that are left unread, each with its reason."""
    reasons: dict[str, str] = {}
    for entry in piece.items():
        found = entry.fields(allowed=("columns", "because"))
        because = entry.needed("because").text().strip()
        if not because:
            raise entry.fault("zeg bij 'because' waarom deze kolommen niet worden gelezen.")
        for name in _names(found["columns"] if "columns" in found else entry.needed("columns")):
            if name in reasons:
                raise entry.fault(f"de kolom '{name}' staat er twee keer.")
            reasons[name] = because
    return reasons


def _rule(piece: Piece, *, result: str) -> Rule:
    found = piece.fields(allowed=("when", "unless", "starts_with", "filled", "empty", result))
    condition = Condition(
        words=_columns_with_words(found, "when"),
        never=_columns_with_words(found, "unless"),
        openings=_columns_with_words(found, "starts_with"),
        filled=_names(found["filled"]) if "filled" in found else (),
        empty=_names(found["empty"]) if "empty" in found else (),
    )
    if not condition.columns() and result == "because":
        raise piece.fault("zeg met 'when', 'starts_with', 'unless', 'filled' of 'empty' welke rijen worden overgeslagen.")
    return Rule(condition, piece.needed(result).text(), piece.line)


def _columns_with_words(found: dict[str, Piece], key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((" ".join(name.split()), words.texts()) for name, words in found[key].entries().items()) if key in found else ()


def _source(piece: Piece, *, folds: bool) -> Source:
    found = piece.fields(allowed=_SOURCE)
    how = [word for word in _HOW if word in found]
    if len(how) != 1:
        raise piece.fault(f"noem precies één van: {', '.join(_HOW)}.")
    if how[0] == "always" and len(found) > 1:
        raise piece.fault("naast 'always' staat niets anders.")
    values, same = _values(found)
    return Source(
        how=how[0],
        line=piece.line,
        columns=_names(found[how[0]]) if how[0] in ("column", "first_of", "join") else (),
        always=LIST_MARK.join(found["always"].texts()) if "always" in found else "",
        glue=found["with"].text() if "with" in found else " ",
        cleaning=_cleaning(found),
        split=_split(found),
        keep=found["keep"].texts() if "keep" in found else (),
        ignores_case=found["case"].one_of(("exact", "ignore")) == "ignore" if "case" in found else folds,
        values=values,
        same=same,
        starts_with=found["starts_with"].results() if "starts_with" in found else (),
        contains=found["contains"].results() if "contains" in found else (),
        ranges=_ranges(found["ranges"]) if "ranges" in found else (),
        decimal={"comma": ",", "point": "."}[found["decimal"].one_of(("comma", "point"))] if "decimal" in found else ".",
        any=found["any"].text() if "any" in found else None,
        dates=found["dates"].texts() if "dates" in found else (),
        precision=found["precision"].one_of(_PRECISIONS) if "precision" in found else None,
        timezone=found["timezone"].text() if "timezone" in found else None,
        municipality=found["municipality"].is_yes() if "municipality" in found else False,
        absent={word: _absence(kind) for word, kind in found["absent"].entries().items()} if "absent" in found else {},
        empty=found["empty"].text() if "empty" in found else None,
        otherwise=found["otherwise"].text() if "otherwise" in found else "refuse",
        rules=tuple(_rule(rule, result="then") for rule in found["rules"].items()) if "rules" in found else (),
        union=tuple(_source(part, folds=folds) for part in found["union"].items()) if "union" in found else (),
    )


def _absence(piece: Piece) -> str:
    return piece.one_of(("unknown", "not_asked", "nothing"))


def _values(found: dict[str, Piece]) -> tuple[dict[str, str], bool]:
    """The value table: words with their code, or `same` when the words are the codes; `yes` and `no` are a table too."""
    table: dict[str, str] = {word: answer for answer in ("yes", "no") if answer in found for word in found[answer].texts()}
    if "values" not in found:
        return table, False
    if table:
        raise found["values"].fault("gebruik 'values' of 'yes' en 'no', niet allebei.")
    if isinstance(found["values"].node, Scalar):
        return {}, found["values"].one_of(("same",)) == "same"
    return dict(found["values"].results()), False


def _cleaning(found: dict[str, Piece]) -> tuple[tuple[str, str], ...]:
    steps = [(word, text) for word in _CLEANING if word in found for text in found[word].texts()]
    if "replace" in found:
        steps.extend(("replace", f"{old}\x00{new}") for old, new in found["replace"].pairs())
    return tuple(steps)


def _split(found: dict[str, Piece]) -> str | None:
    if "split" not in found:
        return None
    text = found["split"].text()
    if not text:
        raise found["split"].fault("zeg waarop de cel wordt gesplitst, bijvoorbeeld ';' of het woord 'list' of 'lines'.")
    return {"lines": "\n", "list": LIST_MARK}.get(text, text)


def _ranges(piece: Piece) -> tuple[tuple[float, float, str], ...]:
    """Numbers with their code: `0..15`, `16..`, `..15` or one number; both ends belong to it."""
    made = []
    for text, code in piece.pairs():
        low, dots, high = text.replace(" ", "").partition("..")
        try:
            first = float(low) if low else float("-inf")
            last = (float(high) if high else float("inf")) if dots else first
        except ValueError:
            raise piece.fault(f"'{text}' is geen reeks getallen, zoals 0..15 of 16.. .") from None
        made.append((first, last, code))
    return tuple(made)
