"""
A ferry over connectors whose answers a test chooses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import pytest

from core.tests.databases import Database
from orderferry import Ferry, Order, TransitionResult
from orderferry.connectors import Catalogue, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client
from orderferry.exports import Backoff, Clock, Export
from orderferry.orders import OrderForm, Shipment

from .obedient import SOURCE

if TYPE_CHECKING:
    from core.tests.conftest import Site


FIND = """
    @hookimpl
    def find_export(self, export, context):
        if self.settings.found == "gate":
            GATES[context.instance.id].wait(20)
        if self.settings.found == "what is not known":
            known = any(part.remote_ids == {"order": "F1"} for part in context.accepted)
            return Absent() if known else Found({"order": "F1"})
        return {"found": Found({"order": "F1"}), "rejected": Found({}, ExportState.REJECTED),
                "absent": Absent(), "gate": Absent(),
                "cannot": CannotTell("no search")}[self.settings.found]
"""

CANCEL = """
    @hookimpl
    def cancel_order(self, order, shipment, properties, context):
        with LOCK:
            CANCELLED.append((context.instance, order, tuple(context.accepted)))
        if self.settings.cancels == "lose":
            raise UnknownOutcomeError("the answer was lost")
        return ExportResult({"cancellation": f"C{len(CANCELLED)}"})
"""

ORDER_SAVED = """
    @hookimpl
    def order_saved(self, order, context):
        with LOCK:
            SAVED.append((context.instance, order))
        if self.settings.found == "boom":
            raise LookupError("boom")
"""


class Calls:
    """
    The calls that the connectors of a test received.
    """

    def __init__(self, name: str) -> None:
        self._module = f"orderferry_{name}"

    @property
    def exports(self) -> list[Any]:
        """
        The calls of `export_order`, in order: instance, order, shipment, properties, attempt, …
        """
        return list(getattr(sys.modules.get(self._module), "CALLS", ()))

    @property
    def saved(self) -> list[Any]:
        """
        The calls of `order_saved`, in order.
        """
        return list(getattr(sys.modules.get(self._module), "SAVED", ()))

    @property
    def cancelled(self) -> list[Any]:
        """
        The calls of `cancel_order`, in order: instance, order, what was accepted before.
        """
        return list(getattr(sys.modules.get(self._module), "CANCELLED", ()))

    @property
    def gates(self) -> dict[str, Any]:
        """
        The gates of the instances that wait on the answer `gate`.
        """
        import_module = __import__(self._module)
        gates: dict[str, Any] = import_module.GATES
        return gates


class Gate:
    """
    A gate at which a connector waits on the answer `gate`.
    """

    def __init__(self) -> None:
        self.arrived = Event()
        self.opened = Event()

    def wait(self, seconds: float) -> None:
        """
        Wait until it is opened.
        """
        self.arrived.set()
        self.opened.wait(seconds)


class FakeTime:
    """
    A time that passes only when somebody waits for it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seconds = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """
        Seconds since the test began.
        """
        with self._lock:
            return self._seconds

    def now(self) -> datetime:
        """
        The time of day.
        """
        return datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(seconds=self.monotonic())

    def wait(self, seconds: float) -> None:
        """
        Let time pass.
        """
        with self._lock:
            self._seconds += seconds
            self.waits.append(seconds)

    @property
    def clock(self) -> Clock:
        """
        This time as a clock.
        """
        return Clock(now=self.now, monotonic=self.monotonic, wait=self.wait)


Make = Callable[..., Instances]

TWO_SHIPMENTS = OrderForm(shipments=(Shipment(shipment_id="S1"), Shipment(shipment_id="S2")))


@pytest.fixture
def time() -> FakeTime:
    """
    The time of a test.
    """
    return FakeTime()


Install = Callable[..., Calls]


