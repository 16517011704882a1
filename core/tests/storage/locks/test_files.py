"""
Lock files next to an SQLite database, for processes on one machine.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Timer

import pytest

from orderferry.errors import ConfigurationError
from orderferry.storage import FileLocks

FORK = """
import os, sys
from pathlib import Path
from orderferry.storage import FileLocks
locks = FileLocks(Path(sys.argv[1]))
lock = locks.acquire("lane")
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    os.close(1)
    print(lock.alive(), locks.acquire("lane"), file=sys.stderr, flush=True)
    os.write(writing, b"!")
    sys.stdin.read()
    os._exit(0)
os.read(reading, 1)
print(lock.alive(), child, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def locks(tmp_path: Path) -> FileLocks:
    """
    Locks in a folder that does not exist yet.
    """
    return FileLocks(tmp_path / "orderferry.db.locks")


def test_a_forked_child_neither_has_the_lock_nor_keeps_it(tmp_path: Path) -> None:
    """
    A lock is free once its holder is killed, even if a forked child is still running.
    """
    with subprocess.Popen(
        [sys.executable, "-c", FORK, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        assert parent.stdin is not None
        alive, child = parent.stdout.readline().split()
        assert "False None\n" == parent.stderr.readline()
        assert "True" == alive
        assert -9 == parent.wait(60)
        assert Path(f"/proc/{child}").exists()
        assert None is not FileLocks(tmp_path).acquire("lane")
        parent.stdin.close()


def test_a_lock_can_be_acquired_while_others_call_is_held(locks: FileLocks, tmp_path: Path) -> None:
    """
    Calls of `is_held`, which share the lock for a moment, do not prevent acquiring it.
    """
    done = Event()

    def ask() -> int:
        count = 0
        others = FileLocks(tmp_path / "orderferry.db.locks")
        while not done.is_set():
            others.is_held("lane")
            count += 1
        return count

    with ThreadPoolExecutor(3) as threads:
        counts = [threads.submit(ask) for _ in range(3)]
        try:
            for _ in range(300):
                lock = locks.acquire("lane")
                assert lock is not None
                lock.release()
        finally:
            done.set()
        assert all(count.result() > 0 for count in counts)


def test_acquiring_waits_for_a_slow_call_of_is_held(locks: FileLocks, tmp_path: Path) -> None:
    """
    A process that shares the lock for fifty milliseconds, as on a busy machine, is waited for.
    """
    first = locks.acquire("lane")
    assert first is not None
    first.release()
    (file,) = (tmp_path / "orderferry.db.locks").iterdir()

    with file.open("rb") as shared:
        fcntl.flock(shared, fcntl.LOCK_SH)
        timer = Timer(0.05, fcntl.flock, (shared, fcntl.LOCK_UN))
        timer.start()
        lock = locks.acquire("lane")
        timer.join()

    assert lock is not None
    lock.release()


def test_a_lock_whose_file_was_removed_is_lost(locks: FileLocks, tmp_path: Path) -> None:
    """
    A lock is not alive once its file is removed, since another process can acquire it then.
    """
    lock = locks.acquire("lane")
    assert lock is not None
    (file,) = (tmp_path / "orderferry.db.locks").iterdir()
    file.unlink()
    assert not lock.alive()
    again = locks.acquire("lane")
    assert again is not None
    assert again.alive()
    assert not lock.alive()


def test_each_name_has_its_own_file_in_the_folder(locks: FileLocks, tmp_path: Path) -> None:
    """
    Names may have slashes and any length, and each has its own file in the folder of the locks.
    """
    names = ["sap/main", "sap%2Fmain", "../up", "x" * 420, "x" * 421, "Ø", ""]
    acquired = [locks.acquire(name) for name in names]

    assert all(acquired)
    files = list((tmp_path / "orderferry.db.locks").iterdir())
    assert len(names) == len(files)
    assert [tmp_path / "orderferry.db.locks"] == list(tmp_path.iterdir())


def test_an_unwritable_folder_is_a_configuration_error(tmp_path: Path) -> None:
    """
    The error names the lock file and says what to do.
    """
    (tmp_path / "file").write_text("")
    locks = FileLocks(tmp_path / "file" / "locks")
    with pytest.raises(ConfigurationError, match=r"lock file .*/lane-\w+\.lock: Not a dir"):
        locks.acquire("lane")
    assert not locks.is_held("lane")
