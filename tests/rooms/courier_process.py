"""A courier as a process of its own: sends round after round until somebody ends it."""

import time
from collections.abc import Mapping
from datetime import time as time_of_day

from hub.courier import send_waiting
from hub.desk import open_desk
from hub.kernel import clock
from hub.kernel.settings import read_settings


def send_for_ever(environment: Mapping[str, str]) -> None:
    """Never comes back."""
    clock.turn_to(at=time_of_day(15))  # after noon, when what it sends was written, whatever the hour is
    with open_desk(read_settings(values=environment)) as desk:
        while True:
            send_waiting(desk)
            time.sleep(0.05)
