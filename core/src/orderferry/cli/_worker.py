"""
`orderferry worker`: delivers what others have saved.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from orderferry.cli._acting import acting_ferry
from orderferry.cli._command import Command
from orderferry.cli._options import config_option, verbose_option
from orderferry.runtime import Worker

__all__ = ["command"]

_STOPPING = (signal.SIGTERM, signal.SIGINT)


@click.command("worker", cls=Command)
@click.option(
    "--until-idle",
    is_flag=True,
    help="End when nothing is under way or waits; what is held back, in a paused lane, or waits"
    " for a connector does not count.",
)
@config_option
@verbose_option
def command(*, until_idle: bool, config: Path) -> None:
    """
    Deliver what is saved, until SIGTERM or SIGINT.

    Any number of workers may run, on PostgreSQL on any machines; each lane is run by one of them.
    Told to stop, it begins nothing more, waits for exports in flight (grace_seconds), and gives
    the rest back. A second signal ends it at once.
    """
    if not logging.getLogger("orderferry").isEnabledFor(logging.INFO):
        logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
    with acting_ferry(config) as ferry:
        worker = ferry.worker()
        with _stopped_by_signals(worker):
            count = len(ferry.lanes)
            lanes = "1 lane" if count == 1 else f"{count} lanes"
            click.echo(f"worker ready: {lanes}, {ferry.config.runtime.shown_database}", err=True)
            told = worker.run(until_idle=until_idle)
            if told:
                click.echo("worker stopping: what is under way comes back", err=True)
    click.echo("worker done" if told else "worker done: nothing is left to deliver", err=True)


@contextmanager
def _stopped_by_signals(worker: Worker) -> Iterator[None]:
    """
    The first signal stops the worker; the second does what it always does.
    """
    before = {each: signal.getsignal(each) for each in _STOPPING}

    def stop(number: int, frame: FrameType | None) -> None:
        for each, handler in before.items():
            signal.signal(each, handler)
        worker.stop()

    for each in _STOPPING:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
