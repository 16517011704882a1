"""
The folder in which the commands of a page are run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from attrs import field, frozen

from .markdown import blocks


@frozen
class Place:
    """
    A folder with the files that a page shows, and an environment to run commands in.

    Attributes:
        page: The page's text.
        folder: The folder.
        environment: Environment variables, in addition to those of the tests.
    """

    page: str
    folder: Path
    environment: dict[str, str] = field(factory=dict)

    def write(self, name: str) -> str:
        """
        Write the file that the page shows under this name, and return its text.
        """
        (text,) = [
            block.text
            for block in blocks(self.page, "json", "python", "toml")
            if name == block.name
        ]
        (self.folder / name).write_text(text, encoding="utf-8")
        return text

    def replace(self, name: str, old: str, new: str) -> None:
        """
        Replace a text in a file, which must contain it.
        """
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")

    def run(self, command: str, expected: int | None = 0) -> str:
        """
        Run a command in a shell, and return its output.

        Args:
            expected: The exit code that the command must end with; None for any.
        """
        programs = Path(sys.executable).parent
        environment = os.environ | {"COLUMNS": "80", "PATH": f"{programs}:{os.environ['PATH']}"}
        process = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        assert expected in {None, process.returncode}, process.stdout
        return process.stdout
