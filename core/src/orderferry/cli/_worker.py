"""
`orderferry worker`: deliver the exports that other processes have stored.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from orderferry.cli._actions import open_ferry
from orderferry.cli._command import Command
from orderferry.cli._options import config_option, verbose_option
from orderferry.runtime import Worker

__all__ = ["command"]

_STOPPING = (signal.SIGTERM, signal.SIGINT)


@click.command("worker", cls=Command)
@click.option(
    "--until-idle",
    is_flag=True,
    help="Exit when no export is in flight or ready to be sent; exports that are held back, in a"
    " paused lane, or without a usable connector do not count.",
)
@config_option
@verbose_option
def command(*, until_idle: bool, config: Path) -> None:
    """
    Deliver queued exports until SIGTERM or SIGINT.

    Any number of workers may run, with PostgreSQL on any machines; one of them runs each lane.
    After the signal, the worker starts nothing more, waits for exports in flight (grace_seconds),
    and returns the other exports unsent. A second signal ends it at once.
    """
    if not logging.getLogger("orderferry").isEnabledFor(logging.INFO):
        logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
    with open_ferry(config) as ferry:
        worker = ferry.worker()
        with _stopped_by_signals(worker):
            count = len(ferry.lanes)
            lanes = "1 lane" if count == 1 else f"{count} lanes"
            click.echo(f"worker ready: {lanes}, {ferry.config.runtime.shown_database}", err=True)
            was_stopped = worker.run(until_idle=until_idle)
            if was_stopped:
                click.echo("worker stopping: waiting for in-flight exports", err=True)
    click.echo(
        "worker done" if was_stopped else "worker done: nothing is left to deliver", err=True
    )


@contextmanager
def _stopped_by_signals(worker: Worker) -> Iterator[None]:
    """
    Stop the worker at the first signal; a second signal has its usual effect.
    """
    handlers = {number: signal.getsignal(number) for number in _STOPPING}

    def restore() -> None:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def stop(number: int, frame: FrameType | None) -> None:
        restore()
        worker.stop()

    for number in _STOPPING:
        signal.signal(number, stop)
    try:
        yield
    finally:
        restore()
