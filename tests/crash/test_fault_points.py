"""
The process killed at every commit boundary and between every two statements.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.tests.databases import Database
from tests.crash.configuration import Steps, export_to, saved
from tests.crash.conftest import Configure, Stage, Tell
from tests.crash.connectors import CONNECTORS
from tests.crash.databases import rows
from tests.crash.processes import Starter

MOST_POINTS = 500
HOUR = 3600.0
FLOW = {"timeout": 1.0, "concurrency": 2, "retry.first": 0.2}

TRANSITION = [
    export_to("asking"),
    export_to("blind"),
    saved("told"),
    export_to("refused", ErrorStatus="Failed"),
]
DELIVERY = [saved(["told", "blind"]), saved("refused", ErrorStatus="Failed")]
RIGHT = {
    "asking": {(1, "accepted")},
    "told": {(1, "accepted")},
    "blind": {(1, "accepted"), (1, "unknown"), (0, "unknown")},
    "refused": {(0, "rejected")},
}
"""How often an order may be at the target, and in what state."""


@pytest.mark.parametrize(
    ("role", "steps"),
    [("dying_host", TRANSITION), ("dying_worker", DELIVERY)],
    ids=["transition", "delivery"],
)
def test_killed_at_every_fault_point(
    configure: Configure,
    both: tuple[Stage, ...],
    starter: Starter,
    tell: Tell,
    role: str,
    steps: Steps,
) -> None:
    """
    At the first, the second, and so on until there are no more, each with an order of its own; a
    fresh process then repeats the transition and delivers: nothing lost, nothing twice.

    On both databases at the same time, one process a database.
    """
    instances = {name for step in steps for name in CONNECTORS if name in step["Connector"]}

    def die(stage: Stage) -> list[str]:
        stage.target.set(refuse=422, instances=["refused"])
        flows = dict.fromkeys(instances, FLOW)
        statuses = {"New": steps, "Failed": []}
        config = configure(stage.database, stage.target, flows, Online=statuses)
        return killed_everywhere(starter, stage, role, config)

    with ThreadPoolExecutor(len(both)) as pool:
        died = list(pool.map(die, both))

    for stage, orders in zip(both, died, strict=True):
        tell(f"{stage.database.kind}: {len(orders)} fault points")
        found = {order: fault(stage, order, instances) for order in orders}
        assert dict.fromkeys(orders) == found


def killed_everywhere(starter: Starter, stage: Stage, role: str, config: str) -> list[str]:
    """
    The orders with which a process was killed, one for each fault point.
    """
    died: list[str] = []
    while len(died) < MOST_POINTS:
        number = len(died) + 1
        given = {"config": config, "order_id": f"P{number}"}
        dying = starter.start(role, ahead=number * HOUR, die_at=number, **given)
        code = dying.end()
        stage.target.wait_until_quiet()
        recovering = starter.start("recovering", ahead=(number + 0.5) * HOUR, **given)
        recovering.wait_for("done")
        assert 0 == recovering.end()
        if code == 0:
            assert number > dying.wait_for("done")["points"]
            return died
        assert -9 == code
        died.append(given["order_id"])
    raise AssertionError(f"still alive after {MOST_POINTS} fault points")


def fault(stage: Stage, order: str, instances: set[str]) -> str | None:
    """
    What is wrong with what became of an order, or `None`.
    """
    query = "SELECT connector, operation, state FROM orderferry_exports WHERE order_id = :order"
    found = rows(stage.database, query, order=order)
    states = {(row[0], row[1]): row[2] for row in found}
    taken = {name: stage.target.taken(name)[order] for name in (*instances, "saved")}
    query = "SELECT status FROM orderferry_orders WHERE id = :order"
    ((status,),) = rows(stage.database, query, order=order)
    holds = (
        all((taken[name], states[name, "export_order"]) in RIGHT[name] for name in instances)
        and taken["saved"] >= 1
        and states["told", "order_saved"] == "accepted"
        and status == "Failed"
    )
    if not holds:
        return f"at {status}, {states}, taken {taken}"
    return broken_history(stage.database, order, states)


def broken_history(
    database: Database, order: str, states: dict[tuple[str, str], str]
) -> str | None:
    """
    What is missing in the order's history: every change of an export's state is one event of it.
    """
    query = "SELECT document FROM orderferry_events WHERE order_id = :order ORDER BY seq"
    events = [json.loads(row[0]) for row in rows(database, query, order=order)]
    known = dict.fromkeys(states, "queued")
    for event in events:
        export = event.get("connector"), event.get("operation")
        if export in known:
            if event["previousState"] != known[export]:
                return f"{export}: {known[export]}, then {event['previousState']}"
            known[export] = event["state"]
    return None if known == states else f"history ends at {known}, the ledger is at {states}"
