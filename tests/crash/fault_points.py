"""
Fault points, found by hooks of the database engine.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from threading import Event, Lock, get_ident
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event

from tests.crash.taken import PATIENCE


class FaultPoints:
    """
    Kills its process at one of the points between statements and around commits.

    A point is before each statement, before each commit, and whenever a connection goes back to the
    pool: after the commit that came before it. What is done between two transactions, such as a
    request to a target, has one before it and one after it.

    Args:
        engine: Whose statements are counted from now on.
        die_at: At which point, from 1.
    """

    def __init__(self, engine: Engine, die_at: int) -> None:
        self.passed = 0
        self._die_at = die_at
        self._lock = Lock()
        self._armed = True
        self._watcher: int | None = None
        for target, name in (
            (engine, "before_cursor_execute"),
            (engine, "commit"),
            (engine.pool, "checkin"),
        ):
            event.listen(target, name, self._pass)

    def watch(self, holds: Callable[[], object]) -> None:
        """
        Count what other threads do until something holds; looking is not counted.
        """
        self._watcher = get_ident()
        until = monotonic() + PATIENCE
        pause = Event()
        while not holds():
            assert monotonic() < until, f"not within {PATIENCE} s"
            pause.wait(0.01)
        with self._lock:
            self._armed = False

    def _pass(self, *_: Any) -> None:
        with self._lock:
            if not self._armed or get_ident() == self._watcher:
                return
            self.passed += 1
            if self.passed == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)
