"""
What the processes do that the tests start; each role says what it has come to.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

# Whatever a ferry loads late is loaded before the first fork.
import alembic.command  # noqa: F401
import psycopg  # noqa: F401

import orderferry.storage  # noqa: F401
from orderferry.errors import ConflictError
from orderferry.orders import Order
from orderferry.runtime import Ferry

Say = Callable[..., None]


def order(order_id: str, order_type: str = "Online") -> Order:
    """
    An order as the tests' hosts have it.
    """
    return Order(id=order_id, order_type=order_type, version_id=1)


def worker(*, say: Say, config: str) -> None:
    """
    Deliver until it is told to end.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with Ferry.from_config(config) as ferry:
        ferry.deliver()
        say("ready")
        signal.sigwait({signal.SIGTERM})


def host(
    *, say: Say, config: str, orders: Sequence[tuple[str, str]], threads: int, deliver: bool
) -> None:
    """
    Let orders, each with its type, enter the status New; deliver meanwhile, and until it is told
    to end, where it is to.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with Ferry.from_config(config, deliver=deliver) as ferry:
        say("ready")

        def enter(given: tuple[str, str]) -> None:
            try:
                result = ferry.transition(order(*given), "New")
            except ConflictError as error:
                say("conflict", order=given[0], why=str(error))
            else:
                say("entered", order=given[0], outcome=result.outcome)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(enter, orders))
        say("all entered")
        signal.sigwait({signal.SIGTERM})
