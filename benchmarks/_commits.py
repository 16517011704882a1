"""
When an order was saved, and when its export was recorded: seen on the database's connections.
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
"""In the parameter with which a lane records what came back."""

INTENT = "INSERT INTO orderferry_exports"


class Commits:
    """
    The commits of all engines of this process; times are of `time.perf_counter`.

    Attributes:
        saved: When the commit of an intent last began.
    """

    def __init__(self) -> None:
        self.saved = 0.0
        self._is_saving = False
        self._recorded = 0.0
        self._recording: set[int] = set()
        self._is_recorded = Event()

    def expect(self) -> None:
        """
        Forget the last export.
        """
        self._is_recorded.clear()

    def recorded(self) -> float:
        """
        When the transaction that recorded an accepted export had ended.

        Raises:
            TimeoutError: There is none within ten seconds.
        """
        if not self._is_recorded.wait(10):
            raise TimeoutError("no export was recorded within ten seconds")
        return self._recorded

    def _on_execute(
        self, _: Connection, __: object, statement: str, parameters: object, *___: object
    ) -> None:
        if ACCEPTED in str(parameters):
            self._recording.add(get_ident())
        self._is_saving |= statement.startswith(INTENT)

    def _on_commit(self, _: Connection) -> None:
        if self._is_saving:
            self._is_saving = False
            self.saved = time.perf_counter()

    def _on_checkin(self, _: object, __: object) -> None:
        if get_ident() in self._recording:
            self._recording.remove(get_ident())
            self._recorded = time.perf_counter()
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
