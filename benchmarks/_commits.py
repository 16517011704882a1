"""
The times when an order is saved and when its export is recorded, from the database's connections.
"""

from __future__ import annotations

import time
from threading import Event, get_ident
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

__all__ = ["Commits"]

ACCEPTED = '"state":"accepted"'
"""Text in the parameter with which a lane records a result."""

INTENT = "INSERT INTO orderferry_exports"


class Commits:
    """
    Watches the commits of all engines of this process; times are of `time.perf_counter`.

    Attributes:
        save_time: When the commit of an intent last began.
    """

    def __init__(self) -> None:
        self.save_time = 0.0
        self._is_saving = False
        self._record_time = 0.0
        self._recording: set[int] = set()
        self._is_recorded = Event()

    def expect(self) -> None:
        """
        Forget the last export.
        """
        self._is_recorded.clear()

    def wait(self) -> float:
        """
        Wait for an accepted export, and return when the transaction that recorded it had ended.

        Raises:
            TimeoutError: No export is recorded within ten seconds.
        """
        if not self._is_recorded.wait(10):
            raise TimeoutError("no export was recorded within ten seconds")
        return self._record_time

    def _on_execute(
        self, _: Connection, __: object, statement: str, parameters: object, *___: object
    ) -> None:
        if ACCEPTED in str(parameters):
            self._recording.add(get_ident())
        self._is_saving |= statement.startswith(INTENT)

    def _on_commit(self, _: Connection) -> None:
        if self._is_saving:
            self._is_saving = False
            self.save_time = time.perf_counter()

    def _on_checkin(self, _: object, __: object) -> None:
        if get_ident() in self._recording:
            self._recording.remove(get_ident())
            self._record_time = time.perf_counter()
            self._is_recorded.set()

    def __enter__(self) -> Self:
        event.listen(Engine, "before_cursor_execute", self._on_execute)
        event.listen(Engine, "commit", self._on_commit)
        event.listen(Pool, "checkin", self._on_checkin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        event.remove(Engine, "before_cursor_execute", self._on_execute)
        event.remove(Engine, "commit", self._on_commit)
        event.remove(Pool, "checkin", self._on_checkin)
