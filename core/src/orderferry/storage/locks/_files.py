"""
Lock files, for processes on one machine.
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
from orderferry.storage.locks._lock import Lock, call_in_forked_child

__all__ = ["FileLocks"]

_MAX_TRIES: Final = 1000
"""How often a lock is tried if only calls of `is_held` by others prevent it."""

_TRIES_WITHOUT_PAUSE: Final = 100
"""How many of those tries follow each other without a pause."""

_PAUSE_SECONDS: Final = 0.001


class _FileLock:
    def __init__(self, locks: FileLocks, path: Path, descriptor: int) -> None:
        self._locks = locks
        self._path = path
        self._descriptor: int | None = descriptor
        self._mutex = Mutex()

    def alive(self) -> bool:
        """
        Whether the lock is still held. It is lost if its file has been removed.
        """
        with self._mutex:
            return self._descriptor is not None and _is_at(self._path, self._descriptor)

    def release(self) -> None:
        """
        Release the lock.
        """
        with self._mutex:
            descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
            self._locks.forget(self)

    def abandon(self) -> None:
        """
        Close a forked child's copy, since only the parent holds the lock.
        """
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


class FileLocks:
    """
    Locks as files in a folder; the OS releases them when the holding process ends, for any reason.

    They belong to the process that has acquired them, and not to its children, forked or started.

    Args:
        folder: A folder on a local disk, which is created when the first lock is acquired.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: set[_FileLock] = set()
        call_in_forked_child(self._abandon)

    def __repr__(self) -> str:
        return f"FileLocks({str(self._folder)!r})"

    def acquire(self, name: str) -> Lock | None:
        """
        Acquire a lock without waiting.

        Returns:
            The lock; `None` if it is held already, in this process or another.

        Raises:
            ConfigurationError: The lock file cannot be created.
        """
        path = self._path(name)
        while True:
            descriptor = self._open(path)
            if not _acquire(descriptor):
                os.close(descriptor)
                return None
            if _is_at(path, descriptor):
                lock = _FileLock(self, path, descriptor)
                self._held.add(lock)
                return lock
            os.close(descriptor)

    def is_held(self, name: str) -> bool:
        """
        Whether a process holds the lock, which may be this one.
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
        Release all locks.
        """
        for lock in tuple(self._held):
            lock.release()

    def forget(self, lock: _FileLock) -> None:
        """
        Forget a lock that is released; called by the lock itself.
        """
        self._held.discard(lock)

    def _abandon(self) -> None:
        for lock in tuple(self._held):
            lock.abandon()
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
                f"cannot create the lock file {path}: {error.strerror}; make its folder writable"
            ) from error


def _acquire(descriptor: int) -> bool:
    """
    Acquire the lock, and try again if others share it for a moment to see whether it is held.
    """
    for number in range(_MAX_TRIES):
        if _try(descriptor, fcntl.LOCK_EX):
            return True
        if not _try(descriptor, fcntl.LOCK_SH):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        if number < _TRIES_WITHOUT_PAUSE:
            os.sched_yield()
        else:  # on a busy machine, let the others finish first
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
        present = path.stat()
    except FileNotFoundError:
        return False
    opened = os.fstat(descriptor)
    return (present.st_dev, present.st_ino) == (opened.st_dev, opened.st_ino)
