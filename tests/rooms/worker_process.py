"""A worker as a process of its own: works off what changed agreements leave to do, a few cases at a time, until somebody ends it."""

import time
from collections.abc import Mapping
from datetime import date

from hub.cases import reprojection
from hub.desk import open_desk
from hub.kernel import clock
from hub.kernel.settings import read_settings

DAY, PART = date(2026, 11, 6), 3


def work_for_ever(environment: Mapping[str, str], giver: str) -> None:
    """Never comes back."""
    reprojection.AT_ONCE = PART
    with open_desk(read_settings(values=environment)) as desk:
        clock.pin(day=DAY)
        while True:
            with desk.work(giver) as (work, _):
                some = reprojection.work_off(work, house=desk.house)
            time.sleep(0 if some else 0.02)
