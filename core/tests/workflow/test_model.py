"""
Order types and statuses.
"""

import pytest

from orderferry.errors import UnknownStatusError
from orderferry.orders import Order
from orderferry.workflow import OrderType, Status, Workflow

ONLINE = OrderType(name="Online", statuses=(Status(name="New"), Status(name="Ship")))
POS = OrderType(name="Pos", statuses=(Status(name="Completed"),))


def test_an_order_enters_a_status_of_its_own_type() -> None:
    """
    An order enters the status with that exact name of its own type.
    """
    workflow = Workflow(order_types=(ONLINE, POS))

    assert "Ship" == workflow.find_status(Order(id="W1", order_type="Online"), "Ship").name


@pytest.mark.parametrize(
    ("order_type", "status", "message"),
    [
        ("Retail", "New", "unknown orderType 'Retail'; the workflow has Online, Pos"),
        ("Pos", "New", "order type Pos has no status 'New'; it has Completed"),
        (None, "New", "has no orderType"),
    ],
)
def test_an_unknown_type_or_status_is_an_error_that_names_the_known_ones(
    order_type: str | None, status: str, message: str
) -> None:
    """
    The error names the order, what was asked for, and what there is.
    """
    workflow = Workflow(order_types=(ONLINE, POS))

    with pytest.raises(UnknownStatusError, match="W1") as caught:
        workflow.find_status(Order(id="W1", order_type=order_type), status)

    assert message in str(caught.value)


def test_an_order_without_a_type_takes_the_only_one_or_the_default() -> None:
    """
    An order without a type has the only type, or the default one.
    """
    default = OrderType(name="Bopis", statuses=(Status(name="New"),), is_default=True)

    assert ONLINE == Workflow(order_types=(ONLINE,)).order_type(Order(id="W1"))
    assert default == Workflow(order_types=(ONLINE, default)).order_type(Order(id="W1"))


def test_a_status_cancels_by_its_name_or_its_flag() -> None:
    """
    A status cancels if it is `OrderCanceled`, or has `isCanceledStatus`.
    """
    assert Status(name="OrderCanceled").cancels
    assert Status(name="Gone", is_canceled_status=True).cancels
    assert not Status(name="New").cancels
