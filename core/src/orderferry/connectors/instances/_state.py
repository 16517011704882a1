"""
The memory of an instance: in this process only, or one that forgets.

A counter is a value like any other, the last number that was given, as text: `get(counter)` reads
it, and `compare_and_set` makes it start elsewhere.
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

__all__ = ["FileState", "ForgetfulState", "MemoryState", "count", "replace"]


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
    Take the next number of a counter.

    Raises:
        StateError: The value of that name is no number.
    """
    last = values.get(counter)
    try:
        number = int(last or 0) + 1
    except ValueError:
        raise StateError(
            f"{counter!r} cannot count: its value is no whole number; set it, or count under "
            "another name"
        ) from None
    values[counter] = str(number)
    return number


class MemoryState:
    """
    A memory that lasts as long as the process, safe between its threads.

    Args:
        values: What it starts with.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values: MutableMapping[str, str | None] = dict(values or {})
        self._lock = Lock()

    def get(self, key: str) -> str | None:
        """
        The value, or `None` where there is none.
        """
        with self._lock:
            return self._values.get(key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value if it is still the expected one (`None`: there is none, or remove it).
        """
        with self._lock:
            return replace(self._values, key, expected, value)

    def next(self, counter: str) -> int:
        """
        The next number of a counter, from 1.

        Raises:
            StateError: The value of that name is no number.
        """
        with self._lock:
            return count(self._values, counter)


class ForgetfulState(MemoryState):
    """
    A memory for previews: it reads what another one holds, and keeps its own changes to itself.

    Args:
        known: The memory that stays as it is.
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
    A memory in a JSON file, safe between threads and processes of one machine.

    Each change is written beside the file, flushed to the disk and put in its place whole, under
    a lock that the system frees when its holder dies. A number that was given is on the disk.

    Args:
        path: The file; it and its folder are made by the first change.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(path)
        self._lock_path = self._path.with_name(f"{self._path.name}.lock")

    def __repr__(self) -> str:
        return f"FileState({str(self._path)!r})"

    def get(self, key: str) -> str | None:
        """
        The value, or `None` where there is none.

        Raises:
            StateError: The file cannot be read, or is damaged.
        """
        with self._told():
            return self._read().get(key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value if it is still the expected one (`None`: there is none, or remove it).

        Returns:
            Whether it was set.

        Raises:
            StateError: The file cannot be read or written, or is damaged.
        """
        with self._told(), self._locked():
            values = self._read()
            if not replace(values, key, expected, value):
                return False
            self._write(values)
            return True

    def next(self, counter: str) -> int:
        """
        The next number of a counter, from 1; never the same twice.

        Raises:
            StateError: The file cannot be read or written, or is damaged; no number was used up.
        """
        with self._told(), self._locked():
            values = self._read()
            number = count(values, counter)
            self._write(values)
            return number

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateError(
                f"the state file {self._path} cannot be used: {error.strerror}; "
                "make it readable and writable, and its disk not full"
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """
        Hold the lock: it belongs to this open file, so threads keep each other out as well.
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
                f"the state file {self._path} is damaged ({error}); restore it, or remove it after "
                "making sure which numbers were used: counters then start at 1 again"
            ) from error

    def _write(self, values: Mapping[str, str | None]) -> None:
        kept = {key: value for key, value in values.items() if value is not None}
        content = json.dumps({"format": FORMAT, "values": kept}, indent=1).encode()
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
        raise ValueError(f"it is no state file of format {FORMAT}")
    values = document.get("values")
    if not isinstance(values, dict):
        raise ValueError("it has no values")
    for key, value in values.items():
        if not isinstance(value, str):
            raise ValueError(f"the value of {key!r} is no text")
    return dict(values)
