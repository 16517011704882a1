"""
`kill -9` at random moments: nothing lost, nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from attrs import define, field

from core.tests.databases import Database
from tests.crash.audit import assert_one_owner, install_audit
from tests.crash.configuration import export_to, saved
from tests.crash.conftest import Configure, Tell
from tests.crash.databases import eventually, pending, states
from tests.crash.processes import Process, Starter
from tests.crash.taken import Target

ORDERS = 2000
KILLS = 30
THREADS = 4
FLOW = {"timeout": 1.0, "concurrency": 4, "batch": 32, "retry.first": 0.2}
INSTANCES = ("asking", "blind")


@define
class Troupe:
    """
    A host and workers, each started again whenever it is killed, until all orders have entered.
    """

    starter: Starter
    config: str
    delivers: bool
    orders: dict[str, str]
    playing: list[Process] = field(factory=list)
    hosts: list[Process] = field(factory=list)

    def start(self, workers: int) -> None:
        """
        Start them all.
        """
        self.playing = [self._host(), *(self._worker() for _ in range(workers))]

    def replace(self, number: int) -> None:
        """
        Kill one, and start another in its place.
        """
        self.playing[number].kill()
        self.playing[number] = self._worker() if number else self._host()

    def entered(self) -> set[str]:
        """
        The orders whose transition has come back.
        """
        return {
            said["order"] for host in self.hosts for said in host.said if said["what"] == "entered"
        }

    def finish(self, database: Database) -> None:
        """
        Wait until all orders have entered and nothing is pending, then end all.
        """
        self.playing[0].wait_for("all entered")
        eventually("all exports finished", lambda: pending(database) == 0)
        for process in self.playing:
            process.kill()

    def _host(self) -> Process:
        done = self.entered()
        rest = [each for each in self.orders.items() if each[0] not in done]
        process = self.starter.start(
            "host", config=self.config, orders=rest, threads=THREADS, deliver=self.delivers
        )
        self.hosts.append(process)
        return process

    def _worker(self) -> Process:
        return self.starter.start("worker", config=self.config)


def moments(random: Random) -> Iterator[int]:
    """
    After how many requests at the target somebody is killed, each time.
    """
    last = 2 * ORDERS - KILLS * (THREADS + 2 * int(FLOW["concurrency"])) - 1
    yield from sorted(random.sample(range(20, last), KILLS))


def test_each_order_is_taken_once_whoever_is_killed(
    configure: Configure, database: Database, target: Target, starter: Starter, tell: Tell
) -> None:
    """
    2,000 orders, awaited and after the save, to an instance that can ask its target and to one
    that cannot, while a host and two workers are killed 30 times.

    Where the target can be asked, each order is there exactly once; where not, none is there twice,
    and those that are `unknown` are the only ones that may be missing.
    """
    random = Random(f"kill {database.kind}")
    config = configure(
        database,
        target,
        dict.fromkeys(INSTANCES, FLOW),
        Online={"New": [saved(name) for name in INSTANCES]},
        Store={"New": [export_to(list(INSTANCES))]},
    )
    orders = {f"W{n}": "Store" if n % 4 == 0 else "Online" for n in range(ORDERS)}
    install_audit(database)
    troupe = Troupe(starter, config, database.kind == "sqlite", orders)
    troupe.start(workers=2 if database.kind == "postgresql" else 1)

    for moment in moments(random):
        target.wait(moment)
        troupe.replace(random.randrange(len(troupe.playing)))
    troupe.finish(database)

    assert_one_owner(database)
    assert dict.fromkeys(orders, 1) == target.taken("asking")
    assert dict.fromkeys(orders, "accepted") == states(database, "asking")
    taken, found = target.taken("blind"), states(database, "blind")
    unknown = {order for order, state in found.items() if state == "unknown"}
    tell(f"{KILLS} kills: {len(unknown)} unknown, {len(unknown - set(taken))} of them not taken")
    _assert_honest(taken, found, orders, unknown)


def _assert_honest(
    taken: dict[str, int], found: dict[str, str], orders: dict[str, str], unknown: set[str]
) -> None:
    """
    None twice; what is missing is `unknown`, what is accepted is there.
    """
    assert set(orders) == set(found)
    assert {"accepted", "unknown"} >= set(found.values())
    assert {1} == set(taken.values())
    assert set(orders) - unknown <= set(taken)
    assert len(unknown) <= KILLS * (THREADS + int(FLOW["concurrency"]))
