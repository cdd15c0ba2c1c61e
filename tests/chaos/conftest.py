"""What the chaos tests share: how often something is killed, and a place on disk that an ordinary user can reach."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chaos.starter import HALVES, Half, Starters, own_directory


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", default=False, help="the long version of the chaos tests: 20 kills instead of 5")


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--long", default=False))


@pytest.fixture(scope="session")
def kills(is_long: bool) -> int:
    return 20 if is_long else 5


@pytest.fixture(params=HALVES, ids=str)
def half(request: pytest.FixtureRequest) -> Half:
    return request.param


@pytest.fixture
def place(half: Half) -> Iterator[Path]:
    """A fresh directory of whoever starts."""
    with own_directory(half) as made:
        yield made


class Kept(dict[Half, Path]):
    """A data directory per half, made when a test first asks for it."""

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self.stack = stack

    def __missing__(self, half: Half) -> Path:
        data = self[half] = self.stack.enter_context(own_directory(half)) / "pg18"
        with Starters(half) as starters:
            starters().start(data, fsync="off")
        return data


@pytest.fixture(scope="session")
def kept_data() -> Iterator[Kept]:
    with ExitStack() as stack:
        yield Kept(stack)


@pytest.fixture
def data(half: Half, kept_data: Kept) -> Path:
    """One data directory for all tests that do not mind what is in it, since making one takes most of the time."""
    return kept_data[half]


@pytest.fixture
def starters(half: Half) -> Iterator[Starters]:
    """Processes that start servers; all of them, and so their servers, are gone after the test."""
    with Starters(half) as all_of_them:
        yield all_of_them
