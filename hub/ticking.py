"""The process of a clock: its tickers, the ear it has in the database, and how it ends without breaking off what it was doing."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import click
import psycopg
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy.exc import DBAPIError

from hub.kernel import clock as watch
from hub.kernel import ledger

GRACE = 8.0  # seconds to finish in, once this process was asked to end
LISTENS, DEAF = 2.0, 10.0  # seconds: how long it listens at a time, and how long it waits when the database is gone
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a ticker that finds the last round still busy is no news


@dataclass
class Ending:
    """Who this worker is, whether it was asked to end, and what it is doing at this moment."""

    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    asked: threading.Event = field(default_factory=threading.Event)
    busy: list[str] = field(default_factory=list)

    @contextmanager
    def doing(self, name: str) -> Iterator[None]:
        """What is done inside is finished before this process ends, if that takes no longer than the grace."""
        self.busy.append(name)
        try:
            yield
        finally:
            self.busy.remove(name)

    def is_finished(self, *, within: float) -> bool:
        """Whether nothing is being done any more, or was done with in so many seconds."""
        last = time.monotonic() + within
        while self.busy and time.monotonic() < last:
            time.sleep(0.05)
        return not self.busy


@contextmanager
def heeding(ending: Ending, *, also: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM ask this worker to end, instead of breaking it off."""

    def ask(_: int, __: FrameType | None) -> None:
        ending.asked.set()
        also()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tick(app: Flask, *, tickers: Mapping[str, tuple[int, Callable[[], None]]], woken: tuple[str, ...], ending: Ending) -> bool:
    """
    Run each ticker at once, then every so many seconds, never beside itself; `woken` ones also when somebody asks for a job.

    Goes on until this process is asked to end. False when something was still being done after the grace.
    """
    scheduler = BlockingScheduler(timezone=watch.AMSTERDAM)
    called = {name: threading.Event() for name in tickers}
    for name, (every, once) in tickers.items():
        deed = _until_quiet(once, called[name])
        how: dict[str, Any] = {"seconds": every, "next_run_time": watch.real_now(), "max_instances": 1, "coalesce": True}
        scheduler.add_job(deed, "interval", misfire_grace_time=None, id=name, **how)

    def wake() -> None:
        for name in woken:
            called[name].set()
            scheduler.modify_job(name, next_run_time=watch.real_now())

    threading.Thread(target=_hear, args=(app, wake, ending), daemon=True, name="ear").start()
    with heeding(ending, also=lambda: scheduler.shutdown(wait=False)):
        scheduler.start()
        return ending.is_finished(within=GRACE)


def _until_quiet(deed: Callable[[], None], called: threading.Event) -> Callable[[], None]:
    """The deed, and once more when somebody called while it was done: a ticker never runs beside itself, so that call found it busy."""

    def do() -> None:
        while True:
            called.clear()
            deed()
            if not called.is_set():
                return

    return do


def _hear(app: Flask, wake: Callable[[], None], ending: Ending) -> None:
    """Wake the tickers at every call; without an ear they only come round a few seconds later."""
    while not ending.asked.is_set():
        try:
            with app.app_context(), ledger.listening() as calls:
                _pass_on(calls, wake, ending)
        except (psycopg.Error, DBAPIError, JobLookupError) as error:
            if not ending.asked.wait(DEAF):
                click.echo(f"luisteren: {type(error).__name__}", err=True)


def _pass_on(calls: Callable[[float], bool], wake: Callable[[], None], ending: Ending) -> None:
    wake()  # for what was asked before this ear was open
    while not ending.asked.is_set():
        if calls(LISTENS):
            wake()
