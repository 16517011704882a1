"""
A lane moves to another worker when its own is killed.
"""

from __future__ import annotations

import time

from core.tests.databases import Database
from tests.crash.audit import assert_one_owner, install_audit, owners
from tests.crash.configuration import saved
from tests.crash.conftest import Configure, Tell
from tests.crash.databases import eventually, pending
from tests.crash.processes import Starter
from tests.crash.taken import Target

LEASE = 1.0
TIMES = 5
ORDERS = 400
FLOW = {"timeout": 1.0, "concurrency": 2, "batch": 8}


def test_a_lane_moves_within_two_seconds_and_the_lease(
    configure: Configure, database: Database, target: Target, starter: Starter, tell: Tell
) -> None:
    """
    From `kill -9` to the first request of the next owner, by the target's clock; never two in one
    lane, as the database saw it.
    """
    target.set(seconds=0.05)
    install_audit(database)
    given = {"asking": FLOW}
    config = configure(database, target, given, lease=LEASE, Online={"New": [saved("asking")]})
    orders = [(f"W{n}", "Online") for n in range(ORDERS)]
    host = starter.start("host", config=config, orders=orders, threads=4, deliver=False)
    host.wait_for("all entered")
    workers = {each.pid: each for each in (starter.start("worker", config=config) for _ in "12")}
    moves = []
    for _ in range(TIMES):
        noted = len(target.log())
        target.wait(noted + 5)
        owner = workers.pop(target.log(noted)[-1]["worker"])
        killed = time.clock_gettime(time.CLOCK_BOOTTIME)
        owner.kill()
        after = target.wait_for(lambda each: each["worker"] in workers, after=noted)
        moves.append(after["at"] - killed)
        started = starter.start("worker", config=config)
        workers[started.pid] = started
    target.set()
    eventually("all exports finished", lambda: pending(database) == 0)

    tell(f"moved within {max(moves):.2f} s of a kill, {LEASE} s lease: {rounded(moves)}")
    assert max(moves) <= 2.0 + LEASE
    assert_one_owner(database)
    assert len(owners(database, "asking/main")) > TIMES
    assert dict.fromkeys(dict(orders), 1) == target.taken("asking")
    for process in (host, *workers.values()):
        process.kill()


def rounded(seconds: list[float]) -> str:
    """
    For people.
    """
    return ", ".join(f"{each:.2f}" for each in seconds)
