"""
The README, held to the code.
"""

from pathlib import Path

import attrs

from orderferry_fulfillment_3pl import ThreePlSettings
from orderferry_fulfillment_3pl._warehouse_order import Step

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_every_setting_is_explained() -> None:
    """
    In the table of settings.
    """
    names = [attribute.name for attribute in attrs.fields(ThreePlSettings)]

    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    assert [] == [name for name in names if not any(f"`{name}`" in row for row in rows)]


def test_every_property_of_the_step_is_explained() -> None:
    """
    By the name under which it is read.
    """
    names = ("OrderStatus", "ShippingPaymentMethod", "TransportMethod", "Scac", "Routing", "Note")

    assert len(names) == len(attrs.fields(Step))
    assert [] == [name for name in names if f"`{name}`" not in README]
