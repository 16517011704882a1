"""
A database to be measured: what a lane carries over it, how soon, and with how much memory.
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
from _worker import Worker, working
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
    The connector's count of what the target has answered.
    """

    def expect(self, count: int) -> None:
        """
        Forget what was, and expect so many answers.
        """

    def wait(self) -> None:
        """
        Wait for the last of them.
        """


@frozen
class Database:
    """
    A database, and where the configuration of a ferry over it is written.
    """

    name: str
    url: str
    engine: Engine
    folder: Path
    address: str

    def rate(self, name: str, count: int) -> float:
        """
        Exports a second, from the start of the lane until the last one is recorded.
        """
        enqueue(self.engine, orders(name, count))
        answered = _answered()
        answered.expect(count)
        with ferry_over(self.folder, self.url, self.address, deliver=False) as ferry:
            began = time.perf_counter()
            ferry.deliver()
            answered.wait()
            self._until_recorded()
            return count / (time.perf_counter() - began)

    def waits(self, count: int) -> tuple[float, float]:
        """
        Median milliseconds from a save, and from a call, until the export of an order is recorded.

        On SQLite the process that saves delivers too; on PostgreSQL a worker does. The pause before
        each save is for the lane to be idle again.
        """
        saves, calls = [], []
        with ExitStack() as stack:
            ferry = stack.enter_context(ferry_over(self.folder, self.url, self.address))
            commits = stack.enter_context(Commits())
            delivers: Commits | Worker = commits
            if self.engine.dialect.name == "postgresql":
                configuration = self.folder / "orderferry.toml"
                delivers = stack.enter_context(working(configuration, self.folder.parent))
            for order in orders(f"{self.name}-idle", WARM_UP + count):
                time.sleep(0.01)
                delivers.expect()
                began = time.perf_counter()
                ferry.transition(order, STATUS)
                recorded = delivers.recorded()
                saves.append((recorded - commits.saved) * 1000)
                calls.append((recorded - began) * 1000)
        return median(saves[WARM_UP:]), median(calls[WARM_UP:])

    def memory(self, count: int, early: int) -> tuple[int, int]:
        """
        Resident kilobytes of this process after the first exports, and after all.

        Args:
            count: How many exports there are, saved in portions of 10,000.
            early: After how many to look first.
        """
        seen = []
        answered = _answered()
        with ferry_over(self.folder, self.url, self.address, deliver=False) as ferry:
            ferry.deliver()
            for at in range(0, count, PORTION):
                answered.expect(PORTION)
                enqueue(self.engine, orders(f"{self.name}-long-{at}", PORTION))
                answered.wait()
                self._until_recorded()
                seen.append(_resident())
        return seen[early // PORTION - 1], seen[-1]

    def _until_recorded(self) -> None:
        store = Store(self.engine)
        while has_work(store, [LANE]):
            time.sleep(0.002)


def _answered() -> Count:
    found: Count = import_module("measured").ANSWERED
    return found


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@contextmanager
def databases(folder: Path, address: str) -> Iterator[tuple[Database, ...]]:
    """
    A new database of each kind; both write with fsync.
    """
    with ExitStack() as stack:
        server = stack.enter_context(serve(fsync=True))
        urls = {
            "SQLite": f"sqlite:///{folder / 'measured.db'}",
            "PostgreSQL": server.url(stack.enter_context(server.database())),
        }
        found = []
        for name, url in urls.items():
            engine = open_engine(url)
            stack.callback(engine.dispose)
            upgrade(engine)
            (folder / name).mkdir()
            found.append(Database(name, url, engine, folder / name, address))
        yield tuple(found)
