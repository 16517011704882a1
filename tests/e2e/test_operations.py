"""
The operations page is correct: its commands print what it shows, and its tables match the code.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from core.tests.postgres import Server
from orderferry.config import RuntimeSettings
from orderferry.connectors import ExportState, InstanceName
from orderferry.delivery import Flow
from orderferry.exports import TRANSITIONS
from orderferry.storage import SqlState, open_engine, upgrade
from orderferry_wms_manhattan.simulator import Answer, ManhattanSimulator

from .markdown import blocks, elide, normalize, session
from .place import Place

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SECTIONS: dict[str, str] = dict(
    re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
)
WAREHOUSE = "https://wms.example.com"
DATABASE = "db.example.com/orderferry"
BACKED_UP = "2026-11-24T02:00:00Z"
NOT_SET_UP = {
    "success": False,
    "messages": {"Message": [{"Type": "ERROR", "Description": "Item TUBE-28 is not set up"}]},
}


@pytest.fixture
def warehouse() -> Iterator[ManhattanSimulator]:
    """
    The simulator of the README's example, without orders.
    """
    simulator = ManhattanSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def place(tmp_path: Path, warehouse: ManhattanSimulator) -> Place:
    """
    The README's example, which exports after the order is saved, and an on-call user.
    """
    place = Place(README, tmp_path, {"COLUMNS": "100", "LOGNAME": "oncall"})
    place.environment["WMS_CLIENT_SECRET"] = str(warehouse.settings["client_secret"])
    for name in ("order.json", "workflow.json", "orderferry.toml"):
        place.write(name)
    place.replace("orderferry.toml", WAREHOUSE, str(warehouse.settings["base_url"]))
    place.replace("workflow.json", '"stopOnError": true', '"runAfterOrderIsSaved": true')
    place.replace("order.json", '{"id"', '{"versionId": 1, "id"')
    return place


def other_order(place: Place, order_id: str, name: str = "other.json") -> None:
    """
    Write the example's order with another id.
    """
    order: dict[str, Any] = deepcopy(json.loads((place.folder / "order.json").read_text()))
    (place.folder / name).write_text(json.dumps(order | {"id": order_id}), encoding="utf-8")


def export(place: Place, order_id: str, expected: int = 0) -> None:
    """
    Let the example's order enter the status New with another id.
    """
    other_order(place, order_id)
    place.run("orderferry run --status New other.json", expected)


def follow(
    place: Place, title: str, replacements: dict[str, str], number: int | None = None
) -> None:
    """
    Run the commands of a section, and compare their output with the page.

    Args:
        replacements: The page's text for each address and time of the test.
        number: The console block of the section; all by default.
    """
    consoles = blocks(SECTIONS[title], "console")
    assert consoles
    for block in consoles if number is None else [consoles[number]]:
        for page_command, page_output in session(block):
            command = page_command
            for actual, on_page in replacements.items():
                command = command.replace(on_page, actual)
            output = place.run(command, expected=None)
            for actual, on_page in replacements.items():
                output = output.replace(actual, on_page)
            expected = normalize(page_output)
            assert expected == elide(normalize(output), expected)


def test_orders_that_do_not_arrive_are_found_and_settled(
    place: Place, warehouse: ManhattanSimulator
) -> None:
    """
    A rejected order, one whose response was lost, and one behind a wrong password are exported.
    """
    replacements = {str(warehouse.settings["base_url"]): WAREHOUSE}
    export(place, "WEB-1001")
    warehouse.plan(Answer(status=400, content=json.dumps(NOT_SET_UP).encode()))
    export(place, "WEB-1002", 1)
    warehouse.plan(Answer(status=None, carried_out=True))
    for _ in range(100):
        warehouse.plan(Answer(status=500), "search")
    export(place, "WEB-1003", 1)
    secret = place.environment["WMS_CLIENT_SECRET"]
    place.environment["WMS_CLIENT_SECRET"] = "was changed there"
    export(place, "WEB-1004")

    follow(place, "Orders do not arrive", replacements)
    place.environment["WMS_CLIENT_SECRET"] = secret
    follow(place, "A paused lane", replacements)
    follow(place, "What to do with an export", replacements)

    received = [order.order_id for order in warehouse.received()]
    assert ["WEB-1001", "WEB-1003", "WEB-1004", "WEB-1002", "WEB-1001"] == received


def test_postgresql_is_set_up(
    place: Place, warehouse: ManhattanSimulator, postgres: Server
) -> None:
    """
    The page's commands lead from an empty database to the first order that a worker delivers.
    """
    (configuration,) = blocks(SECTIONS["PostgreSQL"], "toml")
    place.environment.update(DB_USER="orderferry", DB_PASSWORD="trusted/anyhow")
    with postgres.database() as name:
        address = postgres.url(name).partition("@")[2]
        runtime = configuration.text.replace(DATABASE, address)
        place.replace("orderferry.toml", "[[connector]]", f"{runtime}\n[[connector]]")

        follow(place, "PostgreSQL", {address: DATABASE})

    assert ["WEB-1001"] == [order.order_id for order in warehouse.received()]


def test_nothing_is_sent_twice_after_a_restore(place: Place, warehouse: ManhattanSimulator) -> None:
    """
    An order that is newer than the restored backup reaches the warehouse only once.
    """
    title = "Backup and restore"
    export(place, "WEB-1001")
    follow(place, title, {}, number=0)
    moment = datetime.now(UTC).isoformat()
    export(place, "WEB-1006")
    for name in ("orderferry.db-wal", "orderferry.db-shm"):
        (place.folder / name).unlink(missing_ok=True)
    shutil.copy(place.folder / "backup.db", place.folder / "orderferry.db")
    other_order(place, "WEB-1006", "later.json")

    follow(place, title, {moment: BACKED_UP}, number=1)
    place.run("orderferry worker --until-idle")

    assert ["WEB-1001", "WEB-1006"] == [order.order_id for order in warehouse.received()]


def test_counters_are_set_forward(place: Place) -> None:
    """
    The page's commands set the counter, so that the next number follows the one that they name.
    """
    (commands,) = blocks(SECTIONS["Backup and restore"], "sh")
    (place.folder / "orderferry.toml").write_text('[[connector]]\nname = "fulfillment_3pl"\n')
    engine = open_engine(f"sqlite:///{place.folder / 'orderferry.db'}")
    upgrade(engine)
    memory = SqlState(engine, InstanceName("fulfillment_3pl", "default"))
    before = memory.next("interchange")
    current, changed = map(place.run, commands.text.splitlines())

    assert "at 1, the next is 2" in current
    assert "is now at 2000, was at 1; the next is 2001" in changed
    assert 1 == before
    assert 2001 == memory.next("interchange")
    engine.dispose()


def test_each_state_has_what_it_may_become() -> None:
    """
    The table has every state, with the states that `exports.TRANSITIONS` allows next.
    """
    body = SECTIONS["What a state means"]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", body, re.MULTILINE)
    expected = {
        state.value: {t.target.value for t in TRANSITIONS if t.source is state}
        for state in ExportState
    }

    assert list(expected) == [state for state, _ in rows]
    assert expected == {state: set(re.findall(r"`(\w+)`", targets)) for state, targets in rows}


def test_defaults_are_those_of_the_configuration() -> None:
    """
    Each setting that the page names with a number in brackets has that number as its default.
    """
    defaults = {
        attribute.name: attribute.default
        for settings in (RuntimeSettings, Flow)
        for attribute in fields(settings)
    }
    pairs = re.findall(r"`(\w+)` \((\d+)(?: s)?\)|\(`(\w+)`, (\d+)\)", PAGE)
    documented = {first or second: float(a or b) for first, a, second, b in pairs}

    assert {"cooldown", "grace_seconds", "lease_seconds", "breaker", "document_retention_days"} == (
        set(documented)
    )
    assert documented == {name: defaults[name] for name in documented}


def test_every_command_exists(tmp_path: Path) -> None:
    """
    Every command in the running text exists, with its options.
    """
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    pieces = re.findall(r"`([^`\n]+)`", prose)
    groups = ("orderferry ", "exports ", "export ", "cancel ", "lanes ")
    commands = sorted({piece for piece in pieces if piece.startswith(groups)})
    place = Place(PAGE, tmp_path)

    assert commands
    for command in commands:
        usage = place.run(f"orderferry {command.removeprefix('orderferry ')} --help")
        assert usage.startswith("Usage: orderferry")
