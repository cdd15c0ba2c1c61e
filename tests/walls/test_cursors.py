"""The place where a list goes on is written by us and read strictly: a forged one is refused, and opens nobody else's rows."""

from base64 import urlsafe_b64encode

import pytest
from flask import Flask

from tests.cast import OUTSIDER, POLICE, Cast
from tests.doors.visitor import seat_of

FORGED = (
    b"2026-11-04|0000000000\0", b"2026-11-04|000000000\n0", b"2026-11-04|'; SELECT 1", b"2026-11-04|<script>ab", b"2026-13-04|00000000000",
)  # fmt: skip


@pytest.mark.parametrize("said", FORGED)
@pytest.mark.parametrize("path", ["/ontvangen", "/zaken"])
def test_a_forged_place_in_a_list_is_a_wrong_address_and_nothing_else(app: Flask, cast: Cast, path: str, said: bytes):
    told = said.replace(b"|", b"T11:00:00+00:00|") if path == "/zaken" else said

    answer = seat_of(app, POLICE).get(f"{path}?na={urlsafe_b64encode(told).decode()}")

    assert answer.status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "2026-11-04", "9999-12-31"])
def test_any_day_may_be_asked_and_shows_the_outsider_nothing(app: Flask, cast: Cast, day: str):
    answer = seat_of(app, OUTSIDER).get(f"/ontvangen?na={urlsafe_b64encode(f'{day}|00000000000'.encode()).decode()}")

    assert answer.status_code == 200
    assert "/ontvangen/0" not in answer.text
