"""
Virtual environments for tests, and the wheels that are built for them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["ROOT", "Installation", "build"]

ROOT = Path(__file__).resolve().parent.parent.parent
CONSTRAINTS = ROOT / "constraints" / "highest.txt"


class Installation:
    """
    A virtual environment in a folder.

    Args:
        folder: The folder in which it is created.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._python = folder / "bin" / "python"
        run(sys.executable, "-m", "uv", "--quiet", "venv", "--python", sys.executable, str(folder))

    def install(self, *requirements: str | Path) -> None:
        """
        Install wheels, or distributions by name, in the versions of `constraints/highest.txt`.
        """
        uv = (sys.executable, "-m", "uv", "--quiet", "pip", "install")
        options = ("--python", str(self._python), "--constraint", str(CONSTRAINTS))
        run(*uv, *options, *map(str, requirements))

    def orderferry(
        self, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """
        Run `orderferry` in a folder.
        """
        program = str(self.folder / "bin" / "orderferry")
        return self._run([program, *arguments], folder, environment)

    def python(
        self, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """
        Run the environment's Python in a folder.
        """
        return self._run([str(self._python), *arguments], folder, environment)

    def _run(
        self, command: list[str], folder: Path, environment: Mapping[str, str] | None
    ) -> subprocess.CompletedProcess[str]:
        outside = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(
            command,
            cwd=folder,
            env=outside | {"COLUMNS": "120"} | dict(environment or {}),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def run(*command: str, folder: Path = ROOT) -> None:
    """
    Run a command that must succeed.
    """
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert 0 == process.returncode, process.stdout + process.stderr


def build(source: Path, folder: Path) -> Path:
    """
    Build a distribution's wheel into an empty folder.

    Args:
        source: The distribution's folder.
        folder: The folder for the wheel.
    """
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), folder=source)
    (wheel,) = folder.glob("*.whl")
    return wheel
