"""
Environments of tox that run at the same time, and how far they are.
"""

import fcntl
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
TOX = ROOT / ".tox"
REPORTS, LOGS, WHEELS, PROGRESS, SECONDS = (
    TOX / name for name in ("reports", "logs", "wheels", "progress", "seconds")
)

TYPICAL = {
    "lint": 6.0,
    "types": 40.0,
    "tests": 240.0,
    "docs": 45.0,
    "core": 150.0,
    "erp_sap": 20.0,
    "fulfillment_3pl": 30.0,
    "wms_manhattan": 20.0,
    "compat": 12.0,
    "system": 80.0,
    "conformance": 60.0,
    "crash": 200.0,
    "foreign": 60.0,
}
"""What each takes on two fast cores; only for estimates, until it has run on this machine."""

CLOSING = re.compile(
    r"^=* ?\d+ (?:passed|failed|skipped|deselected|errors?)\b.* in [\d.]+s.*$", re.MULTILINE
)
"""The line with which pytest ends."""

WITHOUT_TESTS = ("lint", "types")
EARLIEST, LATEST = 0.05, 0.95
"""The most that is assumed to be done before the first test, and before the process has ended."""

FAILED_LINES = 300
"""As many lines of a failed environment are shown; all of them are in its log."""

TO_END = 20.0
"""Seconds in which what was interrupted ends, before it is killed."""

EVERY = 20.0
"""Seconds between two reports of progress where nothing has ended."""


@dataclass
class Environment:
    """
    An environment of tox, and what is known of its run.
    """

    name: str
    process: "subprocess.Popen[bytes] | None" = None
    log: IO[bytes] | None = None
    began: float = 0.0
    took: float | None = None
    code: int | None = None

    @property
    def file(self) -> Path:
        """
        Where its output is.
        """
        return LOGS / f"{self.name}.txt"

    @property
    def estimate(self) -> float:
        """
        The seconds that it took last time on this machine, else those of a fast one.
        """
        last = SECONDS / self.name
        if last.exists():
            return float(last.read_text(encoding="utf-8"))
        return next((s for part, s in TYPICAL.items() if part in self.name.split("-")), 30.0)

    @property
    def tests(self) -> tuple[int, int]:
        """
        How many tests have ended, and how many there are; zeros where that is not known.
        """
        file = PROGRESS / self.name
        ended, total = file.read_text(encoding="utf-8").split() if file.exists() else ("0", "0")
        return int(ended), int(total)

    @property
    def done(self) -> float:
        """
        The part that is done, from 0 to 1.
        """
        if self.took is not None:
            return 1.0
        if self.process is None:
            return 0.0
        ended, total = self.tests
        if total:
            return min(LATEST, ended / total)
        by_time = (monotonic() - self.began) / self.estimate
        return min(LATEST if self.name in WITHOUT_TESTS else EARLIEST, by_time)

    def start(self, environment: dict[str, str], options: list[str]) -> None:
        """
        Start its process.
        """
        self.began = monotonic()
        self.log = self.file.open("wb")
        command = [sys.executable, "-m", "tox", "run", *options, "-e", self.name]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | {"ORDERFERRY_PROGRESS": str(PROGRESS / self.name)},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def end(self, code: int) -> None:
        """
        Keep its exit code and its seconds.
        """
        self.code, self.took = code, monotonic() - self.began
        if self.log is not None:
            self.log.close()
        if code == 0:
            (SECONDS / self.name).write_text(f"{self.took:.1f}\n", encoding="utf-8")

    def stop(self) -> None:
        """
        End its process, and those that it has started.
        """
        if self.process is None or self.process.poll() is not None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)  # it was interrupted too, where that was at a terminal
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def closing(self) -> str:
        """
        The line with which its pytest ended, or nothing.
        """
        text = self.file.read_text(encoding="utf-8", errors="replace")
        return next((line.strip("= ") for line in reversed(CLOSING.findall(text))), "")


@dataclass
class Run:
    """
    All environments of a run.
    """

    stages: list[list[Environment]]
    slots: int
    began: float = field(default_factory=monotonic)
    reported: float = 0.0

    @property
    def environments(self) -> list[Environment]:
        """
        Those of all stages.
        """
        return [environment for stage in self.stages for environment in stage]

    @property
    def passed(self) -> float:
        """
        The seconds since it began.
        """
        return monotonic() - self.began

    @property
    def done(self) -> float:
        """
        The part of all work that is done, from 0 to 1.
        """
        work = sum(each.estimate for each in self.environments)
        return sum(each.estimate * each.done for each in self.environments) / work

    def expected(self) -> float:
        """
        The seconds that all of it will take, before anything has begun.
        """
        return sum(_packed([each.estimate for each in stage], self.slots) for stage in self.stages)

    def report(self) -> None:
        """
        Print how far it is.
        """
        self.reported = monotonic()
        done, passed = self.done, self.passed
        if done <= 0:
            return
        rest = passed / done - passed if done > 0.1 else max(self.expected() - passed, 0)
        busy = [each for each in self.environments if each.process and each.took is None]
        counts = [each.tests for each in busy]
        tests = f", {sum(e for e, _ in counts):,} of {sum(t for _, t in counts):,} tests"
        names = ", ".join(each.name for each in busy)
        print(f"  {done:4.0%}, about {minutes(rest)} left: {names}{tests}", flush=True)

    def carry_out(self, environment: dict[str, str], options: list[str]) -> None:
        """
        Run one stage after the other; whatever ends this, no environment is left running.
        """
        try:
            self._carry_out(environment, options)
        finally:
            for each in self.environments:
                each.stop()

    def _carry_out(self, environment: dict[str, str], options: list[str]) -> None:
        for stage in self.stages:
            waiting, busy = list(stage), list[Environment]()
            while waiting or busy:
                while waiting and len(busy) < self.slots:
                    busy.append(waiting.pop(0))
                    busy[-1].start(environment, options)
                self.wait(busy)

    def wait(self, busy: list[Environment]) -> None:
        """
        Wait until one of them has ended, and say how it ended; report progress meanwhile.
        """
        first = busy[0].process
        if first is not None:
            with suppress(subprocess.TimeoutExpired):
                first.wait(1.0)
        for each in list(busy):
            code = None if each.process is None else each.process.poll()
            if code is not None:
                busy.remove(each)
                each.end(code)
                self.tell(each)
        if busy and monotonic() - self.reported >= EVERY:
            self.report()

    def tell(self, ended: Environment) -> None:
        """
        Say how one ended, and show what it printed where it failed.
        """
        if ended.code:
            lines = ended.file.read_text(encoding="utf-8", errors="replace").splitlines()
            print(f"\n==== {ended.name} failed; all of its output: {ended.file}")
            print("\n".join(lines[-FAILED_LINES:]))
            print(f"==== {ended.name}\n")
        how = "ok" if ended.code == 0 else "FAILED"
        took = ended.took or 0.0
        print(f"  {how:6} {ended.name:32} {took:5.0f} s  {ended.closing}", flush=True)
        self.reported = monotonic()


def _packed(estimates: list[float], slots: int) -> float:
    return max(*estimates, sum(estimates) / slots)


@contextmanager
def alone() -> Iterator[bool]:
    """
    Whether no other run is in progress in this checkout, and none will be meanwhile: runs share the
    wheels, the logs and the environments.
    """
    TOX.mkdir(exist_ok=True)
    with (TOX / "run.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def minutes(seconds: float) -> str:
    """
    A duration for people.
    """
    if seconds < 90:
        return f"{max(10, round(seconds / 10) * 10)} seconds"
    return f"{round(seconds / 60)} minutes"
