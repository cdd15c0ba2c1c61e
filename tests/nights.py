"""Whether this is a night's run (`make nightly`): then everybody walks everywhere, and histories are many times as many."""

from hypothesis import settings

NIGHTLY = "nightly"


def is_night() -> bool:
    """Whether the tests run with the profile of the night, which conftest.py loads."""
    return settings.get_current_profile_name() == NIGHTLY
