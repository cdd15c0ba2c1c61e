"""The test of the house-rules test: one planted trespass per rule, each found; and a file that keeps the rules, left alone."""

from pathlib import PurePosixPath

import pytest

from tests.test_house_rules import findings, first_circle

FILES = {
    "kernel/words", "kernel/clock", "kernel/settings", "sharing/decide", "cases/actions", "cases/inbox", "cases/pages", "cases/queries",
    "incidents/queries",
}  # fmt: skip
DOC = '"""What this file is for."""\n'
LONG = "def long() -> None:\n" + '    """Promise."""\n' + "    pass\n" * 40

TRESPASSES = [
    ("hub/cases/utils.py", DOC, "no name of this house"),
    ("hub/cases/utils.py", DOC, "says nothing"),
    ("hub/misdaad/rules.py", DOC, "no name of this house"),
    ("hub/sharing/decide.py", DOC + "from hub.kernel.settings import Settings\n", "looks up"),
    ("hub/cases/queries.py", DOC + "import hub.cases.pages\n", "looks up"),
    ("hub/web/show.py", DOC + "from hub.cases import pages\n", "walks through the door"),
    ("hub/sharing/actions.py", DOC + "from hub.cases.queries import received\n", "looks right"),
    ("hub/cases/actions.py", DOC + "from hub.incidents import queries\n", "looks right"),
    ("hub/cases/actions.py", DOC + "from hub.web.nothing import anything\n", "looks up"),
    ("hub/cases/actions.py", DOC + "from . import queries\n", "whole name"),
    ("hub/cases/actions.py", DOC + "from flask import g\n", "unknown, or lives higher up"),
    ("hub/cases/pages.py", DOC + "import leftpad\n", "unknown, or lives higher up"),
    ("hub/sharing/decide.py", DOC + "from pathlib import Path\n", "no input or output"),
    ("hub/cases/actions.py", DOC + "from hub.kernel.clock import now\n", "takes the time itself"),
    ("hub/cases/actions.py", DOC + "from hub.kernel import clock\nNOW = clock.real_now()\n", "takes the time itself"),
    ("hub/cases/actions.py", DOC + "x = 1\n" * 301, "longer than 300"),
    ("hub/cases/actions.py", DOC + LONG, "longer than 40"),
    ("hub/cases/pages.py", DOC + "def show() -> None:\n" + "    pass\n" * 15, "longer than 15"),
    ("hub/cases/actions.py", DOC + "def _inner() -> None:\n    import json\n", "imports stand on top"),
    ("hub/cases/actions.py", "import json\n", "begin with one sentence"),
    ("hub/cases/actions.py", DOC + "def take_in(work: int) -> None:\n    pass\n", "does not say what it promises"),
    ("hub/cases/actions.py", DOC + "class Receipt:\n    rows: int\n", "does not say what it promises"),
    ("hub/cases/rules.py", DOC + 'def is_news(one: int, two: int) -> bool:\n    """Promise."""\n', "more than one argument by position"),
    ("hub/cases/rules.py", DOC + 'def is_news(*all: int) -> bool:\n    """Promise."""\n', "more than one argument by position"),
    ("hub/cases/rules.py", DOC + 'def five(*, a: int, b: int, c: int, d: int, e: int) -> None:\n    """Promise."""\n', "more than four"),
    ("hub/cases/queries.py", DOC + 'def received(session: int) -> None:\n    """Promise."""\n', "begin with work"),
    ("hub/cases/actions.py", DOC + "def _do(session):\n    session.commit()\n", "commit belongs in"),
    ("hub/cases/actions.py", DOC + "def _do(session):\n    session.rollback()\n", "rollback belongs in"),
    ("hub/cases/actions.py", DOC + "def _do(session):\n    session.begin()\n", "begin belongs in"),
    ("hub/cases/tables.py", DOC + "from sqlalchemy import func\nMOMENT = func.now()\n", "func.now belongs in nobody"),
    ("hub/cases/actions.py", DOC + "from datetime import datetime\nMOMENT = datetime.now()\n", "datetime.now belongs in"),
    ("hub/cases/actions.py", DOC + "from datetime import date\nDAY = date.today()\n", "date.today belongs in"),
    ("hub/kernel/server.py", DOC + "import time\nSTART = time.time()\n", "time.time belongs in"),
    ("hub/cases/actions.py", DOC + "import os\nKEY = os.environ['KEY']\n", "os.environ belongs in"),
    ("hub/cases/actions.py", DOC + "from os import getenv\n", "os.getenv belongs in"),
    ("hub/sharing/schemas.py", DOC + "import yaml\n", "yaml belongs in"),
    ("hub/cases/actions.py", DOC + "import smtplib\n", "smtplib belongs in"),
    ("hub/cases/actions.py", DOC + "import hmac\n", "hmac belongs in"),
    ("hub/cases/actions.py", DOC + "import secrets\n", "secrets belongs in"),
    ("hub/cases/actions.py", DOC + "from cryptography.fernet import Fernet\n", "cryptography belongs in"),
    ("hub/cases/actions.py", DOC + "import requests\n", "requests belongs in"),
    ("hub/cases/queries.py", DOC + "from hub.cases.tables import InboxRow\n", "InboxRow belongs in"),
    ("hub/cases/actions.py", DOC + "from hub.cases.tables import GivenRow\n", "GivenRow belongs in"),
    ("hub/cases/actions.py", DOC + "from hub.kernel.database import begin_work\n", "begin_work belongs in"),
    ("hub/cli.py", DOC + "print('said')\n", "prints"),
    ("hub/cases/actions.py", DOC + "try:\n    x = 1\nexcept Exception:\n    x = 2\n", "catches everything"),
    ("hub/cases/actions.py", DOC + "try:\n    x = 1\nexcept:\n    x = 2\n", "catches everything"),
    ("hub/cases/__init__.py", DOC + "import json\n", "__init__ is more"),
    ("hub/cases/__init__.py", "", "__init__ is more, or less"),
    ("adapters/engine.py", DOC + "from hub.cases.inbox import share\n", "adapters do not know"),
    ("adapters/engine.py", DOC + "import pandas\n", "adapters do not know"),
    ("adapters/files.py", DOC + "import urllib.request\n", "adapters do not know"),
    ("adapters/files.py", DOC + "import os\nKEY = os.environ['KEY']\n", "os.environ belongs in"),
    ("adapters/helpers.py", DOC, "says nothing"),
]  # fmt: skip

