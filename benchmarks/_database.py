"""
The measurements of a database: throughput of a lane, latency of an export, and memory.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Protocol

from _commits import Commits
from _site import LANE, STATUS, enqueue, ferry_over, orders
from _worker import Worker, run_worker
from attrs import frozen
from sqlalchemy import Engine

from orderferry.storage import Store, has_work, open_engine, upgrade

sys.path.insert(0, str(Path(__file__).parents[1]))
from core.tests.postgres import serve

__all__ = ["Database", "databases"]

WARM_UP = 50
PORTION = 10_000


class Count(Protocol):
    """
    The connector's count of the target's responses.
    """

    def expect(self, count: int) -> None:
        """
        Start the count anew, and expect a number of responses.
        """

    def wait(self) -> None:
        """
        Wait for the last response.
        """


@frozen
class Database:
    """
    A database, and the folder for the configuration of a ferry that uses it.
    """

    name: str
    url: str
    engine: Engine
    folder: Path
    address: str

    def rate(self, name: str, count: int) -> float:
        """
        The exports per second, from the start of the lane until the last export is recorded.
        """
        enqueue(self.engine, orders(name, count))
        responses = _responses()
        responses.expect(count)
        with ferry_over(self.folder, self.url, self.address, deliver=False) as ferry:
            start = time.perf_counter()
            ferry.deliver()
            responses.wait()
            self._until_recorded()
            return count / (time.perf_counter() - start)

    def waits(self, count: int) -> tuple[float, float]:
        """
        The median milliseconds from a save, and from a call, until an order's export is recorded.

        On SQLite, the process that saves also delivers; on PostgreSQL, a worker does. The pause
        before each save lets the lane become idle.
        """
        saves, calls = [], []
        with ExitStack() as stack:
            ferry = stack.enter_context(ferry_over(self.folder, self.url, self.address))
            commits = stack.enter_context(Commits())
            delivery: Commits | Worker = commits
            if self.engine.dialect.name == "postgresql":
                configuration = self.folder / "orderferry.toml"
                delivery = stack.enter_context(run_worker(configuration, self.folder.parent))
            for order in orders(f"{self.name}-idle", WARM_UP + count):
                time.sleep(0.01)
                delivery.expect()
                start = time.perf_counter()
                ferry.transition(order, STATUS)
                record_time = delivery.wait()
                saves.append((record_time - commits.save_time) * 1000)
                calls.append((record_time - start) * 1000)
        return median(saves[WARM_UP:]), median(calls[WARM_UP:])

    def memory(self, count: int, early: int) -> tuple[int, int]:
        """
        The resident kilobytes of this process after the first exports, and after all.

        Args:
            count: The number of exports, which are saved in portions of 10,000.
            early: The number of exports before the first measurement.
        """
        sizes = []
        responses = _responses()
        with ferry_over(self.folder, self.url, self.address, deliver=False) as ferry:
            ferry.deliver()
            for at in range(0, count, PORTION):
                responses.expect(PORTION)
                enqueue(self.engine, orders(f"{self.name}-long-{at}", PORTION))
                responses.wait()
                self._until_recorded()
                sizes.append(_resident())
        return sizes[early // PORTION - 1], sizes[-1]

    def _until_recorded(self) -> None:
        store = Store(self.engine)
        while has_work(store, [LANE]):
            time.sleep(0.002)


def _responses() -> Count:
    responses: Count = import_module("measured").RESPONSES
    return responses


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@contextmanager
def databases(folder: Path, address: str) -> Iterator[tuple[Database, ...]]:
    """
    A new database of each kind; both use fsync.
    """
    with ExitStack() as stack:
        server = stack.enter_context(serve(fsync=True))
        urls = {
            "SQLite": f"sqlite:///{folder / 'measured.db'}",
            "PostgreSQL": server.url(stack.enter_context(server.database())),
        }
        opened = []
        for name, url in urls.items():
            engine = open_engine(url)
            stack.callback(engine.dispose)
            upgrade(engine)
            (folder / name).mkdir()
            opened.append(Database(name, url, engine, folder / name, address))
        yield tuple(opened)
