"""
Locks on files, for the processes of one machine.
"""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path
from threading import Lock as Mutex
from time import sleep
from typing import Final
from urllib.parse import quote

from orderferry.errors import ConfigurationError
from orderferry.storage.locks._lock import Lock, when_forked

__all__ = ["FileLocks"]

_PROBES: Final = 1000
"""How often a lock is tried again where only others' questions are in the way."""

_AT_ONCE: Final = 100
"""How many of those tries are made at once; each further one comes after a pause."""

_PAUSE_SECONDS: Final = 0.001


class _FileLock:
    def __init__(self, locks: FileLocks, path: Path, descriptor: int) -> None:
        self._locks = locks
        self._path = path
        self._descriptor: int | None = descriptor
        self._mutex = Mutex()

    def alive(self) -> bool:
        """
        Whether it is held still: also not where somebody has removed its file.
        """
        with self._mutex:
            return self._descriptor is not None and _is_at(self._path, self._descriptor)

    def release(self) -> None:
        """
        Let it go.
        """
        with self._mutex:
            descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
            self._locks.forget(self)

    def forsake(self) -> None:
        """
        Close a forked child's copy: the parent holds the lock, and nobody else.
        """
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


class FileLocks:
    """
    Locks as files in a folder; the system frees them when their holder dies, however it dies.

    They belong to the process that took them: no child has them, forked or started.

    Args:
        folder: Made when the first lock is taken; on a local disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: set[_FileLock] = set()
        when_forked(self._forsake)

    def __repr__(self) -> str:
        return f"FileLocks({str(self._folder)!r})"

    def acquire(self, name: str) -> Lock | None:
        """
        Take a lock without waiting, or `None` where somebody has it.

        Raises:
            ConfigurationError: The folder cannot be written.
        """
        path = self._path(name)
        while True:
            descriptor = self._open(path)
            if not _take(descriptor):
                os.close(descriptor)
                return None
            if _is_at(path, descriptor):
                lock = _FileLock(self, path, descriptor)
                self._held.add(lock)
                return lock
            os.close(descriptor)

    def is_held(self, name: str) -> bool:
        """
        Whether anybody has it.
        """
        try:
            descriptor = os.open(self._path(name), os.O_RDWR | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            return not _try(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """
        Let all go.
        """
        for lock in tuple(self._held):
            lock.release()

    def forget(self, lock: _FileLock) -> None:
        """
        Called by a lock that is let go.
        """
        self._held.discard(lock)

    def _forsake(self) -> None:
        for lock in tuple(self._held):
            lock.forsake()
        self._held.clear()

    def _path(self, name: str) -> Path:
        readable = quote(name, safe="")[:100]
        return self._folder / f"{readable}-{sha256(name.encode()).hexdigest()[:16]}.lock"

    def _open(self, path: Path) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise ConfigurationError(
                f"the lock {path} cannot be made: {error.strerror}; make its folder writable"
            ) from error


def _take(descriptor: int) -> bool:
    """
    Take the lock, though others may be asking whether it is held: they share it for a moment.
    """
    for number in range(_PROBES):
        if _try(descriptor, fcntl.LOCK_EX):
            return True
        if not _try(descriptor, fcntl.LOCK_SH):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        if number < _AT_ONCE:
            os.sched_yield()
        else:  # a busy machine lets those who ask run first
            sleep(_PAUSE_SECONDS)
    return False


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    ours = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
