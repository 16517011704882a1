"""
A connector that reports what the core called it with, and its simulator, which has no socket.

The setting `answer` makes it return an invalid result of a hook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from attrs import define, frozen

from orderferry import (
    Absent,
    Connector,
    Context,
    Document,
    ExportResult,
    Finding,
    FindingState,
    Found,
    Order,
    Properties,
    Secret,
    SentExport,
    hookimpl,
)
from orderferry.connectors import Received
from orderferry.orders import Shipment


@frozen
class EchoSettings:
    """
    The settings of an instance.
    """

    token: Secret
    warehouse: str = "DC01"
    answer: str = ""


@define(eq=False)
class Echo(Connector):
    """
    Returns the arguments of the call in its results.
    """

    Settings: ClassVar[type] = EchoSettings

    settings: EchoSettings

    @hookimpl
    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult | Sequence[ExportResult]:
        """
        Return one result, or one for each shipment of a whole order.
        """
        if self.settings.answer:
            return self.settings.answer  # type: ignore[return-value]
        ids = {
            "order": order.id,
            "warehouse": self.settings.warehouse,
            "instance": str(context.instance),
            "key": context.key,
            "idempotency_key": str(context.idempotency_key),
            "attempt": str(context.attempt),
            "in_time": str(context.time_left > 0),
            "accepted": " ".join(result.remote_ids["order"] for result in context.accepted),
            "exports": str(context.state.next("exports")),
            "gate": str(properties.get("gate")),
        }
        context.record("echoed")
        if shipment is None and order.shipments:
            return [
                ExportResult(ids, shipment_id=shipment.shipment_id) for shipment in order.shipments
            ]
        return ExportResult(ids, shipment_id=shipment.shipment_id if shipment else None)

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Find an order once an earlier export of it was accepted.
        """
        if self.settings.answer:
            return self.settings.answer  # type: ignore[return-value]
        if not context.accepted:
            return Absent()
        shipment = export.shipment
        return Found(
            {
                "order": export.order.id,
                "shipment": str(shipment and shipment.shipment_id),
                "key": f"{export.key} {context.key}",
                "idempotency_key": str(context.idempotency_key),
                "gate": str(export.properties.get("gate")),
            }
        )

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties
    ) -> Document:
        """
        Render the ids.
        """
        if self.settings.answer:
            return self.settings.answer  # type: ignore[return-value]
        text = f"{order.id} {shipment and shipment.shipment_id} {properties.get('gate')}"
        return Document(text.encode(), "text/plain")

    @hookimpl
    def check(self, context: Context) -> Iterator[Finding]:
        """
        Yield one finding.
        """
        if self.settings.answer:
            yield self.settings.answer  # type: ignore[misc]
        yield Finding("have time", FindingState.PROVEN, f"{context.time_left > 50}")


class EchoSimulator:
    """
    Gives settings, and counts how often it was started and stopped.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self) -> None:
        """
        Start.
        """
        self.calls.append("start")

    def stop(self) -> None:
        """
        Stop.
        """
        self.calls.append("stop")

    @property
    def address(self) -> None:
        """
        The simulator has no socket.
        """
        return

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance.
        """
        return {"token": "echo-token-1234", "warehouse": "DC02"}

    def received(self) -> list[Received]:
        """
        The simulator receives nothing.
        """
        return []
