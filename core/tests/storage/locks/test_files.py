"""
Locks on files: beside SQLite, for the processes of one machine.
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
    Locks in a folder that is not there yet.
    """
    return FileLocks(tmp_path / "orderferry.db.locks")


def test_a_forked_child_neither_has_the_lock_nor_keeps_it(tmp_path: Path) -> None:
    """
    The parent is killed, the child lives: the lock is free.
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
        assert ("True", -9) == (alive, parent.wait(60))
        assert Path(f"/proc/{child}").exists()
        assert None is not FileLocks(tmp_path).acquire("lane")
        parent.stdin.close()


def test_asking_keeps_nobody_from_taking(locks: FileLocks, tmp_path: Path) -> None:
    """
    Who asks shares the lock for a moment; who takes it meanwhile is not refused.
    """
    done = Event()

    def ask() -> int:
        asked = 0
        others = FileLocks(tmp_path / "orderferry.db.locks")
        while not done.is_set():
            others.is_held("lane")
            asked += 1
        return asked

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask) for _ in range(3)]
        try:
            for _ in range(300):
                lock = locks.acquire("lane")
                assert lock is not None
                lock.release()
        finally:
            done.set()
        assert all(each.result() > 0 for each in asking)


def test_one_who_is_suspended_while_asking_keeps_nobody_from_taking(
    locks: FileLocks, tmp_path: Path
) -> None:
    """
    A question that takes fifty milliseconds, as on a busy machine, is waited for.
    """
    first = locks.acquire("lane")
    assert first is not None
    first.release()
    (file,) = (tmp_path / "orderferry.db.locks").iterdir()

    with file.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        timer = Timer(0.05, fcntl.flock, (asking, fcntl.LOCK_UN))
        timer.start()
        lock = locks.acquire("lane")
        timer.join()

    assert lock is not None
    lock.release()


def test_a_lock_whose_file_was_removed_is_lost(locks: FileLocks, tmp_path: Path) -> None:
    """
    Somebody else could take it, so its holder must know.
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


def test_any_name_makes_a_file_and_no_two_the_same(locks: FileLocks, tmp_path: Path) -> None:
    """
    Names of lanes hold slashes, and may be long.
    """
    names = ["sap/main", "sap%2Fmain", "../up", "x" * 420, "x" * 421, "Ø", ""]
    held = [locks.acquire(name) for name in names]

    assert all(held)
    files = list((tmp_path / "orderferry.db.locks").iterdir())
    assert len(names) == len(files)
    assert [] == [each for each in tmp_path.iterdir() if each.name != "orderferry.db.locks"]


def test_a_folder_that_cannot_be_written_is_told_plainly(tmp_path: Path) -> None:
    """
    With the file, and what to do.
    """
    (tmp_path / "file").write_text("")
    locks = FileLocks(tmp_path / "file" / "locks")
    with pytest.raises(ConfigurationError, match=r"lock file .*/lane-\w+\.lock: Not a dir"):
        locks.acquire("lane")
    assert not locks.is_held("lane")
