"""Plays the whole journey over HTTP against a running demo, with real logins; the first difference ends it."""

from hub.demo.place import Place


def play(place: Place) -> list[str]:
    """The steps that were played, in Dutch; Different at the first that does not end as it should."""
    return []
