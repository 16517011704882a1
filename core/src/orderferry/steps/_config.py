"""
The configuration of a step in the workflow: its scope, conditions and connectors.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from orderferry.connectors import Properties
from orderferry.orders import Order, Shipment

__all__ = ["Condition", "ConnectorReference", "Filter", "Scope", "StepConfig"]


class Condition(StrEnum):
    """
    A condition on the outcomes of the run's earlier steps.
    """

    SUCCESS = "Success"
    WARNING = "Warning"
    ERROR = "Error"


@frozen
class ConnectorReference:
    """
    A connector that a step names, with the instance's id if the step names one.

    Attributes:
        name: The connector's name.
        id: The instance's id, or `None` to select by the order's market.
    """

    name: str
    id: str | None = None

    def __str__(self) -> str:
        return self.name if self.id is None else f"{self.name}/{self.id}"


@frozen
class Filter:
    """
    A filter of names. If no name is enabled, all are; a disabled name overrides an enabled one.

    Attributes:
        enabled: The enabled names.
        disabled: The disabled names.
    """

    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()

    def admits(self, names: frozenset[str]) -> bool:
        """
        Return whether an order with these names passes the filter.
        """
        if names & self.disabled:
            return False
        return not self.enabled or bool(names & self.enabled)


@frozen(kw_only=True)
class Scope:
    """
    The orders that a step is for: those that pass all its filters.
    """

    markets: Filter = Filter()
    stores: Filter = Filter()
    warehouses: Filter = Filter()
    shipment_options: Filter = Filter()
    tags: Filter = Filter()

    def refusal(self, order: Order, shipment: Shipment | None) -> str | None:
        """
        Return why the step is not for an order (and shipment), or `None` if it is.
        """
        shipments = order.shipments if shipment is None else (shipment,)
        filters = (
            ("market", self.markets, (order.market_id,)),
            ("store", self.stores, (order.store_id,)),
            ("warehouse", self.warehouses, tuple(s.warehouse_code for s in shipments)),
            ("shipping method", self.shipment_options, tuple(_methods(shipments))),
            ("tag", self.tags, order.tags),
        )
        for subject, names, values in filters:
            present = frozenset(value for value in values if value)
            if not names.admits(present):
                shown = ", ".join(sorted(present)) or "none"
                return f"not enabled for the order's {subject} ({shown})"
        return None


def _methods(shipments: tuple[Shipment, ...]) -> list[str | None]:
    return [n for s in shipments for n in (s.shipping_method_name, s.shipping_method_id)]


@frozen(kw_only=True)
class StepConfig:
    """
    A step's configuration.

    Attributes:
        name: The step's key, such as `ExportOrder`.
        path: Its path in the workflow file, for messages: `$[0].orderStatuses[1]…`.
        active: Whether it is run at all.
        connectors: The connectors that it names, in the file's order.
        stop_on_error: Cancel the workflow if it fails.
        error_status: The status to set on the order if it fails.
        run_after_order_is_saved: Defer its exports until the order is saved.
        per_shipment: Create one export per shipment.
        allow_any_status: Allow it at any status.
        conditions: It runs if any of them is met, or if there are none.
        scope: The orders that it is for.
        properties: Its remaining properties, which are passed to the connector.
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
