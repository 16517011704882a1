"""
What the tests of the connector share: settings, and small orders.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from time import monotonic

import pytest
from attrs import frozen

from orderferry import (
    Document,
    ExportResult,
    Finding,
    Order,
    Properties,
    Secret,
    SentExport,
)
from orderferry.connectors import (
    Catalogue,
    Exporter,
    InstanceConfig,
    InstanceName,
    Instances,
    MemoryState,
)
from orderferry.connectors.http import Client
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry_wms_manhattan import ManhattanSettings
from orderferry_wms_manhattan.simulator import ManhattanSimulator

SettingsOf = Callable[..., ManhattanSettings]
OrderOf = Callable[..., Order]


def envelope(success: object, text: str = "no") -> bytes:
    """
    An answer of the order service with one message.
    """
    message = {"Type": "ERROR", "Code": "E1", "Description": text, "ErrorField": "ItemId"}
    return json.dumps({"success": success, "messages": {"Message": [message]}}).encode()


def pytest_configure() -> None:
    """
    The conformance suite waits for a stall no longer than it takes here to get there.
    """
    os.environ.setdefault("ORDERFERRY_STALL_SECONDS", "0.25")


@pytest.fixture
def settings_of() -> SettingsOf:
    """
    Settings of a tenant, with what a test wants otherwise.
    """

    def make(**changes: object) -> ManhattanSettings:
        given: dict[str, object] = {
            "base_url": "https://wm.example",
            "token_url": "https://auth.example/oauth/token",
            "client_id": "client",
            "client_secret": Secret("client-secret"),
            "username": "user",
            "password": Secret("user-password"),
            "organization": "ORG",
            "facility": "DC01",
        }
        return ManhattanSettings(**{**given, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def address() -> Address:
    """
    An address that has all that is required.
    """
    return Address(
        first_name="Ada",
        last_name="Example",
        line1="1 Sample Street",
        postal_code="89502",
        city="Reno",
        state="NV",
        country_code="US",
    )


@pytest.fixture
def order_of(address: Address) -> OrderOf:
    """
    An order of one line, with shipments by id, and with what a test wants otherwise.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (LineItem(line_item_id="1", code="TENT-2", quantity=Decimal(3)),)
        shipments = tuple(
            Shipment(shipment_id=each, line_items=lines, address=address) for each in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        given: dict[str, object] = {"id": "WEB-1", "billing_address": address, "order_form": form}
        return Order(**{**given, **changes})  # type: ignore[arg-type]

    return make


@frozen
class Instance:
    """
    The hooks of an instance, called as the core calls them.
    """

    exporter: Exporter

    def export(
        self,
        order: Order,
        shipment: Shipment | None = None,
        properties: Properties | None = None,
        attempt: int = 1,
        accepted: Sequence[ExportResult] = (),
    ) -> tuple[ExportResult, ...]:
        """
        The results of `export_order`, one or several.
        """
        context = self.exporter.context(
            key="key", attempt=attempt, deadline=monotonic() + 10, accepted=accepted
        )
        answer = self.exporter.call(
            "export_order",
            context,
            order=order,
            shipment=shipment,
            properties=properties or Properties(),
        )
        if isinstance(answer, ExportResult):
            return (answer,)
        assert isinstance(answer, tuple)
        return answer

    def find(
        self,
        order: Order,
        shipment: Shipment | None = None,
        properties: Properties | None = None,
        accepted: Sequence[ExportResult] = (),
    ) -> object:
        """
        The answer of `find_export`.
        """
        context = self.exporter.context(
            key="key", attempt=1, deadline=monotonic() + 10, accepted=accepted
        )
        sent = SentExport(
            key="key", order=order, shipment=shipment, properties=properties or Properties()
        )
        return self.exporter.call("find_export", context, export=sent)

    def preview(self, order: Order, shipment: Shipment | None = None) -> Document:
        """
        The answer of `preview_order`, in a context that reaches no network.
        """
        answer = self.exporter.call(
            "preview_order",
            self.exporter.preview_context(),
            order=order,
            shipment=shipment,
            properties=Properties(),
        )
        assert isinstance(answer, Document)
        return answer

    def check(self) -> dict[str, Finding]:
        """
        The findings of `check`, by what they are about.
        """
        findings = self.exporter.call("check", self.exporter.context(deadline=monotonic() + 10))
        assert isinstance(findings, list)
        return {finding.what: finding for finding in findings}


InstanceOf = Callable[..., Instance]


@pytest.fixture
def simulator() -> Iterator[ManhattanSimulator]:
    """
    A running simulator.
    """
    made = ManhattanSimulator()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def instance(simulator: ManhattanSimulator) -> Iterator[Callable[..., Instance]]:
    """
    An instance of the connector that talks to the simulator, loaded as the core loads it.
    """
    with Client(environment={}) as client:

        def make(**settings: object) -> Instance:
            instances = Instances(
                [InstanceConfig(name="wms_manhattan", settings={**simulator.settings, **settings})],
                catalogue=Catalogue.installed(),
                environment={},
                state=lambda name: MemoryState(),
                http=client,
            )
            return Instance(instances.exporter(InstanceName("wms_manhattan", "default")))

        yield make
