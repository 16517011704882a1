"""
The key of an export, which identifies it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from urllib.parse import quote
from uuid import UUID, uuid5

from attrs import evolve, frozen

from orderferry.connectors import InstanceName

__all__ = ["ExportKey", "Operation"]

_UNQUOTED = re.compile(r"[A-Za-z0-9_.~-]*")
"""What `quote` leaves as it is."""

_NAMESPACE = UUID("5f1d2c7e-8a64-5b0e-9b7d-3f0c6a1e4d92")


class Operation(StrEnum):
    """
    What the connector is asked to do; the values are the names of its hooks.
    """

    EXPORT_ORDER = "export_order"
    EXPORT_PAYMENTS = "export_payments"
    EXPORT_INVOICES = "export_invoices"
    CANCEL_ORDER = "cancel_order"
    ORDER_SAVED = "order_saved"


@frozen(kw_only=True, slots=False)
class ExportKey:
    """
    The key of an export; the target accepts at most one export with the same key.

    Attributes:
        order_id: The order.
        shipment_id: The shipment, or `None` for the whole order.
        connector: The connector's name.
        connector_id: The instance's id.
        operation: What the connector is asked to do.
        status: The status that created the export.
        version: The order's `versionId`, or a digest of it if the host has no versions.
        generation: 0 for the first export, and one more for each re-export.
    """

    order_id: str
    shipment_id: str | None
    connector: str
    connector_id: str
    operation: Operation
    status: str
    version: str
    generation: int = 0

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        parts = (
            self.order_id,
            self.shipment_id or "",
            self.connector,
            self.connector_id,
            self.operation,
            self.status,
            self.version,
            str(self.generation),
        )
        if _UNQUOTED.fullmatch("".join(parts)):
            return "/".join(parts)
        return "/".join(quote(part, safe="") for part in parts)

    @cached_property
    def id(self) -> UUID:
        """
        The export's id, and the idempotency key of all its attempts: the UUIDv5 of the key.
        """
        return uuid5(_NAMESPACE, str(self))

    @cached_property
    def id_text(self) -> str:
        """
        The id as text.
        """
        return str(self.id)

    @cached_property
    def instance(self) -> InstanceName:
        """
        The instance that it goes to.
        """
        return InstanceName(self.connector, self.connector_id)

    @cached_property
    def reference(self) -> str:
        """
        `connector/connectorId[/shipmentId]`, to which errors on the order refer.
        """
        instance = str(self.instance)
        return instance if self.shipment_id is None else f"{instance}/{self.shipment_id}"

    def again(self) -> ExportKey:
        """
        The key of the next generation.
        """
        return evolve(self, generation=self.generation + 1)

    def same_but_generation(self, other: ExportKey) -> bool:
        """
        Whether both are generations of one export.
        """
        return evolve(self, generation=0) == evolve(other, generation=0)

    def touches(self, other: ExportKey) -> bool:
        """
        Whether both are about the same part of one order at one instance.

        An export of the whole order touches those of all its shipments.
        """
        if (self.order_id, self.instance) != (other.order_id, other.instance):
            return False
        return self.shipment_id == other.shipment_id or None in (
            self.shipment_id,
            other.shipment_id,
        )
