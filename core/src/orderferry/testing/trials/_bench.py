"""
The test bench: a running target, the proxy in front of it, and instances that use the proxy.
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
from orderferry.testing.trials._observation import Call, CallRecorder
from orderferry.testing.trials._rewriting import route_through_proxy, speaks_http, use_tls

__all__ = ["INSTANCE", "Bench", "Instance", "Plan"]

INSTANCE = "conformance"
"""The `ConnectorId` of the instances."""

GREETING_SECONDS = 1.0
"""The minimum time in which a target that sends the first bytes has to send them."""


def _series() -> str:
    return uuid4().hex[:6].upper()


@frozen(kw_only=True)
class Plan:
    """
    The parameters of a suite, as the vendor set them.

    Attributes:
        connector: The connector's name.
        target: Creates the simulator.
        settings: Settings that replace those of the simulator.
        properties: Further properties of the step.
        shipment_id: The shipment to export, or `None` for the whole order.
        order: Creates an order with an id.
        seconds: The minimum time of an attempt, in seconds.
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
        exporter: The exporter that the core calls.
        recorder: The record of the calls.
        client: The instance's own HTTP client.
    """

    exporter: Exporter
    recorder: CallRecorder
    client: Client

    @property
    def connector(self) -> Connector:
        """
        The connector itself.
        """
        connector = self.recorder.connector
        if connector is None:
            raise RuntimeError("no hook of the connector was wrapped")
        return connector

    @property
    def settings(self) -> object:
        """
        The connector's settings.
        """
        return getattr(self.connector, "settings", None)


@define(eq=False, repr=False)
class Bench:
    """
    A target with a proxy in front of it, running between `start` and `stop`.

    The stored state of the instance lasts as long as the bench, like that of a configured instance.
    Each `instance` has its own HTTP client, and so no session of an earlier one.

    Attributes:
        plan: The parameters of the suite.
        simulator: The target.
        proxy: The proxy, or `None` if the target has no socket.
        http: Whether the target speaks HTTP.
        ledger: All exports so far.
        state: The stored state of the instance.
        pace: The time limits.
        fault: The fault that is injected now.
        slow_calls: How many calls of the connector were short of time, although no fault left them
            waiting.
        futile_repeats: How often more time made no difference.
    """

    plan: Plan
    simulator: Simulator = field(init=False)
    proxy: Proxy | None = field(default=None, init=False)
    http: bool = field(default=False, init=False)
    ledger: MemoryLedger = field(factory=MemoryLedger, init=False)
    state: MemoryState = field(factory=MemoryState, init=False)
    pace: Pace = field(init=False)
    fault: Fault | None = field(default=None, init=False)
    slow_calls: int = field(default=0, init=False)
    futile_repeats: int = field(default=0, init=False)
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
        Start the target, and the proxy if the target has a socket.
        """
        self.simulator = self.plan.target()
        self.simulator.start()
        address = self.simulator.address
        if address is not None:
            self.http = speaks_http({**self.simulator.settings, **self.plan.settings}, address)
            self.proxy = Proxy(address, http=self.http, observe=self.received_count)
            self.proxy.start()

    def stop(self) -> None:
        """
        Stop the proxy and the target.
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
        The target's folder, if it has no socket.
        """
        folder: Path | None = getattr(self.simulator, "folder", None)
        return folder if self.proxy is None else None

    def settings(self, *, tls: bool = False) -> dict[str, object]:
        """
        The settings of an instance that connects to the proxy.

        Args:
            tls: Use `https` to the proxy instead of `http`.
        """
        direct = {**self.simulator.settings, **self.plan.settings}
        address = self.simulator.address
        if self.proxy is None or address is None:
            return direct
        settings = route_through_proxy(direct, address, self.proxy.address)
        return use_tls(settings, self.proxy.address) if tls else settings

    @contextmanager
    def instance(self, *, tls: bool = False) -> Iterator[Instance]:
        """
        Load an instance, and close its HTTP client at the end of the block.

        Args:
            tls: Use `https` to the proxy instead of `http`.

        Raises:
            orderferry.errors.LoadError: The connector cannot be loaded.
        """
        configured = InstanceConfig(
            name=self.plan.connector, id=INSTANCE, settings=self.settings(tls=tls)
        )
        recorder = CallRecorder(self._count_slow, self._stalls)
        with Client(environment={}) as client:
            instances = Instances(
                [configured],
                catalogue=Catalogue.installed(),
                environment={},
                state=lambda _: self.state,
                http=client,
            )
            yield Instance(instances.exporter(self.name).wrap_hooks(recorder), recorder, client)

    @property
    def abilities(self) -> frozenset[str]:
        """
        The features of the connector and its target on which guarantees depend.

        These are the names of its hooks and capabilities, and those of `network`, `http`, `bytes`
        and `folder` that apply to the target.
        """
        if self._abilities is None:
            with self.instance() as instance:
                capabilities = asdict(instance.exporter.capabilities)
            abilities = set(load_connector(Catalogue.installed(), self.plan.connector).hooks)
            abilities |= {name for name, value in capabilities.items() if value}
            if self.proxy is not None:
                abilities |= {"network", "http" if self.http else "bytes"}
            if self.folder is not None:
                abilities.add("folder")
            self._abilities = frozenset(abilities)
        return self._abilities

    @property
    def determines_outcomes(self) -> bool:
        """
        Whether the connector offers what is needed to determine an unknown outcome.
        """
        return not {"find_export", "idempotent"}.isdisjoint(self.abilities)

    def new_order(self, suffix: str = "") -> Order:
        """
        Create an order with a new id.

        Args:
            suffix: The end of the id.
        """
        with self._lock:
            self._number += 1
            number = self._number
        return self.plan.order(f"C{self._series}{number:04d}{suffix}")

    def shipment(self, order: Order) -> Shipment | None:
        """
        The shipment that is exported, or `None` for the whole order.
        """
        shipment_id = self.plan.shipment_id
        return None if shipment_id is None else order.shipment(shipment_id)

    def greets(self) -> bool:
        """
        Whether the target sends the first bytes of a connection, as SSH and SMTP servers do.
        """
        address = self.simulator.address
        if address is None or self.http:
            return False
        seconds = max(GREETING_SECONDS, 10 * self.pace.undisturbed)
        with create_connection(address) as connection:
            return any(_sends_bytes(connection, pause) for pause in ticks(seconds))

    def received(self, order_id: str) -> tuple[Received, ...]:
        """
        The documents of an order that the target has, oldest first.
        """
        return tuple(
            document for document in self.simulator.received() if document.order_id == order_id
        )

    def received_count(self) -> int:
        """
        How many documents the target has in all.
        """
        return len(self.simulator.received())

    def release(self) -> None:
        """
        End the fault, and the connections that it stalls.
        """
        if self.proxy is not None:
            self.proxy.mend()

    def wait_at_rest(self) -> None:
        """
        Wait until the target has processed what it received, and the proxy has seen all requests.
        """
        if self.proxy is not None:
            self.proxy.wait_at_rest(self.pace.patience_seconds)

    def wait_closed(self) -> bool:
        """
        Wait until the connector has closed all its connections; false if it leaves some open.
        """
        gc.collect()
        proxy = self.proxy
        pauses = ticks(self.pace.patience_seconds)
        return proxy is None or any(proxy.wait_closed(pause) for pause in pauses)

    def _stalls(self) -> bool:
        """
        Whether a fault was met that leaves the connector waiting.
        """
        return self.fault in STALLING and self.proxy is not None and self.proxy.met > 0

    def count_slow_call(self) -> None:
        """
        Count a call that was short of time.
        """
        with self._lock:
            self.slow_calls += 1

    def _count_slow(self, call: Call) -> None:
        if call.short_of_time:
            self.count_slow_call()


def _sends_bytes(connection: socket, seconds: float) -> bool:
    """
    Whether the target sends something within some seconds.
    """
    connection.settimeout(seconds)
    try:
        return connection.recv(1) != b""
    except OSError:
        return False
