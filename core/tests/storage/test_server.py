"""
The server that tests start.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.tests.postgres import Server, serve, sweep

ROOT = Path(__file__).resolve().parents[3]
START = """
import json, sys
from core.tests.postgres import serve
with serve() as server:
    pid = (server.folder / "postmaster.pid").read_text().split()[0]
    print(json.dumps([int(pid), str(server.folder.parent)]), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary() -> Iterator[str]:
    """
    A folder that all that a killed process left goes with.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield folder


def test_it_ends_with_the_process_that_started_it(temporary: str) -> None:
    """
    Killed by a time limit, a run of tests leaves no server behind; the next one removes its folder.
    """
    with subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": temporary},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        pid, folder = json.loads(owner.stdout.readline())
        server = os.pidfd_open(pid)
        sweep(Path(folder).parent)
        kept = Path(folder).exists()
        owner.kill()
    ended, _, _ = select.select([server], [], [], 20)
    os.close(server)
    sweep(Path(folder).parent)
    assert [server] == ended
    assert (True, False) == (kept, Path(folder).exists())


def test_it_writes_to_the_disk_where_it_is_told_to() -> None:
    """
    What measures or crashes must not be lied to.
    """
    with serve(fsync=True) as server:
        assert [("on",)] == server.execute("SHOW fsync")
        assert not server.folder.is_relative_to("/dev/shm")


def test_it_serves_many_and_only_this_machine(postgres: Server) -> None:
    """
    As many connections as the workers of a test need.
    """
    assert [("200",)] == postgres.execute("SHOW max_connections")
    assert [("127.0.0.1",)] == postgres.execute("SHOW listen_addresses")
