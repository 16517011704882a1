"""
Runs of `orderferry certify`, each on one connector in processes of its own.

`tests/forked.py` imports what the command needs once for all of them.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from attrs import define, field, frozen

from .orderferry_broken.table import name_of

__all__ = ["Run", "Runs", "install"]

PACKAGE: Final = "orderferry_broken"
AT_ONCE: Final = max(2, os.cpu_count() or 1)
"""So many runs at once: a run computes most of its time."""

SECONDS: Final = 3600.0
"""How long a run may take before it is ended, however slow the machine is."""

STALL_SECONDS: Final = "0.25"
"""These connectors keep to any deadline."""


@frozen
class Run:
    """
    What a run showed.

    Attributes:
        results: How each guarantee stands: `proven`, `not offered` or `failed`.
        details: What the suite said of each.
        code: The exit code.
        output: All that was printed.
    """

    results: Mapping[str, str]
    details: Mapping[str, str]
    code: int
    output: str

    def with_result(self, result: str) -> set[str]:
        """
        The guarantees that stand so.
        """
        return {name for name, each in self.results.items() if each == result}


def install(site: Path, name: str, place: str, target: str) -> None:
    """
    Put a connector's distribution into a folder, as pip would leave it.

    Args:
        site: The folder.
        name: The connector's name.
        place: Its class, as `module:Class` within the package.
        target: Its target's class, likewise.
    """
    information = site / f"orderferry_{name}-1.0.dist-info"
    information.mkdir()
    named = f"Name: orderferry-{name.replace('_', '-')}"
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\n{named}\nVersion: 1.0\n")
    points = {"connectors": place, "simulators": target}
    lines = [f"[orderferry.{g}]\n{name} = {PACKAGE}.{each}\n" for g, each in points.items()]
    (information / "entry_points.txt").write_text("".join(lines))


@define(eq=False)
class Runs:
    """
    The runs of one session, several at once; between `install` and `stop`.

    Attributes:
        folder: Where they write.
        program: The command line's program.
        only: The guarantees that each connector is tried by, by its name; none are all of them.
    """

    folder: Path
    program: Path
    only: Mapping[str, tuple[str, ...]]
    _pool: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(AT_ONCE), init=False)
    _runs: dict[str, Future[Run]] = field(factory=dict, init=False)

    @property
    def _site(self) -> Path:
        return self.folder / "site"

    def install(self, connectors: Mapping[str, str]) -> None:
        """
        Install connectors: the class of each, and that of its target, as `module:Class`.
        """
        self._site.mkdir()
        for place, target in connectors.items():
            install(self._site, name_of(place), place, target)

    def begin(self, *names: str) -> None:
        """
        Begin with connectors that are installed, unless that was done.
        """
        for name in names:
            if name not in self._runs:
                self._runs[name] = self._pool.submit(self._run, name)

    def stop(self) -> None:
        """
        Wait for what is under way, and begin no more.
        """
        self._pool.shutdown(cancel_futures=True)

    def of(self, name: str) -> Run:
        """
        The run on a connector, when it has ended.
        """
        self.begin(name)
        return self._runs[name].result()

    def _run(self, name: str) -> Run:
        written = self.folder / f"{name}.json"
        path = os.pathsep.join(map(str, (self._site, Path(__file__).parent)))
        chosen = [part for guarantee in self.only.get(name, ()) for part in ("--only", guarantee)]
        given = ["certify", name, "--json", str(written), *chosen]
        done = subprocess.run(
            [self.program, *given],
            cwd=self.folder,
            env={"ORDERFERRY_STALL_SECONDS": STALL_SECONDS, **os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        output = f"orderferry {' '.join(given)}\n{done.stdout}{done.stderr}"
        assert written.is_file(), output
        told = json.loads(written.read_text(encoding="utf-8"))["guarantees"]
        return Run(
            results={each["name"]: each["result"] for each in told},
            details={each["name"]: each["detail"] for each in told},
            code=done.returncode,
            output=output,
        )
