"""
A transition in the transaction of a host that has tables of its own in the same database.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from core.tests.databases import Database
from orderferry.connectors import ExportState
from orderferry.orders import Order
from orderferry.runtime import Ferry
from orderferry.workflow import TransitionResult
from tests.crash.configuration import export_to, saved
from tests.crash.conftest import Configure
from tests.crash.databases import eventually, pending, rows, states
from tests.crash.taken import Target

TABLES = ("orders", "errors", "events", "transitions", "contents", "exports", "attempts")
STEPS = [export_to("asking"), saved("told")]


@pytest.fixture
def host(database: Database) -> Iterator[Engine]:
    """
    The host's own connections, and its own table.
    """
    url = database.url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE baskets (id TEXT PRIMARY KEY)"))
    yield engine
    engine.dispose()


@pytest.fixture
def ferry(
    site: object, configure: Configure, database: Database, target: Target
) -> Iterator[Ferry]:
    """
    The ferry that the host calls; with SQLite it delivers, with PostgreSQL a worker must.
    """
    statuses = {"New": STEPS, "Ship": STEPS}
    config = configure(database, target, {"asking": {}, "told": {}}, Online=statuses)
    with Ferry.from_config(config) as ferry:
        yield ferry


def enter(ferry: Ferry, connection: Connection, status: str = "New") -> TransitionResult:
    """
    What the host does: it keeps the basket, and lets the order enter a status.
    """
    connection.execute(text("INSERT INTO baskets VALUES (:id)"), {"id": f"B-{status}"})
    order = Order(id="W1", order_type="Online", version_id=1)
    return ferry.transition(order, status, connection=connection)


def counts(database: Database) -> dict[str, int]:
    """
    How many rows each table has.
    """
    return {
        name: rows(database, f"SELECT count(*) FROM orderferry_{name}")[0][0] for name in TABLES
    }


def test_a_rollback_leaves_nothing(
    ferry: Ferry, host: Engine, database: Database, target: Target
) -> None:
    """
    Neither of the host nor of the ferry, and nothing is sent, then or later.
    """
    ferry.deliver()
    before = counts(database)
    with host.connect() as connection:
        result = enter(ferry, connection)
        connection.rollback()
    ferry.transition(Order(id="W2", order_type="Online", version_id=1), "New")
    eventually("the other order is delivered", lambda: pending(database) == 0)

    assert [ExportState.QUEUED] * 2 == [e.state for step in result.steps for e in step.exports]
    assert 0 == before["exports"]
    assert 0 == rows(database, "SELECT count(*) FROM baskets")[0][0]
    assert {"W2": "accepted"} == states(database, "asking") == states(database, "told")
    assert {"W2"} == {each["order"] for each in target.log()}
    assert 1 == counts(database)["orders"]


def test_a_commit_leaves_all_and_every_export_waits_for_it(
    ferry: Ferry, host: Engine, database: Database, target: Target
) -> None:
    """
    Awaited steps too are deferred; nothing is sent before the commit, and all of it after.
    """
    ferry.deliver()
    with host.connect() as connection:
        result = enter(ferry, connection)
        eventually("a lane has looked", lambda: rows(database, "SELECT 1 FROM orderferry_lanes"))
        inside = (list(target.log()), states(database, "asking"))
        connection.commit()
    eventually("all is delivered", lambda: states(database, "told") and not pending(database))

    assert [True, True] == [step.deferred for step in result.steps]
    assert ([], {}) == inside
    assert {"W1": 1} == target.taken("asking") == target.taken("told") == target.taken("saved")
    assert [("B-New",)] == [tuple(row) for row in rows(database, "SELECT id FROM baskets")]
    (order,) = rows(database, "SELECT status FROM orderferry_orders WHERE id = 'W1'")
    assert "New" == order[0]


def test_who_only_makes_transitions_in_its_own_transactions_is_delivered_too(
    ferry: Ferry, host: Engine, database: Database, target: Target
) -> None:
    """
    With SQLite its own ferry delivers, though no transaction of the ferry's touched a lane.
    """
    if database.kind == "postgresql":
        ferry.deliver()
    with host.begin() as connection:
        enter(ferry, connection)
    eventually("all is delivered", lambda: states(database, "told") and not pending(database))

    assert {"W1": 1} == target.taken("asking") == target.taken("told")


def test_a_savepoint_that_is_undone_takes_its_transition_along(
    ferry: Ferry, host: Engine, database: Database, target: Target
) -> None:
    """
    What the host did around it stays.
    """
    ferry.deliver()
    with host.begin() as connection:
        enter(ferry, connection)
        nested = connection.begin_nested()
        enter(ferry, connection, "Ship")
        nested.rollback()
    eventually("all is delivered", lambda: states(database, "told") and not pending(database))

    query = "SELECT DISTINCT status FROM orderferry_exports WHERE operation = 'export_order'"
    assert [("New",)] == [tuple(row) for row in rows(database, query)]
    assert [("B-New",)] == [tuple(row) for row in rows(database, "SELECT id FROM baskets")]
    assert {"W1": 1} == target.taken("asking") == target.taken("told")
