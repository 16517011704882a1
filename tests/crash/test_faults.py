"""
What a target does to its callers, and a clock: each ends as the specification says.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from core.tests.databases import Database
from tests.crash.configuration import export_to, saved
from tests.crash.conftest import Configure
from tests.crash.databases import lane, pending, rows, states
from tests.crash.ferries import Voyage, sailing
from tests.crash.processes import Starter
from tests.crash.taken import Target
from tests.crash.times import Ahead

FLOW = {"timeout": 1.0, "concurrency": 4, "retry.first": 1.0, "retry.max": 8.0, "cooldown": 10}
INSTANCES = ("asking", "blind", "keyed")
MINUTE = 60.0
HOUR = 3600.0

Sail = Callable[[], AbstractContextManager[Voyage]]


@pytest.fixture
def time() -> Ahead:
    """
    The time that all ferries of a test have.
    """
    return Ahead()


@pytest.fixture
def config(configure: Configure, database: Database, target: Target) -> str:
    """
    Orders of type Online are exported after the save, those of type Store awaited.
    """
    return configure(
        database,
        target,
        dict.fromkeys(INSTANCES, FLOW),
        Online={"New": [saved(name) for name in INSTANCES]},
        Store={"New": [export_to(name) for name in INSTANCES]},
        One={"New": [saved("asking")]},
    )


@pytest.fixture
def sail(site: object, config: str, database: Database, time: Ahead) -> Sail:
    """
    Open a ferry that delivers.
    """
    return lambda: sailing(config, database, time)


def attempts(database: Database) -> dict[str, int]:
    """
    How many attempts of each order's export to the asking instance counted; one that is under way
    may not.
    """
    query = (
        "SELECT order_id, attempts FROM orderferry_exports"
        " WHERE connector = 'asking' AND state <> 'sending'"
    )
    return {row[0]: row[1] for row in rows(database, query)}


@pytest.mark.parametrize("order_type", ["Online", "Store"])
def test_an_answer_lost_after_the_write(
    sail: Sail, database: Database, target: Target, order_type: str
) -> None:
    """
    Found where it can be asked for, sent again where the target drops repeats, else `unknown`.
    """
    target.set(lose=3)
    with sail() as voyage:
        voyage.enter("W1", order_type=order_type)
        voyage.finish()

    found = {name: states(database, name)["W1"] for name in INSTANCES}
    taken = {name: target.taken(name)["W1"] for name in INSTANCES}
    assert {"asking": "accepted", "blind": "unknown", "keyed": "accepted"} == found
    assert dict.fromkeys(INSTANCES, 1) == taken
    assert ["repeated"] == [e["what"] for e in target.log() if e["what"] == "repeated"]


def test_429_with_retry_after_holds_the_whole_lane(
    sail: Sail, database: Database, target: Target
) -> None:
    """
    Nothing is sent until the time given, not of another order either; then all of it.
    """
    target.set(refuse=429, retry_after=30)
    with sail() as voyage:
        voyage.enter("W1", order_type="One")
        voyage.pass_until(lambda: lane(database, "asking/main").cause == "throttled")
        target.set()
        voyage.enter("W2", order_type="One")
        began = voyage.time.seconds
        noted = len(target.log())
        voyage.pass_until(lambda: voyage.time.seconds > began + 25, stride=1.0)
        early = target.log(noted)
        voyage.finish()

    assert (["refused"], []) == ([each["what"] for each in target.log()][:noted], early)
    assert {"W1": "accepted", "W2": "accepted"} == states(database, "asking")
    assert {"W1": 1, "W2": 1} == target.taken("asking")


def test_503_for_a_minute(sail: Sail, database: Database, target: Target) -> None:
    """
    Attempts count, the breaker pauses the lane, and it resumes by itself.
    """
    target.set(refuse=503)
    orders = [f"W{n}" for n in range(20)]
    with sail() as voyage:
        voyage.enter(*orders, order_type="One")
        voyage.pass_until(lambda: voyage.time.seconds > MINUTE, stride=1.0)
        broken = (lane(database, "asking/main").cause, set(states(database, "asking").values()))
        target.set()
        voyage.finish()

    assert ("breaker", {"retrying"}) == (broken[0], broken[1] - {"queued", "sending"})
    assert dict.fromkeys(orders, "accepted") == states(database, "asking")
    assert dict.fromkeys(orders, 1) == target.taken("asking")
    assert sum(attempts(database).values()) > len(orders)
    assert lane(database, "asking/main").cause is None


def test_authentication_broken_then_mended(sail: Sail, database: Database, target: Target) -> None:
    """
    The lane pauses and probes one at a time, no attempt counts, and it resumes by itself.
    """
    target.set(refuse=401)
    orders = [f"W{n}" for n in range(6)]
    with sail() as voyage:
        voyage.enter(*orders, order_type="One")
        voyage.pass_until(lambda: lane(database, "asking/main").cause == "authentication")
        began, noted = voyage.time.seconds, len(target.log())
        voyage.pass_until(lambda: voyage.time.seconds > began + MINUTE, stride=1.0)
        probes = len(target.log(noted))
        counted = set(attempts(database).values())
        target.set()
        voyage.finish()

    assert 1 <= probes <= MINUTE / int(FLOW["cooldown"])
    assert {0} == counted
    assert dict.fromkeys(orders, "accepted") == states(database, "asking")
    assert dict.fromkeys(orders, 1) == attempts(database) == target.taken("asking")
    assert lane(database, "asking/main").cause is None


def test_the_clock_set_back_an_hour(
    sail: Sail, database: Database, target: Target, time: Ahead
) -> None:
    """
    What is new goes on at once, and what waits is sent when its time has come.
    """
    target.set(refuse=503)
    with sail() as voyage:
        voyage.enter("W1", order_type="One")
        voyage.pass_until(lambda: states(database, "asking")["W1"] == "retrying")
        target.set()
        time.seconds -= HOUR
        voyage.enter("W2", order_type="One")
        voyage.pass_until(lambda: states(database, "asking")["W2"] == "accepted")
    with sail() as voyage:
        voyage.enter("W3", order_type="One")
        voyage.pass_until(lambda: states(database, "asking")["W3"] == "accepted")
        back = time.seconds
        voyage.pass_until(lambda: pending(database) == 0, stride=MINUTE)

    assert dict.fromkeys(("W1", "W2", "W3"), "accepted") == states(database, "asking")
    assert dict.fromkeys(("W1", "W2", "W3"), 1) == target.taken("asking")
    assert back < -HOUR + MINUTE < time.seconds < 5 * MINUTE


def test_the_clock_set_back_an_hour_when_a_worker_is_killed(
    config: str, sail: Sail, database: Database, target: Target, starter: Starter, time: Ahead
) -> None:
    """
    Its lease ends a lease from now at the latest, whatever time it wrote of itself.
    """
    worker = starter.start("worker", config=config, ahead=HOUR)
    worker.wait_for("ready")
    target.set(hold=True)
    host = starter.start("host", config=config, orders=[("W1", "One")], threads=1, deliver=False)
    target.wait(1)
    worker.kill()
    host.kill()
    target.set()
    with sail() as voyage:
        voyage.finish()

    assert {"W1": "accepted"} == states(database, "asking")
    assert {"W1": 1} == target.taken("asking")
    assert time.seconds < MINUTE
