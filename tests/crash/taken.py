"""
The target of the crash tests as a test sees it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds after which what a test waits for has not come."""

Noted = dict[str, Any]


@frozen
class Target:
    """
    A target's process, and the file of what it took.
    """

    port: int
    file: Path

    @property
    def url(self) -> str:
        """
        Where it takes orders.
        """
        return f"http://127.0.0.1:{self.port}"

    def set(self, **mode: Any) -> None:
        """
        Behave like this from now on; what is not said is as in `target.PLAIN`.
        """
        self._ask("mode", mode)

    def wait(self, noted: int, seconds: float = PATIENCE) -> None:
        """
        Wait until so many requests were noted since it started.
        """
        self._ask("wait", {"noted": noted, "seconds": seconds})
        found = len(self.log())
        assert found >= noted, f"{found} requests in {seconds} s, where {noted} were awaited"

    def wait_for(self, is_meant: Callable[[Noted], bool], *, after: int = 0) -> Noted:
        """
        Wait for a request that is meant, of those noted after so many; gives the first.
        """
        seen = after
        while True:
            self.wait(seen + 1)
            for each in self.log(seen):
                seen += 1
                if is_meant(each):
                    return each

    def wait_until_quiet(self) -> None:
        """
        Wait until all that was sent to it is done: nobody is connected any more.

        What a killed process had sent may still be in the sockets.
        """
        self._ask("quiet", {"seconds": PATIENCE})

    def log(self, after: int = 0) -> list[Noted]:
        """
        The requests: when (CLOCK_BOOTTIME), by which process, and what came of each.
        """
        noted: list[Noted] = self._ask("log", {"after": after})["noted"]
        return noted

    def taken(self, instance: str) -> Counter[str]:
        """
        How often each order was taken for an instance, from the file.
        """
        if not self.file.exists():
            return Counter()
        lines = [json.loads(line) for line in self.file.read_text().splitlines()]
        return Counter(line["order"] for line in lines if line["instance"] == instance)

    def _ask(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE + 10)
        try:
            connection.request("POST", f"/-/{what}", json.dumps(body))
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return answer


@contextmanager
def running_target(file: Path) -> Iterator[Target]:
    """
    A target of the test's own.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.target", str(file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        yield Target(int(process.stdout.readline()), file)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(PATIENCE)
