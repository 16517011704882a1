"""
A worker that was frozen, and goes on when its lane is somebody else's.
"""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from attrs import define, field

from core.tests.databases import Database
from core.tests.postgres import Server
from tests.crash.audit import assert_one_owner, install_audit, owners
from tests.crash.configuration import saved
from tests.crash.conftest import Configure, Tell
from tests.crash.databases import eventually, pending, states
from tests.crash.processes import Process, Starter
from tests.crash.taken import PATIENCE, Target

TIMES = 20
ORDERS = 1300
QUICK = 30
SLOW = 0.2
CONCURRENCY = 2
LEASE = 1.5
FLOW = {"timeout": 1.0, "concurrency": CONCURRENCY, "batch": 8, "retry.first": 0.2}
LANE = "keyed/main"


@define
class Freezer:
    """
    Two workers of one lane, of which the owner is frozen again and again.

    Attributes:
        late: What frozen workers sent when they went on, by whether their lease was over.
    """

    server: Server
    database: Database
    target: Target
    workers: list[Process]
    late: dict[bool, list[dict[str, object]]] = field(factory=lambda: {True: [], False: []})

    def freeze(self, *, until_over: bool) -> None:
        """
        Freeze the lane's owner in mid-batch, end its sessions, and let it go on.

        Args:
            until_over: It goes on when its lease is over and what it had under way is delivered;
                else as soon as its lane has moved on.
        """
        noted = len(self.target.log())
        self.target.set()
        self.target.wait(noted + QUICK)
        self.target.set(hold=True)
        eventually("more is claimed than is under way", lambda: len(self._sending()) > CONCURRENCY)
        frozen = self._worker(self.target.log(noted)[-1]["worker"])
        with psycopg.connect(self.server.url(self.database.name), autocommit=True) as session:
            session.execute("LISTEN crash")
            frozen.send(signal.SIGSTOP)
            self.target.set(seconds=SLOW)
            fence, claimed = owners(self.database, LANE)[-1][0], self._sending()
            assert len(claimed) > CONCURRENCY, "it was not in mid-batch"
            assert self._end_sessions(session, frozen)
            assert list(session.notifies(timeout=PATIENCE, stop_after=1)), "the lane has not moved"
        assert owners(self.database, LANE)[-1][0] > fence
        if until_over:
            eventually("what it had claimed is delivered", lambda: self._delivered(claimed))
        noted = len(self.target.log())
        frozen.send(signal.SIGCONT)
        self.target.wait(noted + 3 * CONCURRENCY)
        late = [each for each in self.target.log(noted) if each["worker"] == frozen.pid]
        self.late[until_over] += late
        assert {each["order"] for each in late} <= claimed, "it claimed more in a lost lane"
        if until_over:
            assert len(late) <= CONCURRENCY, "its lease was over"

    def _sending(self) -> set[str]:
        """
        The orders of the lane's claims.
        """
        return {
            order for order, state in states(self.database, "keyed").items() if state == "sending"
        }

    def _worker(self, pid: object) -> Process:
        return next(each for each in self.workers if each.pid == pid)

    def _delivered(self, order_ids: set[str]) -> bool:
        found = states(self.database, "keyed")
        return all(found[order_id] == "accepted" for order_id in order_ids)

    def _end_sessions(
        self, session: psycopg.Connection[tuple[object, ...]], worker: Process
    ) -> int:
        """
        End all sessions of a worker, as an administrator would; gives how many there were.
        """
        ended = session.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE client_port = ANY(%s)",
            (sorted(ports(worker.pid)),),
        )
        return len(ended.fetchall())


def ports(pid: int) -> set[int]:
    """
    The local ports of a process's TCP connections.
    """
    sockets = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        name = descriptor.readlink().name
        if name.startswith("socket:["):
            sockets.add(name[8:-1])
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return {int(each[1].partition(":")[2], 16) for each in fields if each[9] in sockets}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_frozen_worker_is_fenced_off(
    configure: Configure,
    postgres: Server,
    database: Database,
    target: Target,
    starter: Starter,
    tell: Tell,
) -> None:
    """
    20 times, in mid-batch, with its sessions ended by the server: nothing that it writes counts,
    what it had not sent stays unsent, and the target has each order once. What it had all but sent
    arrives late, and the target drops it.
    """
    install_audit(database)
    flow, statuses = {"keyed": FLOW}, {"New": [saved("keyed")]}
    config = configure(database, target, flow, lease=LEASE, Online=statuses)
    orders = [(f"W{n}", "Online") for n in range(ORDERS)]
    host = starter.start("host", config=config, orders=orders, threads=4, deliver=False)
    host.wait_for("all entered")
    workers = [starter.start("worker", config=config) for _ in range(2)]
    freezer = Freezer(postgres, database, target, workers)

    for number in range(TIMES):
        freezer.freeze(until_over=number % 2 == 0)
    left = pending(database)
    assert left, "there were too few orders"
    target.set()
    eventually("all exports finished", lambda: pending(database) == 0)

    for over, late in freezer.late.items():
        when = "after the lease" if over else "before its lease was over"
        what = [each["what"] for each in late]
        tell(f"{len(late)} late requests of workers that went on {when}: {dict(Counter(what))}")
    tell(f"{left} exports were left when the last worker went on")
    assert_one_owner(database)
    assert dict(orders).keys() == states(database, "keyed").keys()
    assert {"accepted"} == set(states(database, "keyed").values())
    assert dict.fromkeys(dict(orders), 1) == target.taken("keyed")
    assert len(owners(database, LANE)) > TIMES
    for process in (host, *workers):
        process.send(signal.SIGTERM)
        assert 0 == process.end()