@pytest.fixture
def install(site: Any) -> Install:
    """
    Install an obedient connector: `install("acme", find=True, updates=True, order_saved=True)`.
    """

    def install(
        name: str,
        *,
        find: bool = False,
        updates: bool = False,
        idempotent: bool = False,
        order_saved: bool = False,
        cancel: bool = False,
    ) -> Calls:
        source = SOURCE.replace("@UPDATES@", str(updates))
        source = source.replace("@IDEMPOTENT@", str(idempotent))
        source += (
            (FIND if find else "")
            + (ORDER_SAVED if order_saved else "")
            + (CANCEL if cancel else "")
        )
        site.connector(name, source=source, object="Obedient")
        return Calls(name)

    return install


MakeFerry = Callable[..., Ferry]


@pytest.fixture
def make_ferry(
    tmp_path: Path, time: FakeTime, database: Database, site: Site
) -> Iterator[MakeFerry]:
    """
    Make a ferry over `[[connector]]` tables and statuses: `make_ferry([...], New=[step, ...])`.
    """
    ferries: list[Ferry] = []

    def make(connectors: list[dict[str, Any]], *, deliver: bool = True, **statuses: Any) -> Ferry:
        write_configuration(tmp_path, connectors, statuses, database=database.url)
        backoff = Backoff(first=1.0, factor=2.0, most=4.0, chance=lambda: 1.0)
        ferry = Ferry.from_config(
            tmp_path / "orderferry.toml",
            environment={},
            clock=time.clock,
            backoff=backoff,
            deliver=deliver,
        )
        ferries.append(ferry)
        return ferry

    yield make
    for ferry in ferries:
        ferry.close()


@pytest.fixture
def acme(site: Site) -> Site:
    """
    A site with the connector `acme`.
    """
    site.connector("acme")
    return site


@pytest.fixture
def make() -> Iterator[Make]:
    """
    Make instances of the installed connectors.
    """
    with Client(environment={}) as client:

        def instances(*configured: InstanceConfig) -> Instances:
            return Instances(
                configured,
                catalogue=Catalogue.installed(),
                environment={},
                state=lambda _: MemoryState(),
                http=client,
            )

        yield instances


def write_configuration(
    folder: Path,
    connectors: list[dict[str, Any]],
    statuses: dict[str, Any],
    *,
    database: str,
) -> None:
    """
    Write `orderferry.toml` and `workflow.json`.
    """
    lines = ["[runtime]", 'workflow = "workflow.json"', 'foreign_steps = ["ReserveStock"]']
    lines += [f"database = {json.dumps(database)}"]
    for connector in connectors:
        settings = connector.pop("settings", {})
        lines += ["", "[[connector]]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in connector.items()]
        lines += ["[connector.settings]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (folder / "orderferry.toml").write_text("\n".join(lines))
    order_type = {
        "name": "Online",
        "orderStatuses": [
            {"name": name, "workflowSteps": steps} for name, steps in statuses.items()
        ],
    }
    (folder / "workflow.json").write_text(json.dumps(order_type))


def export_to(connector: str | list[str], **fields: Any) -> dict[str, Any]:
    """
    An ExportOrder step.
    """
    return {"name": "ExportOrder", "active": True, "Connector": connector, **fields}


def order(order_id: str = "W1", **fields: Any) -> Order:
    """
    An order of type Online in market NOR, version 1.
    """
    values: dict[str, Any] = {"order_type": "Online", "market_id": "NOR", "version_id": 1, **fields}
    return Order(id=order_id, **values)


def sap(*answers: str, **settings: object) -> dict[str, object]:
    """
    A `[[connector]]` table of sap/main.
    """
    return {"name": "sap", "id": "main", "settings": {"answers": list(answers), **settings}}


def only(result: TransitionResult) -> Export:
    """
    The one export of the first step.
    """
    (export,) = result.steps[0].exports
    return export


def instance(name: str, *answers: str, **fields: Any) -> dict[str, Any]:
    """
    A `[[connector]]` table of an obedient connector.
    """
    return {"name": name, "id": "main", "settings": {"answers": list(answers)}, **fields}
