"""
The stored state of an instance: in memory, in a file, and for previews.

A counter is a value like any other, the last number that was used, as text: `get(counter)` reads
it, and `compare_and_set` changes where it continues.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from orderferry.connectors.spec._context import State
from orderferry.errors import StateError

__all__ = ["FileState", "MemoryState", "PreviewState", "count", "replace"]


def replace(
    values: MutableMapping[str, str | None], key: str, expected: str | None, value: str | None
) -> bool:
    """
    Set a value if it is still the expected one.

    Returns:
        Whether it was set.
    """
    if values.get(key) != expected:
        return False
    values[key] = value
    return True


def count(values: MutableMapping[str, str | None], counter: str) -> int:
    """
    Set a counter to its next number, and return it.

    Raises:
        StateError: The value of that name is not a number.
    """
    last = values.get(counter)
    try:
        number = int(last or 0) + 1
    except ValueError:
        raise StateError(
            f"{counter!r} cannot count: its value is not a whole number; set it, or use another "
            "name"
        ) from None
    values[counter] = str(number)
    return number


class MemoryState:
    """
    A state in memory; safe to use from several threads.

    Args:
        values: Its initial values.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values: MutableMapping[str, str | None] = dict(values or {})
        self._lock = Lock()

    def get(self, key: str) -> str | None:
        """
        Return the value of a key, or `None` if it has none.
        """
        with self._lock:
            return self._values.get(key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value of a key if it is still the expected one (`None`: no value, or remove it).
        """
        with self._lock:
            return replace(self._values, key, expected, value)

    def next(self, counter: str) -> int:
        """
        Return the next number of a counter, from 1.

        Raises:
            StateError: The value of that name is not a number.
        """
        with self._lock:
            return count(self._values, counter)


class PreviewState(MemoryState):
    """
    A state for previews: it reads another one, and stores its own changes in memory only.

    Args:
        known: The state to read; it is not changed.
    """

    def __init__(self, known: State) -> None:
        super().__init__()
        self._values = _Overlay(known)


class _Overlay(dict[str, str | None]):
    def __init__(self, known: State) -> None:
        super().__init__()
        self._known = known

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return self[key] if key in self else self._known.get(key)


FORMAT: Final = 1


class FileState:
    """
    A state in a JSON file; safe to use from several threads and processes of one machine.

    Each change is written to a file next to it, synced to the disk and renamed, under a lock that
    the OS releases when the holding process ends. A number is on the disk before it is returned.

    Args:
        path: The file; the first change creates it and its folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(path)
        self._lock_path = self._path.with_name(f"{self._path.name}.lock")

    def __repr__(self) -> str:
        return f"FileState({str(self._path)!r})"

    def get(self, key: str) -> str | None:
        """
        Return the value of a key, or `None` if it has none.

        Raises:
            StateError: The file cannot be read, or is damaged.
        """
        with self._state_errors():
            return self._read().get(key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value of a key if it is still the expected one (`None`: no value, or remove it).

        Returns:
            Whether it was set.

        Raises:
            StateError: The file cannot be read or written, or is damaged.
        """
        with self._state_errors(), self._lock():
            values = self._read()
            if not replace(values, key, expected, value):
                return False
            self._write(values)
            return True

    def next(self, counter: str) -> int:
        """
        Return the next number of a counter, from 1; never the same number twice.

        Raises:
            StateError: The file cannot be read or written, or is damaged; no number was used.
        """
        with self._state_errors(), self._lock():
            values = self._read()
            number = count(values, counter)
            self._write(values)
            return number

    @contextmanager
    def _state_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateError(
                f"the state file {self._path} cannot be used: {error.strerror}; "
                "make it readable and writable, and free space on its disk"
            ) from error

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """
        Hold the lock, which belongs to this open file, so that it also excludes other threads.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _read(self) -> dict[str, str | None]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            return _values(json.loads(content))
        except ValueError as error:
            raise StateError(
                f"the state file {self._path} is damaged ({error}); restore it, or find out "
                "which numbers were used and remove it: counters then start at 1 again"
            ) from error

    def _write(self, values: Mapping[str, str | None]) -> None:
        stored = {key: value for key, value in values.items() if value is not None}
        content = json.dumps({"format": FORMAT, "values": stored}, indent=1).encode()
        draft = self._path.with_name(f"{self._path.name}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _values(document: object) -> dict[str, str | None]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"it is not a state file of format {FORMAT}")
    values = document.get("values")
    if not isinstance(values, dict):
        raise ValueError("it has no values")
    for key, value in values.items():
        if not isinstance(value, str):
            raise ValueError(f"the value of {key!r} is not text")
    return dict(values)
