"""
What the room shows, and what it costs those who do not use it.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def loaded_by(program: str) -> set[str]:
    """
    The modules that a fresh process has loaded after a program.
    """
    program += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "program",
    [
        "import orderferry",
        "import orderferry.cli",
        "from click.testing import CliRunner\nfrom orderferry.cli import main\n"  # noqa: ISC004
        "CliRunner().invoke(main, ['--help'])",
    ],
)
def test_what_needs_no_database_loads_none(program: str) -> None:
    """
    SQLAlchemy takes a third of a second, Alembic half a one.
    """
    loaded = loaded_by(program)
    assert not loaded & {"sqlalchemy", "alembic", "psycopg", "orderferry.storage"}


def test_sqlite_needs_no_driver_of_postgresql() -> None:
    """
    Psycopg comes with an extra, and may not be there.
    """
    loaded = loaded_by(
        "import tempfile\nfrom orderferry.storage import *\n"
        "engine = open_engine(f'sqlite:///{tempfile.mkdtemp()}/x.db')\nprepare(engine)\n"
        "locks_for(engine).hold('a')\nListener(engine, print).start()\nnotify(engine, ['a'])"
    )
    assert "orderferry.storage" in loaded
    assert "psycopg" not in loaded


def test_without_the_driver_postgresql_is_refused_plainly() -> None:
    """
    With what to install.
    """
    program = (
        "import sys\nsys.modules['psycopg'] = None\n"
        "from orderferry.errors import ConfigurationError\n"
        "from orderferry.storage import open_engine\n"
        "try:\n    open_engine('postgresql://me@localhost/x')\n"
        "except ConfigurationError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ("database: PostgreSQL needs psycopg; install orderferry[postgres]\n", "") == (
        done.stdout,
        done.stderr,
    )
