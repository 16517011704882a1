"""
Processes that do the same work at the same time.

    python -m core.tests.storage.together WORK DATABASE-URL

They are forked from a process that has imported what they need and opened nothing, so that only one
Python is started. Each process opens the database itself. The result of each is a line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

from orderferry.connectors import InstanceName
from orderferry.storage import SqlState, open_engine, upgrade

__all__ = ["run_together"]

ROOT: Final = Path(__file__).resolve().parents[3]
PROCESSES: Final = 3
SECONDS: Final = 60.0


def take_numbers(url: str) -> list[int]:
    """
    Take forty numbers of one counter.
    """
    state = SqlState(open_engine(url), InstanceName("3pl", "main"))
    return [state.next("interchange") for _ in range(40)]


def upgrade_database(url: str) -> str:
    """
    Upgrade a database, and return its revision.
    """
    return upgrade(open_engine(url))


WORK: Final = {work.__name__: work for work in (take_numbers, upgrade_database)}


def run_together(work: str, url: str) -> list[Any]:
    """
    Run a function of `WORK` in three processes at the same time, and return their results.
    """
    completed = subprocess.run(
        [sys.executable, "-m", __name__, work, url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == completed.stderr
    assert 0 == completed.returncode
    return [json.loads(line) for line in completed.stdout.splitlines()]


def _child(work: str, url: str, begin: Barrier, result: Connection) -> None:
    begin.wait(SECONDS)
    result.send(WORK[work](url))


def _main(work: str, url: str) -> None:
    fork = get_context("fork")
    begin = fork.Barrier(PROCESSES)
    results = []
    children = []
    for _ in range(PROCESSES):
        receiver, sender = fork.Pipe(duplex=False)
        child = fork.Process(target=_child, args=(work, url, begin, sender))
        child.start()
        sender.close()
        results.append(receiver)
        children.append(child)
    for result in results:
        sys.stdout.write(f"{json.dumps(result.recv())}\n")
    for child in children:
        child.join(SECONDS)
        assert 0 == child.exitcode


if __name__ == "__main__":
    _main(*sys.argv[1:])
