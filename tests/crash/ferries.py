"""
A ferry of the test's own process, with time that a test moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import frozen

from core.tests.databases import Database
from orderferry.orders import Order
from orderferry.runtime import Ferry
from orderferry.workflow import TransitionResult
from tests.crash.databases import pending
from tests.crash.times import Ahead


@frozen
class Voyage:
    """
    A ferry that delivers, and its time.
    """

    ferry: Ferry
    time: Ahead
    database: Database

    def enter(self, *order_ids: str, order_type: str = "Online") -> list[TransitionResult]:
        """
        Let orders enter the status New.
        """
        orders = [Order(id=each, order_type=order_type, version_id=1) for each in order_ids]
        return [self.ferry.transition(order, "New") for order in orders]

    def pass_until(self, holds: Callable[[], object], *, stride: float = 0.0) -> None:
        """
        Let the ferry deliver, and time go by in strides, until something holds.
        """

        def turn() -> object:
            self.ferry.deliver()
            return holds()

        self.time.pass_until(turn, stride=stride)

    def finish(self) -> None:
        """
        Let time go by until nothing is pending.
        """
        self.pass_until(lambda: pending(self.database) == 0, stride=2.0)


@contextmanager
def sailing(config: str, database: Database, time: Ahead) -> Iterator[Voyage]:
    """
    Open a ferry that delivers.
    """
    with Ferry.from_config(config, clock=time.clock) as ferry:
        ferry.deliver()
        yield Voyage(ferry, time, database)
