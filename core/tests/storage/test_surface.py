"""
What the public names of storage import.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from orderferry.errors import ConfigurationError
from orderferry.storage import open_engine


def loaded_by(program: str) -> set[str]:
    """
    Run a program in a new process, and return the modules that it has loaded.
    """
    program += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    completed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(completed.stdout.splitlines()[-1]))


def test_sqlite_does_not_load_the_driver_of_postgresql() -> None:
    """
    Storage on SQLite works without psycopg, which only an extra installs.
    """
    loaded = loaded_by(
        "import tempfile\nfrom orderferry.storage import *\n"
        "engine = open_engine(f'sqlite:///{tempfile.mkdtemp()}/x.db')\nprepare(engine)\n"
        "locks_for(engine).acquire('a')\nListener(engine, print).start()\nnotify(engine, ['a'])"
    )
    assert "orderferry.storage" in loaded
    assert "psycopg" not in loaded


def test_postgresql_without_its_driver_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    The error names the extra that installs the driver.
    """
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigurationError) as raised:
        open_engine("postgresql://me@localhost/x")

    expected = "database: PostgreSQL requires psycopg; install orderferry[postgres]"
    assert expected == str(raised.value)
