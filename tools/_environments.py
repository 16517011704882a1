"""
Environments of tox that run at the same time, and their progress.
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
"""Typical seconds on two fast cores: estimates until the first run on this machine."""

CLOSING = re.compile(
    r"^=* ?\d+ (?:passed|failed|skipped|deselected|errors?)\b.* in [\d.]+s.*$", re.MULTILINE
)
"""The last line of pytest's output."""

WITHOUT_TESTS = ("lint", "types")
EARLIEST, LATEST = 0.05, 0.95
"""The highest estimate of progress before the first test ends, and before the process ends."""

FAILED_LINES = 300
"""The number of lines of a failed environment that are printed; its log has all."""

TO_END = 20.0
"""Seconds after which an interrupted process is killed."""

EVERY = 20.0
"""Seconds between two reports of progress while no environment ends."""


@dataclass
class Environment:
    """
    An environment of tox, and the state of its run.
    """

    name: str
    process: "subprocess.Popen[bytes] | None" = None
    log: IO[bytes] | None = None
    start_time: float = 0.0
    seconds: float | None = None
    code: int | None = None

    @property
    def log_file(self) -> Path:
        """
        The log with its output.
        """
        return LOGS / f"{self.name}.txt"

    @property
    def estimate(self) -> float:
        """
        Its last duration on this machine, or a typical one, in seconds.
        """
        last = SECONDS / self.name
        if last.exists():
            return float(last.read_text(encoding="utf-8"))
        return next((s for part, s in TYPICAL.items() if part in self.name.split("-")), 30.0)

    @property
    def tests(self) -> tuple[int, int]:
        """
        The number of ended tests and of all tests; zeros if they are unknown.
        """
        file = PROGRESS / self.name
        ended, total = file.read_text(encoding="utf-8").split() if file.exists() else ("0", "0")
        return int(ended), int(total)

    @property
    def done(self) -> float:
        """
        The part of its work that is done, from 0 to 1.
        """
        if self.seconds is not None:
            return 1.0
        if self.process is None:
            return 0.0
        ended, total = self.tests
        if total:
            return min(LATEST, ended / total)
        by_time = (monotonic() - self.start_time) / self.estimate
        return min(LATEST if self.name in WITHOUT_TESTS else EARLIEST, by_time)

    def start(self, environment: dict[str, str], options: list[str]) -> None:
        """
        Start its process.
        """
        self.start_time = monotonic()
        self.log = self.log_file.open("wb")
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
        Store its exit code and its duration.
        """
        self.code, self.seconds = code, monotonic() - self.start_time
        if self.log is not None:
            self.log.close()
        if code == 0:
            (SECONDS / self.name).write_text(f"{self.seconds:.1f}\n", encoding="utf-8")

    def stop(self) -> None:
        """
        Stop its process, and the processes that it started.
        """
        if self.process is None or self.process.poll() is not None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)  # a terminal interrupts it too
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
        The last line of its pytest, or an empty string.
        """
        text = self.log_file.read_text(encoding="utf-8", errors="replace")
        return next((line.strip("= ") for line in reversed(CLOSING.findall(text))), "")


@dataclass
class Run:
    """
    The environments of a run.

    Attributes:
        stages: The environments of each stage.
        slots: The number of environments that run at the same time.
    """

    stages: list[list[Environment]]
    slots: int
    start_time: float = field(default_factory=monotonic)
    report_time: float = 0.0

    @property
    def environments(self) -> list[Environment]:
        """
        The environments of all stages.
        """
        return [environment for stage in self.stages for environment in stage]

    @property
    def passed(self) -> float:
        """
        The seconds since the start.
        """
        return monotonic() - self.start_time

    @property
    def done(self) -> float:
        """
        The part of all work that is done, from 0 to 1.
        """
        work = sum(environment.estimate for environment in self.environments)
        return sum(e.estimate * e.done for e in self.environments) / work

    def expected(self) -> float:
        """
        Estimate the duration of the whole run, in seconds.
        """
        return sum(_pack([e.estimate for e in stage], self.slots) for stage in self.stages)

    def report(self) -> None:
        """
        Print the progress.
        """
        self.report_time = monotonic()
        done, passed = self.done, self.passed
        if done <= 0:
            return
        rest = passed / done - passed if done > 0.1 else max(self.expected() - passed, 0)
        busy = [e for e in self.environments if e.process and e.seconds is None]
        counts = [environment.tests for environment in busy]
        ended, total = sum(e for e, _ in counts), sum(t for _, t in counts)
        tests = f", {ended:,} of {total:,} tests"
        names = ", ".join(environment.name for environment in busy)
        print(f"  {done:4.0%}, about {minutes(rest)} left: {names}{tests}", flush=True)

    def carry_out(self, variables: dict[str, str], options: list[str]) -> None:
        """
        Run the stages one after the other; when this ends for any reason, no environment runs.
        """
        try:
            self._carry_out(variables, options)
        finally:
            for environment in self.environments:
                environment.stop()

    def _carry_out(self, variables: dict[str, str], options: list[str]) -> None:
        for stage in self.stages:
            waiting, busy = list(stage), list[Environment]()
            while waiting or busy:
                while waiting and len(busy) < self.slots:
                    busy.append(waiting.pop(0))
                    busy[-1].start(variables, options)
                self.wait(busy)

    def wait(self, busy: list[Environment]) -> None:
        """
        Wait until an environment ends, and print its result; report the progress meanwhile.
        """
        first = busy[0].process
        if first is not None:
            with suppress(subprocess.TimeoutExpired):
                first.wait(1.0)
        for environment in list(busy):
            code = None if environment.process is None else environment.process.poll()
            if code is not None:
                busy.remove(environment)
                environment.end(code)
                self.report_result(environment)
        if busy and monotonic() - self.report_time >= EVERY:
            self.report()

    def report_result(self, environment: Environment) -> None:
        """
        Print the result of an environment, and its output if it failed.
        """
        if environment.code:
            lines = environment.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
            print(f"\n==== {environment.name} failed; its whole output: {environment.log_file}")
            print("\n".join(lines[-FAILED_LINES:]))
            print(f"==== {environment.name}\n")
        result = "ok" if environment.code == 0 else "FAILED"
        seconds = environment.seconds or 0.0
        line = f"  {result:6} {environment.name:32} {seconds:5.0f} s  {environment.closing}"
        print(line, flush=True)
        self.report_time = monotonic()


def _pack(estimates: list[float], slots: int) -> float:
    return max(*estimates, sum(estimates) / slots)


@contextmanager
def lock_checkout() -> Iterator[bool]:
    """
    Lock the checkout against other runs, which share the wheels, the logs and the environments.

    Yields:
        False if another run is in progress.
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
    A duration in seconds or minutes, as text.
    """
    if seconds < 90:
        return f"{max(10, round(seconds / 10) * 10)} seconds"
    return f"{round(seconds / 60)} minutes"