GOOD = [
    ("hub/cases/actions.py", DOC + "try:\n    x = 1\nexcept BaseException:\n    x = 2\n    raise\n"),
    ("hub/cases/actions.py", DOC + "from hub.cases import inbox\nfrom hub.sharing.decide import decide\n"),
    ("hub/cases/actions.py", DOC + 'def take_in(work: int, *, reading: int) -> None:\n    """Promise."""\n'),
    ("hub/cases/pages.py", DOC + "from flask import g\nfrom hub.cases import actions\nfrom hub.kernel.clock import now\n"),
    ("hub/cases/inbox.py", DOC + "from hub.cases.tables import InboxRow\n"),
    ("adapters/engine.py", DOC + "import csv\nfrom hub.cases.draft import Draft\nfrom adapters.files import rows\n"),
]


@pytest.mark.parametrize(("place", "text", "said"), TRESPASSES)
def test_a_planted_trespass_is_found(place: str, text: str, said: str) -> None:
    assert said in " · ".join(findings(PurePosixPath(place), text, files=FILES))


@pytest.mark.parametrize(("place", "text"), GOOD)
def test_a_file_that_keeps_the_rules_is_left_alone(place: str, text: str) -> None:
    assert findings(PurePosixPath(place), text, files=FILES | {"cases/tables"}) == []


def test_a_circle_of_imports_is_found() -> None:
    circle = {"cases/actions": "import hub.cases.queries", "cases/queries": "from hub.cases import actions"}

    assert set(first_circle(circle)) == set(circle)
    assert first_circle(circle | {"cases/queries": ""}) == []
