"""
Temporary folders in memory, where there is room.

A commit to SQLite waits for the disk, several milliseconds on many machines, and a test makes some
tens of them. No test pulls the plug, so nothing is shown by that wait.

The root `conftest.py` registers this module. It moves `tmp_path` of a run of `core/tests` or of a
connector's tests. Other runs install whole environments, which would take much memory; and a run
with `--basetemp` or `PYTEST_DEBUG_TEMPROOT` stays where it was told to be.
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
"""Bytes that must be free, many times what the tests write."""

_TEMPORARY: Final = "PYTEST_DEBUG_TEMPROOT"


def has_room(folder: Path = MEMORY) -> bool:
    """
    Whether a folder is there, has room, and lets programs in it be executed.
    """
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    executes = not os.statvfs(folder).f_flag & os.ST_NOEXEC
    return executes and shutil.disk_usage(folder).free > ROOM


def pytest_configure(config: pytest.Config) -> None:
    """
    Have pytest make its temporary folders in memory.

    Workers of pytest-xdist have theirs inside the folder of the process that started them.
    """
    chosen = config.option.basetemp is not None or _TEMPORARY in os.environ
    if not chosen and _is_small(config) and has_room():
        os.environ[_TEMPORARY] = str(MEMORY)


def _is_small(config: pytest.Config) -> bool:
    """
    Whether only tests are run that write little.
    """
    root = config.rootpath
    small = [root / "core" / "tests", *root.glob("plugins/*/tests")]
    chosen = [config.invocation_params.dir / each.partition("::")[0] for each in config.args]
    return all(any(each.is_relative_to(folder) for folder in small) for each in chosen)
