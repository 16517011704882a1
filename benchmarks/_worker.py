"""
A worker in a process of its own, that tells when it has recorded an export.

`python benchmarks/_worker.py CONFIGURATION FOLDER`, with the folder of the connector: for each line
that it reads it writes one, and then when the next export was recorded. `time.perf_counter` is the
machine's, and the same in all its processes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from _commits import Commits
from attrs import frozen

from orderferry import Ferry

__all__ = ["Worker", "working"]


@frozen
class Worker:
    """
    The process.
    """

    _told: IO[str]
    _tells: IO[str]

    def expect(self) -> None:
        """
        Have it forget the last export.
        """
        print(file=self._told, flush=True)
        self._tells.readline()

    def recorded(self) -> float:
        """
        When it had recorded the next one.
        """
        return float(self._tells.readline())


@contextmanager
def working(configuration: Path, folder: Path) -> Iterator[Worker]:
    """
    A worker, for as long as it is needed.
    """
    process = subprocess.Popen(
        [sys.executable, __file__, configuration, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Worker(process.stdin, process.stdout)
        process.stdin.close()


def main(configuration: str, folder: str) -> None:
    """
    Deliver until standard input ends.
    """
    sys.path.insert(0, folder)
    with Ferry.from_config(configuration, environment={}) as ferry, Commits() as commits:
        worker = ferry.worker()
        thread = Thread(target=worker.run)
        thread.start()
        for _ in sys.stdin:
            commits.expect()
            print("expects it", flush=True)
            print(commits.recorded(), flush=True)
        worker.stop()
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
