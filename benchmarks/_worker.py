"""
A worker in its own process, which reports when it has recorded an export.

`python benchmarks/_worker.py CONFIGURATION FOLDER`, with the folder of the connector. For each line
of standard input, it writes a confirmation, and then the time when the next export was recorded.
`time.perf_counter` is the same clock in all processes of a machine.
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

__all__ = ["Worker", "run_worker"]


@frozen
class Worker:
    """
    The worker's process.
    """

    _input: IO[str]
    _output: IO[str]

    def expect(self) -> None:
        """
        Make it forget the last export.
        """
        print(file=self._input, flush=True)
        self._output.readline()

    def wait(self) -> float:
        """
        Wait for the next export, and return when it was recorded.
        """
        return float(self._output.readline())


@contextmanager
def run_worker(configuration: Path, folder: Path) -> Iterator[Worker]:
    """
    A worker that runs while the context is open.
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
            print("ready", flush=True)
            print(commits.wait(), flush=True)
        worker.stop()
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
