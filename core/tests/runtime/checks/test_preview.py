"""
The properties of a preview.
"""

from __future__ import annotations

import pytest

from orderferry.connectors import Properties
from orderferry.errors import UnknownStatusError
from orderferry.orders import Order
from orderferry.runtime import placed_properties
from orderferry.steps import ConnectorReference, StepConfig
from orderferry.workflow import OrderType, Status, Workflow


def step(name: str, lane: str, *, id: str | None = None, active: bool = True) -> StepConfig:  # noqa: A002
    """
    Return a step that names a connector, with a property.
    """
    return StepConfig(
        name="ExportOrder",
        connectors=(ConnectorReference(name, id),),
        active=active,
        properties=Properties({"lane": lane}),
    )


WORKFLOW = Workflow(
    order_types=(
        OrderType(
            name="Online",
            statuses=(
                Status(
                    name="New",
                    steps=(step("acme", "off", active=False), step("acme", "new"), step("b", "b")),
                ),
                Status(
                    name="Ship", steps=(step("acme", "x", id="x"), step("acme", "ship", id="y"))
                ),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("status", "connector", "connector_id", "lane"),
    [
        ("New", "acme", None, "new"),
        (None, "acme", None, "new"),
        ("Ship", "acme", "y", "ship"),
        ("New", "acme", "x", "new"),
        ("Ship", "b", None, "b"),
        ("Lost", "acme", None, "new"),
        ("New", "other", None, None),
    ],
)
def test_the_properties_are_those_of_the_step_that_would_send_the_order(
    status: str | None, connector: str, connector_id: str | None, lane: str | None
) -> None:
    """
    The properties are those of an active step at the order's status, else at any status.
    """
    order = Order(id="A1", status=status)

    properties = placed_properties(WORKFLOW, order, connector, connector_id)

    assert lane == properties.get("lane")


def test_an_order_of_an_unknown_type_is_an_error() -> None:
    """
    An order of an unknown type raises the error that a run would raise.
    """
    with pytest.raises(UnknownStatusError, match="Sea"):
        placed_properties(WORKFLOW, Order(id="A1", order_type="Sea"), "acme", None)
