"""
What the room shows, and what it costs those who do not use it.
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
    The modules that a fresh process has loaded after a program.
    """
    program += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_sqlite_needs_no_driver_of_postgresql() -> None:
    """
    Psycopg comes with an extra, and may not be there.
    """
    loaded = loaded_by(
        "import tempfile\nfrom orderferry.storage import *\n"
        "engine = open_engine(f'sqlite:///{tempfile.mkdtemp()}/x.db')\nprepare(engine)\n"
        "locks_for(engine).acquire('a')\nListener(engine, print).start()\nnotify(engine, ['a'])"
    )
    assert "orderferry.storage" in loaded
    assert "psycopg" not in loaded


def test_without_the_driver_postgresql_is_refused_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The message says what to install.
    """
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigurationError) as caught:
        open_engine("postgresql://me@localhost/x")

    expected = "database: PostgreSQL requires psycopg; install orderferry[postgres]"
    assert expected == str(caught.value)
