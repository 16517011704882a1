"""
The bench: a target, the proxy before it, and instances of the connector that talk through it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, socket
from threading import Lock
from uuid import uuid4

from attrs import asdict, define, field, frozen

from orderferry.connectors import (
    Catalogue,
    Connector,
    Exporter,
    InstanceConfig,
    InstanceName,
    Instances,
    MemoryState,
    Received,
    Simulator,
    load_connector,
)
from orderferry.connectors.http import Client
from orderferry.exports import MemoryLedger
from orderferry.orders import Order, Shipment
from orderferry.testing._pace import Pace, ticks
from orderferry.testing.proxy._fault import STALLING, Fault
from orderferry.testing.proxy._proxy import Proxy
from orderferry.testing.trials._observation import Call, Watch
from orderferry.testing.trials._rewriting import over_tls, speaks_http, through

__all__ = ["INSTANCE", "Bench", "Instance", "Plan"]

INSTANCE = "conformance"
"""The `ConnectorId` of the instances."""

GREETING_SECONDS = 1.0
"""How long a target that speaks first has to do so, at least."""


def _series() -> str:
    return uuid4().hex[:6].upper()


@frozen(kw_only=True)
class Plan:
    """
    What a suite is about.

    Attributes:
        connector: The connector's name.
        target: Makes the simulator.
        settings: Settings over the simulator's own.
        properties: Further properties of the step.
        shipment_id: The shipment to export, or `None` for the whole order.
        order: Makes an order of an id.
        seconds: How long an attempt may take, at least.
    """

    connector: str
    target: Callable[[], Simulator]
    settings: Mapping[str, object]
    properties: Mapping[str, object]
    shipment_id: str | None
    order: Callable[[str], Order]
    seconds: float


@frozen(eq=False)
class Instance:
    """
    An instance of the connector, as the core loads it.

    Attributes:
        exporter: What is called.
        watch: What its connector said.
        client: The HTTP client, which is its own.
    """

    exporter: Exporter
    watch: Watch
    client: Client

    @property
    def connector(self) -> Connector:
        """
        The connector itself.
        """
        found = self.watch.connector
        if found is None:
            raise RuntimeError("no hook of the connector was wrapped")
        return found

    @property
    def settings(self) -> object:
        """
        Its settings.
        """
        return getattr(self.connector, "settings", None)


@define(eq=False, repr=False)
class Bench:
    """
    A running target with a proxy before it; between `start` and `stop`.

    The instance's memory lasts as long as the bench, as that of a configured instance does; each
    `instance` has a client of its own, and so no session of an earlier one.

    Attributes:
        plan: What the suite is about.
        simulator: The target.
        proxy: The proxy, or `None` where the target has no socket.
        http: Whether the target speaks HTTP.
        ledger: All exports so far.
        pace: How much time is given.
        fault: The fault that the proxy makes now.
        hurried: How many calls of the connector were short of time so far, though nothing left
            them waiting.
        fruitless: How often more time made no difference.
    """

    plan: Plan
    simulator: Simulator = field(init=False)
    proxy: Proxy | None = field(default=None, init=False)
    http: bool = field(default=False, init=False)
    ledger: MemoryLedger = field(factory=MemoryLedger, init=False)
    memory: MemoryState = field(factory=MemoryState, init=False)
    pace: Pace = field(init=False)
    fault: Fault | None = field(default=None, init=False)
    hurried: int = field(default=0, init=False)
    fruitless: int = field(default=0, init=False)
    _series: str = field(factory=_series, init=False)
    _abilities: frozenset[str] | None = field(default=None, init=False)
    _number: int = field(default=0, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self.pace = Pace(self.plan.seconds)

    def __repr__(self) -> str:
        return f"<bench of {self.plan.connector}>"

    def start(self) -> None:
        """
        Start the target, and the proxy where it has a socket.
        """
        self.simulator = self.plan.target()
        self.simulator.start()
        address = self.simulator.address
        if address is not None:
            self.http = speaks_http({**self.simulator.settings, **self.plan.settings}, address)
            self.proxy = Proxy(address, http=self.http, observe=self.total)
            self.proxy.start()

    def stop(self) -> None:
        """
        Stop both.
        """
        try:
            if self.proxy is not None:
                self.proxy.stop()
        finally:
            self.simulator.stop()

    @property
    def name(self) -> InstanceName:
        """
        The instance's name.
        """
        return InstanceName(self.plan.connector, INSTANCE)

    @property
    def folder(self) -> Path | None:
        """
        The target's folder, where it has no socket.
        """
        folder: Path | None = getattr(self.simulator, "folder", None)
        return folder if self.proxy is None else None

    def settings(self, *, tls: bool = False) -> dict[str, object]:
        """
        Settings that lead through the proxy.

        Args:
            tls: With `https` to the proxy, in place of `http`.
        """
        given = {**self.simulator.settings, **self.plan.settings}
        address = self.simulator.address
        if self.proxy is None or address is None:
            return given
        found = through(given, address, self.proxy.address)
        return over_tls(found, self.proxy.address) if tls else found

    @contextmanager
    def instance(self, *, tls: bool = False) -> Iterator[Instance]:
        """
        An instance; closed afterwards.

        Args:
            tls: As in `settings`.

        Raises:
            orderferry.errors.LoadError: The connector cannot be used.
        """
        configured = InstanceConfig(
            name=self.plan.connector, id=INSTANCE, settings=self.settings(tls=tls)
        )
        watch = Watch(self._heard, self._stalls)
        with Client(environment={}) as client:
            instances = Instances(
                [configured],
                catalogue=Catalogue.installed(),
                environment={},
                state=lambda _: self.memory,
                http=client,
            )
            yield Instance(instances.exporter(self.name).watched(watch), watch, client)

    @property
    def abilities(self) -> frozenset[str]:
        """
        What the connector offers and declares, and what its target speaks.

        Its hooks and capabilities by name, and of `network`, `http`, `bytes` and `folder` what
        applies.
        """
        if self._abilities is None:
            with self.instance() as made:
                declared = asdict(made.exporter.capabilities)
            found = set(load_connector(Catalogue.installed(), self.plan.connector).hooks)
            found |= {name for name, value in declared.items() if value}
            if self.proxy is not None:
                found |= {"network", "http" if self.http else "bytes"}
            if self.folder is not None:
                found.add("folder")
            self._abilities = frozenset(found)
        return self._abilities

    @property
    def settles(self) -> bool:
        """
        Whether the connector declares what settles an unknown outcome.
        """
        return not {"find_export", "idempotent"}.isdisjoint(self.abilities)

    def new_order(self, suffix: str = "") -> Order:
        """
        An order that the target has not seen.

        Args:
            suffix: What its id ends with.
        """
        with self._lock:
            self._number += 1
            number = self._number
        return self.plan.order(f"C{self._series}{number:04d}{suffix}")

    def shipment(self, order: Order) -> Shipment | None:
        """
        The shipment that is exported, or `None` for the whole order.
        """
        wanted = self.plan.shipment_id
        return None if wanted is None else order.shipment(wanted)

    def greets(self) -> bool:
        """
        Whether the target speaks first on a connection, as SSH and SMTP do, and HTTP does not.
        """
        address = self.simulator.address
        if address is None or self.http:
            return False
        seconds = max(GREETING_SECONDS, 10 * self.pace.undisturbed)
        with create_connection(address) as connection:
            return any(_speaks(connection, pause) for pause in ticks(seconds))

    def taken(self, order_id: str) -> tuple[Received, ...]:
        """
        What the target has of an order, in the order taken.
        """
        return tuple(each for each in self.simulator.received() if each.order_id == order_id)

    def total(self) -> int:
        """
        How much the target has taken altogether.
        """
        return len(self.simulator.received())

    def release(self) -> None:
        """
        Let what is stalled go on to its end: the fault passes.
        """
        if self.proxy is not None:
            self.proxy.mend()

    def wait_at_rest(self) -> None:
        """
        Wait until the target has dealt with what it got, and the proxy has seen what was sent.
        """
        if self.proxy is not None:
            self.proxy.wait_at_rest(self.pace.patience_seconds)

    def closed(self) -> bool:
        """
        Whether the connector closes all its connections, once it is let go.
        """
        gc.collect()
        proxy = self.proxy
        pauses = ticks(self.pace.patience_seconds)
        return proxy is None or any(proxy.wait_closed(pause) for pause in pauses)

    def _stalls(self) -> bool:
        """
        Whether a fault has been met that leaves the connector waiting.
        """
        return self.fault in STALLING and self.proxy is not None and self.proxy.met > 0

    def hurry(self) -> None:
        """
        Count that something was short of time.
        """
        with self._lock:
            self.hurried += 1

    def _heard(self, call: Call) -> None:
        if call.hurried:
            self.hurry()


def _speaks(connection: socket, seconds: float) -> bool:
    """
    Whether something is said to a connection soon.
    """
    connection.settimeout(seconds)
    try:
        return connection.recv(1) != b""
    except OSError:
        return False
