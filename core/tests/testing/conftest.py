"""
Connectors for the suite's own tests, and runs of the suite on them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from attrs import frozen

HERE = Path(__file__).parent


class Site(Protocol):
    """
    The fixture `site`, which installs distributions.
    """

    def distribution(
        self, name: str, *, modules: dict[str, str], entry_points: dict[str, dict[str, str]]
    ) -> Path:
        """
        Install a distribution.
        """


@pytest.fixture
def installed(site: Site) -> Callable[[str], None]:
    """
    A function that installs one of this folder's connectors, with its simulator.
    """

    def install(name: str) -> None:
        module, kind = f"orderferry_{name}", name.capitalize()
        site.distribution(
            f"orderferry-{name}",
            modules={module: (HERE / f"{name}.py").read_text(encoding="utf-8")},
            entry_points={
                "orderferry.connectors": {name: f"{module}:{kind}"},
                "orderferry.simulators": {name: f"{module}:{kind}Simulator"},
            },
        )

    return install


@frozen
class Run:
    """
    The outcome of a run of the suite.

    Attributes:
        code: The exit code of pytest.
        output: The output of pytest.
        results: The result of each guarantee; empty if the suite did not run.
        details: The message about each guarantee.
    """

    code: int
    output: str
    results: dict[str, str]
    details: dict[str, str]

    @property
    def failed(self) -> list[str]:
        """
        The guarantees that failed.
        """
        return [name for name, result in self.results.items() if result == "failed"]


Adopt = Callable[..., Run]


@pytest.fixture
def adopt(installed: Callable[[str], None], tmp_path: Path) -> Adopt:
    """
    A function that runs the suite as a vendor does: in a module of three lines, without a conftest,
    with warnings as errors.
    """

    def run(name: str, *options: str, body: str = "", **environment: str) -> Run:
        installed(name)
        folder = tmp_path / "vendor"
        folder.mkdir()
        kind = name.capitalize()
        (folder / "test_conformance.py").write_text(
            "from orderferry.testing import ConnectorSuite\n"
            f"from orderferry_{name} import {kind}Simulator\n\n\n"
            f"class Test{kind}(ConnectorSuite):\n"
            f"    connector = {name!r}\n    target = {kind}Simulator\n{body}"
        )
        outcomes = tmp_path / "outcomes.json"
        process = subprocess.run(
            [sys.executable, "-m", "pytest", "-W", "error", "--strict-markers", *options],
            capture_output=True,
            text=True,
            cwd=folder,
            env={
                **os.environ,
                "ORDERFERRY_STALL_SECONDS": "0.25",
                **environment,
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "ORDERFERRY_OUTCOMES": str(outcomes),
            },
            check=False,
        )
        documents: list[dict[str, Any]] = []
        if outcomes.exists():
            documents = json.loads(outcomes.read_text())[name]
        return Run(
            process.returncode,
            process.stdout + process.stderr,
            {document["name"]: document["result"] for document in documents},
            {document["name"]: document["detail"] for document in documents},
        )

    return run
