"""
A step as the workflow places it.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from orderferry.connectors import Properties
from orderferry.orders import Order, Shipment

__all__ = ["Condition", "ConnectorReference", "Filter", "Scope", "StepConfig"]


class Condition(StrEnum):
    """
    What earlier steps of the run must have come to.
    """

    SUCCESS = "Success"
    WARNING = "Warning"
    ERROR = "Error"


@frozen
class ConnectorReference:
    """
    A connector by name, and the instance where one is asked for.
    """

    name: str
    id: str | None = None

    def __str__(self) -> str:
        return self.name if self.id is None else f"{self.name}/{self.id}"


@frozen
class Filter:
    """
    Enabled and disabled names; none enabled means all, and disabled wins.
    """

    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()

    def admits(self, names: frozenset[str]) -> bool:
        """
        Whether an order with these names is let through.
        """
        if names & self.disabled:
            return False
        return not self.enabled or bool(names & self.enabled)


@frozen(kw_only=True)
class Scope:
    """
    The orders that a step is for.
    """

    markets: Filter = Filter()
    stores: Filter = Filter()
    warehouses: Filter = Filter()
    shipment_options: Filter = Filter()
    tags: Filter = Filter()

    def refusal(self, order: Order, shipment: Shipment | None) -> str | None:
        """
        Why the step is not for this order (and shipment), or `None` where it is.
        """
        shipments = order.shipments if shipment is None else (shipment,)
        checked = (
            ("market", self.markets, (order.market_id,)),
            ("store", self.stores, (order.store_id,)),
            ("warehouse", self.warehouses, tuple(s.warehouse_code for s in shipments)),
            ("shipping method", self.shipment_options, tuple(_methods(shipments))),
            ("tag", self.tags, order.tags),
        )
        for what, names, present in checked:
            found = frozenset(name for name in present if name)
            if not names.admits(found):
                shown = ", ".join(sorted(found)) or "none"
                return f"not enabled for the order's {what} ({shown})"
        return None


def _methods(shipments: tuple[Shipment, ...]) -> list[str | None]:
    return [n for s in shipments for n in (s.shipping_method_name, s.shipping_method_id)]


@frozen(kw_only=True)
class StepConfig:
    """
    A step's configuration.

    Attributes:
        name: The step's key, such as `ExportOrder`.
        path: Where it stands in the workflow file, for messages: `$[0].orderStatuses[1]…`.
        connectors: The connectors it names, in the file's order.
        stop_on_error: Cancel the workflow if it fails.
        error_status: The status to set on the order if it fails.
        run_after_order_is_saved: Wait until the order is saved.
        per_shipment: One export a shipment.
        allow_any_status: It may stand at any status.
        conditions: Any of them must hold; none means always.
        properties: All that is left, for the connector.
    """

    name: str
    path: str = "$"
    active: bool = True
    connectors: tuple[ConnectorReference, ...] = ()
    stop_on_error: bool = False
    error_status: str | None = None
    run_after_order_is_saved: bool = False
    per_shipment: bool = False
    allow_any_status: bool = False
    translate_key: str | None = None
    conditions: tuple[Condition, ...] = ()
    scope: Scope = Scope()
    properties: Properties = field(factory=Properties)
