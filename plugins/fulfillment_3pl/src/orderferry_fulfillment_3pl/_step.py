"""
What a step may say otherwise than the settings.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from orderferry import Properties
from orderferry_fulfillment_3pl._checks import Checks

__all__ = ["Step"]

_NAMES = {
    "order_status": "OrderStatus",
    "payment_method": "ShippingPaymentMethod",
    "transport_method": "TransportMethod",
    "scac": "Scac",
    "routing": "Routing",
    "note": "Note",
}


@frozen(kw_only=True)
class Step:
    """
    The step's properties that this connector reads; an empty one leaves it to the settings.

    Attributes:
        order_status: `OrderStatus`, W05-01.
        payment_method: `ShippingPaymentMethod`, W66-01.
        transport_method: `TransportMethod`, W66-02.
        scac: `Scac`, W66-10.
        routing: `Routing`, W66-05.
        note: `Note`, an instruction to the warehouse (NTE*WHI).
    """

    order_status: str = ""
    payment_method: str = ""
    transport_method: str = ""
    scac: str = ""
    routing: str = ""
    note: str = ""

    @classmethod
    def read(cls, properties: Properties, checks: Checks) -> Step:
        """
        The step's properties, each as text.

        Args:
            properties: The step's further properties; those that are not ours are left alone.
            checks: Where a property that is no text or number is noted.
        """
        values: dict[str, str] = {}
        for attribute, name in _NAMES.items():
            value = properties.get(name)
            if isinstance(value, Mapping | list | bool):
                checks.refuse(name, "expected text", value=value, remedy="mend the workflow's step")
            elif value is not None:
                values[attribute] = str(value)
        return cls(**values)
