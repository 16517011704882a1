"""
The PostgreSQL server that tests start.
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
    A folder that is removed with everything that a killed process has left in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield folder


def test_the_server_ends_with_the_process_that_started_it(temporary: str) -> None:
    """
    A killed run of tests leaves no server behind, and the next run removes the server's folder.
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
        assert Path(folder).exists()
        owner.kill()
    ended, _, _ = select.select([server], [], [], 20)
    os.close(server)
    sweep(Path(folder).parent)
    assert [server] == ended
    assert not Path(folder).exists()


def test_the_server_writes_to_the_disk_on_request() -> None:
    """
    A server with `fsync`, for measurements and tests of crashes, has its files on a disk.
    """
    with serve(fsync=True) as server:
        assert [("on",)] == server.execute("SHOW fsync")
        assert not server.folder.is_relative_to("/dev/shm")


def test_the_server_accepts_many_connections_from_this_machine_only(postgres: Server) -> None:
    """
    The server accepts 200 connections, and listens on the loopback interface only.
    """
    assert [("200",)] == postgres.execute("SHOW max_connections")
    assert [("127.0.0.1",)] == postgres.execute("SHOW listen_addresses")
