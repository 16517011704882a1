"""
Runs of `orderferry certify`, each on one connector in its own processes.

`tests/forked.py` imports the command's modules once for all runs.
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
"""The number of runs at the same time; a run is bound by the processor."""

SECONDS: Final = 3600.0
"""Seconds after which a run is stopped, even on a slow machine."""

STALL_SECONDS: Final = "0.25"
"""Short, as these connectors meet any deadline."""


@frozen
class Run:
    """
    The outcome of a run.

    Attributes:
        results: The result of each guarantee, such as `proven`, `not offered` or `failed`.
        details: The suite's message about each guarantee.
        code: The exit code.
        output: The command's whole output.
    """

    results: Mapping[str, str]
    details: Mapping[str, str]
    code: int
    output: str

    def with_result(self, result: str) -> set[str]:
        """
        The guarantees that have a result.
        """
        return {name for name, actual in self.results.items() if actual == result}


def install(site: Path, name: str, place: str, target: str) -> None:
    """
    Put a connector's distribution into a folder, as pip installs it.

    Args:
        site: The folder.
        name: The connector's name.
        place: The connector's class, as `module:Class` within the package.
        target: The class of its target, in the same form.
    """
    information = site / f"orderferry_{name}-1.0.dist-info"
    information.mkdir()
    header = f"Name: orderferry-{name.replace('_', '-')}"
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\n{header}\nVersion: 1.0\n")
    points = {"connectors": place, "simulators": target}
    lines = [
        f"[orderferry.{g}]\n{name} = {PACKAGE}.{reference}\n" for g, reference in points.items()
    ]
    (information / "entry_points.txt").write_text("".join(lines))


@define(eq=False)
class Runs:
    """
    The runs of one session, several at the same time, between `install` and `stop`.

    Attributes:
        folder: The folder for their files.
        program: The path of the program `orderferry`.
        only: The guarantees that each connector is tested for, by its name; empty for all.
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
        Install connectors: a mapping of the connector's class to its target's, as `module:Class`.
        """
        self._site.mkdir()
        for place, target in connectors.items():
            install(self._site, name_of(place), place, target)

    def begin(self, *names: str) -> None:
        """
        Start the runs on installed connectors, if they have not started.
        """
        for name in names:
            if name not in self._runs:
                self._runs[name] = self._pool.submit(self._run, name)

    def stop(self) -> None:
        """
        Wait for the runs in progress, and start no more.
        """
        self._pool.shutdown(cancel_futures=True)

    def of(self, name: str) -> Run:
        """
        Wait for the run on a connector, and return it.
        """
        self.begin(name)
        return self._runs[name].result()

    def _run(self, name: str) -> Run:
        report = self.folder / f"{name}.json"
        path = os.pathsep.join(map(str, (self._site, Path(__file__).parent)))
        only = [part for guarantee in self.only.get(name, ()) for part in ("--only", guarantee)]
        arguments = ["certify", name, "--json", str(report), *only]
        process = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            env={"ORDERFERRY_STALL_SECONDS": STALL_SECONDS, **os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        output = f"orderferry {' '.join(arguments)}\n{process.stdout}{process.stderr}"
        assert report.is_file(), output
        guarantees = json.loads(report.read_text(encoding="utf-8"))["guarantees"]
        return Run(
            results={entry["name"]: entry["result"] for entry in guarantees},
            details={entry["name"]: entry["detail"] for entry in guarantees},
            code=process.returncode,
            output=output,
        )
