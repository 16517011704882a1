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
    Names are exact.
    """
    workflow = Workflow(order_types=(ONLINE, POS))

    assert "Ship" == workflow.find_status(Order(id="W1", order_type="Online"), "Ship").name


@pytest.mark.parametrize(
    ("order_type", "status", "told"),
    [
        ("Retail", "New", "unknown orderType 'Retail'; the workflow knows Online, Pos"),
        ("Pos", "New", "order type Pos has no status 'New'; it has Completed"),
        (None, "New", "has no orderType"),
    ],
)
def test_what_is_not_there_is_a_usage_error_that_names_what_is(
    order_type: str | None, status: str, told: str
) -> None:
    """
    The order's id, what was asked for, and what there is.
    """
    workflow = Workflow(order_types=(ONLINE, POS))

    with pytest.raises(UnknownStatusError, match="W1") as caught:
        workflow.find_status(Order(id="W1", order_type=order_type), status)

    assert told in str(caught.value)


def test_an_order_without_a_type_takes_the_only_one_or_the_default() -> None:
    """
    What an integrator with one workflow expects.
    """
    default = OrderType(name="Bopis", statuses=(Status(name="New"),), is_default=True)

    assert ONLINE == Workflow(order_types=(ONLINE,)).order_type(Order(id="W1"))
    assert default == Workflow(order_types=(ONLINE, default)).order_type(Order(id="W1"))


def test_a_status_cancels_by_its_name_or_its_flag() -> None:
    """
    `OrderCanceled`, or `isCanceledStatus`.
    """
    assert Status(name="OrderCanceled").cancels
    assert Status(name="Gone", is_canceled_status=True).cancels
    assert not Status(name="New").cancels
