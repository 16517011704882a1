"""
Tests of a connector's hooks: the installed connector, loaded and called as the core does it.

`Harness` loads instances that talk to a simulator, and `Instance` calls their hooks::

    @pytest.fixture
    def simulator() -> Iterator[AcmeSimulator]:
        with run_simulator(AcmeSimulator()) as simulator:
            yield simulator


    def test_an_order_is_accepted(simulator: AcmeSimulator) -> None:
        with Harness("acme") as harness:
            (result,) = harness.load(simulator, warehouse="DC01").export_order(example_order())
        assert result.remote_ids == {"order": "1"}

Loading goes through the entry point, so the connector's distribution must be installed. The HTTP
client is the core's own; the instance's state is in memory, and the environment is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

from attrs import define, field, frozen

from orderferry.connectors import (
    Absent,
    CannotTell,
    Catalogue,
    Context,
    Document,
    Exporter,
    ExportResult,
    Finding,
    Found,
    InstanceConfig,
    Instances,
    MemoryState,
    Properties,
    SentExport,
    Simulator,
    State,
    Timeline,
)
from orderferry.connectors.http import Client
from orderferry.orders import Order, Shipment

__all__ = ["DEFAULT_SECONDS", "Harness", "Instance", "run_simulator"]

DEFAULT_SECONDS = 30.0
"""How many seconds a call may take, unless a test gives others."""

_KEY = "order/harness"

SimulatorT = TypeVar("SimulatorT", bound=Simulator)


@contextmanager
def run_simulator(simulator: SimulatorT) -> Iterator[SimulatorT]:
    """
    Start a simulator, and stop it at the end.

    Args:
        simulator: A simulator that is not started.
    """
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()


@frozen
class Instance:
    """
    One configured instance, whose hooks are called as the core calls them.

    The methods are named as the hooks, and raise what the connector raises, without secrets.

    Attributes:
        exporter: The exporter that the core uses, for calls that the methods do not offer.
    """

    exporter: Exporter

    def context(
        self,
        *,
        key: str = _KEY,
        idempotency_key: UUID | None = None,
        attempt: int = 1,
        seconds: float = DEFAULT_SECONDS,
        accepted: Sequence[ExportResult] = (),
        timeline: Timeline | None = None,
    ) -> Context:
        """
        A context for one call.

        Args:
            key: The export's key.
            idempotency_key: The export's id.
            attempt: Which attempt this is.
            seconds: How many seconds the call may take.
            accepted: Earlier accepted results of this instance for the order.
            timeline: Where requests are recorded.
        """
        return self.exporter.context(
            key=key,
            idempotency_key=idempotency_key,
            attempt=attempt,
            deadline=monotonic() + seconds,
            accepted=accepted,
            timeline=timeline,
        )

    def export_order(
        self,
        order: Order,
        shipment: Shipment | None = None,
        properties: Properties | None = None,
        *,
        key: str = _KEY,
        idempotency_key: UUID | None = None,
        attempt: int = 1,
        seconds: float = DEFAULT_SECONDS,
        accepted: Sequence[ExportResult] = (),
        timeline: Timeline | None = None,
    ) -> tuple[ExportResult, ...]:
        """
        Export an order, or one of its shipments.

        Args:
            order: The order.
            shipment: The shipment, or `None` for the whole order.
            properties: The step's further properties; by default none.
            key: The export's key.
            idempotency_key: The export's id.
            attempt: Which attempt this is.
            seconds: How many seconds the call may take.
            accepted: Earlier accepted results of this instance for the order.
            timeline: Where requests are recorded.

        Returns:
            The results, one or several.

        Raises:
            TypeError: The connector returned something else.
        """
        result = self.exporter.export_order(
            order=order,
            shipment=shipment,
            properties=properties or Properties(),
            context=self.context(
                key=key,
                idempotency_key=idempotency_key,
                attempt=attempt,
                seconds=seconds,
                accepted=accepted,
                timeline=timeline,
            ),
        )
        results = tuple(result) if isinstance(result, Sequence) else (result,)
        return tuple(_expect("export_order", item, ExportResult) for item in results)

    def find_export(
        self,
        order: Order,
        shipment: Shipment | None = None,
        properties: Properties | None = None,
        *,
        key: str = _KEY,
        idempotency_key: UUID | None = None,
        seconds: float = DEFAULT_SECONDS,
        accepted: Sequence[ExportResult] = (),
    ) -> Found | Absent | CannotTell:
        """
        Ask whether the target has an export whose outcome is unknown.

        Args:
            order: The order.
            shipment: The shipment, or `None` for the whole order.
            properties: The step's further properties; by default none.
            key: The export's key.
            idempotency_key: The export's id.
            seconds: How many seconds the call may take.
            accepted: Earlier accepted results of this instance for the order.

        Raises:
            TypeError: The connector returned something else.
        """
        result = self.exporter.find_export(
            export=SentExport(
                key=key, order=order, shipment=shipment, properties=properties or Properties()
            ),
            context=self.context(
                key=key, idempotency_key=idempotency_key, seconds=seconds, accepted=accepted
            ),
        )
        if isinstance(result, Found | Absent | CannotTell):
            return result
        raise TypeError(f"find_export returned {result!r}, expected Found, Absent or CannotTell")

    def preview_order(
        self,
        order: Order,
        shipment: Shipment | None = None,
        properties: Properties | None = None,
    ) -> Document:
        """
        Render the document that would be sent, in a context without a network.

        Args:
            order: The order.
            shipment: The shipment, or `None` for the whole order.
            properties: The step's further properties; by default none.

        Raises:
            TypeError: The connector returned something else.
        """
        result = self.exporter.preview_order(
            order=order,
            shipment=shipment,
            properties=properties or Properties(),
            context=self.exporter.preview_context(),
        )
        return _expect("preview_order", result, Document)

    def check(self, *, seconds: float = DEFAULT_SECONDS) -> tuple[Finding, ...]:
        """
        Check the instance's access to its target.

        Args:
            seconds: How many seconds the call may take.

        Raises:
            TypeError: The connector returned something else.
        """
        result = self.exporter.check(self.context(key="", attempt=0, seconds=seconds))
        findings = result if isinstance(result, Sequence) else (result,)
        return tuple(_expect("check", finding, Finding) for finding in findings)


ResultT = TypeVar("ResultT")


def _expect(hook: str, result: object, kind: type[ResultT]) -> ResultT:
    if not isinstance(result, kind):
        raise TypeError(f"{hook} returned {result!r}, expected {kind.__name__}")
    return result


@define(eq=False)
class Harness:
    """
    Loads instances of an installed connector; a context manager that closes their HTTP client.

    Attributes:
        connector: The connector's name, as in its entry point.
        instance_id: The id of the instances.
    """

    connector: str
    instance_id: str = "default"
    _client: Client = field(factory=lambda: Client(environment={}), init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def load(
        self,
        simulator: Simulator,
        state: State | None = None,
        /,
        *,
        without: Collection[str] = (),
        **changes: object,
    ) -> Instance:
        """
        Load the connector as an instance that talks to a simulator.

        Args:
            simulator: A started simulator, whose settings the instance has.
            state: The instance's stored state; by default an empty state in memory.
            without: Names of the simulator's settings to leave out.
            changes: Settings that replace the simulator's, or are added to them.

        Raises:
            orderferry.errors.LoadError: The connector or its settings cannot be loaded.
        """
        memory = MemoryState() if state is None else state
        settings = {
            name: value
            for name, value in {**simulator.settings, **changes}.items()
            if name not in without
        }
        configured = InstanceConfig(name=self.connector, id=self.instance_id, settings=settings)
        instances = Instances(
            [configured],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: memory,
            http=self._client,
        )
        return Instance(instances.exporter(configured.reference))
