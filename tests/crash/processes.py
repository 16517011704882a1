"""
Processes that a test starts, hears, and kills.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from typing import IO, Any

from tests.crash.taken import PATIENCE, ROOT

Said = dict[str, Any]


class Process:
    """
    A process that plays a role.
    """

    def __init__(self, changed: Condition) -> None:
        self.pid = 0
        self.code: int | None = None
        self.said: list[Said] = []
        self._changed = changed

    def wait_for(self, what: str, seconds: float = PATIENCE) -> Said:
        """
        Wait until it says something; fails where it ends before.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._find(what) or self.code is not None, seconds)
            found = self._find(what)
        assert found is not None, f"not {what!r} but {self.said[-1:]}, code {self.code}"
        return found

    def end(self, seconds: float = PATIENCE) -> int:
        """
        Wait until it has ended; gives its exit code, or minus the signal that ended it.
        """
        with self._changed:
            assert self._changed.wait_for(lambda: self.code is not None, seconds), self.said[-3:]
            code = self.code
        assert code is not None
        return code

    def send(self, number: signal.Signals) -> None:
        """
        Send it a signal.
        """
        os.kill(self.pid, number)

    def kill(self) -> None:
        """
        `kill -9`, and wait until it is gone.
        """
        if self.code is None:
            self.send(signal.SIGKILL)
        self.end()

    def _find(self, what: str) -> Said | None:
        return next((each for each in self.said if each["what"] == what), None)


class Starter:
    """
    Starts processes; `tests.crash.starter` does it.

    Attributes:
        failures: What ended processes, or threads of them, that nobody killed.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._changed = Condition()
        self.failures: list[str] = []
        self._started: dict[int, Process] = {}
        self._by_pid: dict[int, Process] = {}
        assert process.stdout is not None
        Thread(target=self._hear, args=(process.stdout,), daemon=True).start()

    def start(self, role: str, **given: Any) -> Process:
        """
        Start a process that plays a role of `tests.crash.roles`.
        """
        process = Process(self._changed)
        with self._changed:
            number = len(self._started)
            self._started[number] = process
        assert self._process.stdin is not None
        self._process.stdin.write(
            json.dumps({"role": role, "given": given, "number": number}) + "\n"
        )
        self._process.stdin.flush()
        with self._changed:
            assert self._changed.wait_for(lambda: process.pid, PATIENCE), "the starter has ended"
        return process

    def _hear(self, lines: IO[str]) -> None:
        early: dict[int, list[Said]] = {}
        for line in lines:
            said = json.loads(line)
            with self._changed:
                if said["what"] == "started":
                    process = self._started[said["number"]]
                    self._by_pid[said["pid"]] = process
                    process.pid = said["pid"]
                    for each in early.pop(process.pid, []):
                        self._note(process, each)
                elif said["pid"] in self._by_pid:
                    self._note(self._by_pid[said["pid"]], said)
                else:
                    early.setdefault(said["pid"], []).append(said)
                self._changed.notify_all()

    def _note(self, process: Process, said: Said) -> None:
        if said["what"] == "ended":
            process.code = said["code"]
            del self._by_pid[said["pid"]]
        else:
            process.said.append(said)
            if said["what"] == "failed":
                self.failures.append(said["traceback"])


@contextmanager
def running_starter(site: Path) -> Iterator[Starter]:
    """
    A starter whose processes see the distributions in a folder.
    """
    path = os.pathsep.join([str(site), str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.starter"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Starter(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(PATIENCE)
