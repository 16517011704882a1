"""
Connectors that the suite is tried on, installed where a test asks for them.
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
    Where a test installs distributions: the fixture `site`.
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
    Installs a connector of this folder, such as `acme`, with its simulator.
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
class Ran:
    """
    What a run of the suite came to.

    Attributes:
        code: pytest's exit code.
        out: What it printed.
        results: How each guarantee stands.
        details: What is told of each.
    """

    code: int
    out: str
    results: dict[str, str]
    details: dict[str, str]

    @property
    def failed(self) -> list[str]:
        """
        The guarantees that failed.
        """
        return [name for name, result in self.results.items() if result == "failed"]


Adopt = Callable[..., Ran]


@pytest.fixture
def adopt(installed: Callable[[str], None], tmp_path: Path) -> Adopt:
    """
    Runs the suite as a vendor does: a module of three lines, without a conftest, warnings as
    errors.
    """

    def run(name: str, *options: str, body: str = "", **environment: str) -> Ran:
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
        written = tmp_path / "outcomes.json"
        done = subprocess.run(
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
                "ORDERFERRY_OUTCOMES": str(written),
            },
            check=False,
        )
        found: list[dict[str, Any]] = json.loads(written.read_text())[name]
        return Ran(
            done.returncode,
            done.stdout + done.stderr,
            {each["name"]: each["result"] for each in found},
            {each["name"]: each["detail"] for each in found},
        )

    return run
