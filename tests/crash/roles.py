"""
What the processes do that the tests start; each role says what it has come to.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Event

# Whatever a ferry loads late is loaded before the first fork.
import alembic.command  # noqa: F401
import psycopg  # noqa: F401
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import orderferry.storage  # noqa: F401
from orderferry.errors import ConflictError
from orderferry.orders import Order
from orderferry.runtime import Ferry
from orderferry.workflow import TransitionResult
from tests.crash.configuration import saved, write_configuration
from tests.crash.databases import PENDING
from tests.crash.fault_points import FaultPoints
from tests.crash.times import Ahead

Say = Callable[..., None]

TRIES = 50


def order(order_id: str, order_type: str = "Online") -> Order:
    """
    An order as the tests' hosts have it.
    """
    return Order(id=order_id, order_type=order_type, version_id=1)


def warm_up() -> None:
    """
    Do once what is slow the first time, before any process is forked.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder)
        config = write_configuration(
            path,
            f"sqlite:///{path}/orderferry.db",
            "http://127.0.0.1:9",
            {"told": {}},
            Online={"New": [saved("told")]},
        )
        with Ferry.from_config(config, deliver=False) as ferry:
            ferry.transition(order("W0"), "New")


def worker(*, say: Say, config: str, ahead: float = 0.0) -> None:
    """
    Deliver until it is told to end, as `orderferry worker` does.
    """
    clock = Ahead(ahead).clock if ahead else None
    with Ferry.from_config(config, clock=clock) as ferry:
        worker = ferry.worker()
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        say("ready")
        worker.run()


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

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda given: _enter(ferry, say, *given), orders))
        say("all entered")
        signal.sigwait({signal.SIGTERM})


def _enter(ferry: Ferry, say: Say, order_id: str, order_type: str) -> None:
    """
    As a host does: what the database has not answered is repeated, a few times.
    """
    pause = Event()
    for _ in range(TRIES):
        try:
            result = ferry.transition(order(order_id, order_type), "New")
        except ConflictError as error:
            say("conflict", order=order_id, why=str(error))
            return
        except SQLAlchemyError as error:
            say("repeats", order=order_id, why=type(error).__name__)
            pause.wait(0.2)
        else:
            say("entered", order=order_id, outcome=result.outcome)
            return
    raise TimeoutError(f"the database is away for {TRIES} tries")


def crowd(*, say: Say, config: str, order_id: str, threads: int) -> None:
    """
    Let one order enter the status New many times at once, when it is told to.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    together = Barrier(threads)

    with Ferry.from_config(config, deliver=False) as ferry:

        def enter(_: int) -> str:
            together.wait()
            try:
                result = ferry.transition(order(order_id), "New")
            except ConflictError as error:
                return type(error).__name__
            awaited, deferred = result.steps
            states = [each.state.value for each in awaited.exports]
            return " ".join([result.outcome, *states, "deferred" if deferred.deferred else ""])

        with ThreadPoolExecutor(threads) as pool:
            say("ready")
            signal.sigwait({signal.SIGTERM})
            say("done", answers=Counter(pool.map(enter, range(threads))))


def dying_host(*, say: Say, config: str, order_id: str, die_at: int, ahead: float) -> None:
    """
    Let an order enter the status New, and be killed at a fault point of that.
    """
    with Ferry.from_config(config, clock=Ahead(ahead).clock, deliver=False) as ferry:
        points = FaultPoints(ferry._parts.store.engine, die_at)
        ferry.transition(order(order_id), "New")
        say("done", points=points.passed)


def dying_worker(*, say: Say, config: str, order_id: str, die_at: int, ahead: float) -> None:
    """
    Deliver what an order has deferred, and be killed at a fault point of that.
    """
    clock = Ahead(ahead).clock
    with Ferry.from_config(config, clock=clock, deliver=False) as ferry:
        ferry.transition(order(order_id), "New")
        points = FaultPoints(ferry._parts.store.engine, die_at)
        ferry.deliver()
        points.watch(lambda: _idle(ferry))
        say("done", points=points.passed)


def recovering(*, say: Say, config: str, order_id: str, ahead: float) -> None:
    """
    Repeat the transition of an order, and deliver until nothing is left, as fast as time can go.
    """
    time = Ahead(ahead)
    with Ferry.from_config(config, clock=time.clock, deliver=False) as ferry:
        result = _repeated(ferry, order(order_id))

        def turn() -> bool:
            ferry.deliver()
            ferry._deliveries.follow_failures()
            return _idle(ferry)

        time.pass_until(turn)
        say("done", outcome=result.outcome)


def _repeated(ferry: Ferry, order: Order) -> TransitionResult:
    """
    Enter the status New as soon as the server has noticed that the former process is dead.
    """
    pause = Event()
    for _ in range(TRIES):
        try:
            return ferry.transition(order, "New")
        except ConflictError:
            pause.wait(0.05)
    return ferry.transition(order, "New")


def _idle(ferry: Ferry) -> bool:
    """
    Whether all exports are finished, and all runs that failures want.
    """
    wanted = "SELECT 1 FROM orderferry_transitions WHERE ended IS NULL AND visited LIKE '%,%'"
    unfinished = f"SELECT 1 FROM orderferry_exports WHERE {PENDING}"
    with ferry._parts.store.reading() as batch:
        return not batch.connection.execute(text(f"{unfinished} UNION {wanted}")).first()
