"""
A pytest plugin that writes the progress of a run into a file.

The root `conftest.py` registers it if `ORDERFERRY_PROGRESS` names a file. The file has two numbers:
how many tests have ended, and how many there are.
"""

import os
from pathlib import Path
from time import monotonic

import pytest

SECONDS = 1.0
"""The interval of writes to the file, in seconds."""


class Progress:
    """
    Counts the tests of a session; with pytest-xdist, in the controlling process.

    Args:
        file: The file for the counts.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ended = 0
        self.total = 0
        self._written = 0.0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """
        Store the number of tests of a session without workers.
        """
        self.total = len(session.items)
        self.write()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """
        Store the number of tests of a worker: all workers collect the same tests.
        """
        self.total = len(ids)
        self.write()

    def pytest_runtest_logfinish(self) -> None:
        """
        Count a test that has ended.
        """
        self.ended += 1
        if monotonic() - self._written >= SECONDS:
            self.write()

    def pytest_sessionfinish(self) -> None:
        """
        Write the final counts.
        """
        self.write()

    def write(self) -> None:
        """
        Replace the file's content with the current counts.
        """
        self._written = monotonic()
        partial = self.file.with_suffix(".partial")
        partial.write_text(f"{self.ended} {self.total}\n", encoding="utf-8")
        partial.replace(self.file)


def pytest_configure(config: pytest.Config) -> None:
    """
    Register the plugin, except in a worker and in a pytest that a test starts.
    """
    file = os.environ.pop("ORDERFERRY_PROGRESS", None)
    if file is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(Path(file)))
