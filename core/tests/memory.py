"""
Temporary folders in memory, if enough is free.

A commit to SQLite waits for the disk, several milliseconds on many machines, and a test commits
some tens of times. No test simulates a power cut, so waiting for the disk would prove nothing.

The root `conftest.py` registers this module. It moves `tmp_path` of runs of `core/tests` and of the
connectors' tests. Other runs install whole environments, which would need much memory. A run with
`--basetemp` or `PYTEST_DEBUG_TEMPROOT` uses that folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

__all__ = ["MEMORY", "has_room"]

MEMORY: Final = Path("/dev/shm")
ROOM: Final = 2_000_000_000
"""The bytes that must be free, many times as many as the tests write."""

_TEMPORARY: Final = "PYTEST_DEBUG_TEMPROOT"


def has_room(folder: Path = MEMORY) -> bool:
    """
    Whether a folder exists, has room, and allows programs in it to be executed.
    """
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    can_execute = not os.statvfs(folder).f_flag & os.ST_NOEXEC
    return can_execute and shutil.disk_usage(folder).free > ROOM


def pytest_configure(config: pytest.Config) -> None:
    """
    Make pytest create its temporary folders in memory.

    Workers of pytest-xdist have theirs in the folder of the process that has started them.
    """
    is_set = config.option.basetemp is not None or _TEMPORARY in os.environ
    if not is_set and _is_small(config) and has_room():
        os.environ[_TEMPORARY] = str(MEMORY)


def _is_small(config: pytest.Config) -> bool:
    """
    Whether all tests of the run are in folders whose tests write little.
    """
    root = config.rootpath
    folders = [root / "core" / "tests", *root.glob("plugins/*/tests")]
    paths = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    return all(any(path.is_relative_to(folder) for folder in folders) for path in paths)
