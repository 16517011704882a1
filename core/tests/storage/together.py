"""
Processes that begin the same work at the same moment.

    python -m core.tests.storage.together WORK DATABASE-URL

They are forked from one that has imported what they need and opened nothing, so that three
processes cost one start. Each opens the database itself. What each gives is a line of JSON.
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

__all__ = ["together"]

ROOT: Final = Path(__file__).resolve().parents[3]
PROCESSES: Final = 3
SECONDS: Final = 60.0


def numbers(url: str) -> list[int]:
    """
    Forty numbers of one counter.
    """
    state = SqlState(open_engine(url), InstanceName("3pl", "main"))
    return [state.next("interchange") for _ in range(40)]


def upgraded(url: str) -> str:
    """
    The revision that a database has after its upgrade.
    """
    return upgrade(open_engine(url))


WORK: Final = {each.__name__: each for each in (numbers, upgraded)}


def together(work: str, url: str) -> list[Any]:
    """
    What each of three processes gives that begin together.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, work, url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("", 0) == (done.stderr, done.returncode)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _child(work: str, url: str, begin: Barrier, answer: Connection) -> None:
    begin.wait(SECONDS)
    answer.send(WORK[work](url))


def _main(work: str, url: str) -> None:
    fork = get_context("fork")
    begin = fork.Barrier(PROCESSES)
    answers = []
    children = []
    for _ in range(PROCESSES):
        receiver, sender = fork.Pipe(duplex=False)
        child = fork.Process(target=_child, args=(work, url, begin, sender))
        child.start()
        sender.close()
        answers.append(receiver)
        children.append(child)
    for answer in answers:
        sys.stdout.write(f"{json.dumps(answer.recv())}\n")
    for child in children:
        child.join(SECONDS)
        assert 0 == child.exitcode


if __name__ == "__main__":
    _main(*sys.argv[1:])
