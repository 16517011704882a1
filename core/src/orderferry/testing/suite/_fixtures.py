"""
The attributes that a vendor sets, the fixtures of all tests of the suite, and the example order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar, NoReturn

import pytest

from orderferry.connectors import Catalogue, Simulator
from orderferry.errors import UsageError
from orderferry.orders import (
    Address,
    Invoice,
    LineItem,
    Order,
    OrderForm,
    Payment,
    PropertyItem,
    Shipment,
)
from orderferry.testing.suite._guarantees import guarantee_of
from orderferry.testing.suite._report import register_test
from orderferry.testing.trials._bench import Bench, Plan
from orderferry.testing.trials._trials import Trials

__all__ = ["SuiteFixtures", "example_order"]

_NOT_OFFERED = {
    "network": "its target has no socket",
    "http": "its target does not speak unencrypted HTTP",
    "bytes": "its target speaks HTTP, so faults are placed at requests, or has no socket",
    "folder": "its target is not a folder",
    "idempotent": "it does not declare idempotent",
    "updates": "it does not declare updates",
}


class SuiteFixtures:
    """
    The attributes and fixtures of a suite.

    Attributes:
        connector: The connector's name, as in its entry point.
        target: The simulator's class; by default the one that is installed under that name.
        settings: Settings that replace those of the simulator.
        properties: Further properties of the step.
        shipment_id: The shipment that is exported, or `None` for the whole order.
        seconds: The minimum time of an attempt, in seconds; of one whose target stalls it is 1.
    """

    connector: ClassVar[str]
    target: ClassVar[Callable[[], Simulator] | None] = None
    settings: ClassVar[Mapping[str, object]] = {}
    properties: ClassVar[Mapping[str, object]] = {}
    shipment_id: ClassVar[str | None] = None
    seconds: ClassVar[float] = 10.0

    def order(self, order_id: str) -> Order:
        """
        Create an order; override this if the target does not accept the example.

        Args:
            order_id: The order's id: letters and digits, at most 14.
        """
        return example_order(order_id)

    @pytest.fixture(scope="class")
    @classmethod
    def trials(cls, request: pytest.FixtureRequest) -> Iterator[Trials]:
        """
        The trials of a running target.
        """
        target = (
            cls.target or Catalogue.installed("orderferry.simulators").find(cls.connector).load()
        )
        plan = Plan(
            connector=cls.connector,
            target=target,
            settings=cls.settings,
            properties=cls.properties,
            shipment_id=cls.shipment_id,
            order=cls().order,
            seconds=cls.seconds,
        )
        try:
            bench = Bench(plan)
        except UsageError as error:
            _abort(error, request.config)
        bench.start()
        try:
            yield Trials(bench)
        finally:
            bench.stop()

    @pytest.fixture
    def bench(self, trials: Trials) -> Bench:
        """
        The running target, and the proxy in front of it.
        """
        return trials.bench

    @pytest.fixture(autouse=True)
    def _is_offered(self, request: pytest.FixtureRequest) -> None:
        """
        Report the test under its guarantee, and skip it if that is not offered.
        """
        guarantee = guarantee_of(request.function)
        if guarantee is None:
            return
        register_test(request, self.connector, guarantee)
        needs = guarantee.needs
        if needs is None:
            return
        trials: Trials = request.getfixturevalue("trials")
        if needs not in trials.bench.abilities:
            reason = _NOT_OFFERED.get(needs, f"it does not implement {needs}")
            pytest.skip(f"not offered: {reason}")


def _abort(error: UsageError, config: pytest.Config) -> NoReturn:
    """
    End the run with the exit code for wrong usage; in a worker of pytest-xdist, fail the test.
    """
    if hasattr(config, "workerinput"):  # the controller reports the end of a worker as a crash
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)


def example_order(order_id: str) -> Order:
    """
    Create a complete order: two lines, addresses, prices, a payment, an invoice, one shipment `S1`.

    Args:
        order_id: The order's id, which is also its order number.
    """
    address = _address()
    lines = (_line("1", "TENT-2", "2", "199.50"), _line("2", "PEG-10", "3", "7.25"))
    return Order(
        id=order_id,
        order_number=order_id,
        order_type="Online",
        status="New",
        market_id="US",
        created=datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
        version_id=1,
        customer_id="C-1",
        customer_number="1001",
        customer_name="Sample Customer",
        customer_email="customer@example.com",
        customer_phone="+17755550100",
        billing_currency="USD",
        billing_address=address,
        order_form=OrderForm(
            line_items=lines,
            shipments=(
                Shipment(
                    shipment_id="S1",
                    warehouse_code="DC01",
                    shipping_method_name="Standard",
                    address=address,
                    line_items=lines,
                ),
            ),
            payments=(_payment(),),
        ),
        invoices=(
            Invoice(
                id="I1",
                invoice_number="9001",
                created=datetime(2026, 1, 15, 9, 32, tzinfo=UTC),
                total=Decimal("420.75"),
            ),
        ),
        properties=(PropertyItem(key="source", value="conformance"),),
        net_total=Decimal("420.75"),
        extra={"campaign": {"name": "spring", "tags": ["outdoor", "sale"]}},
    )


def _line(number: str, code: str, quantity: str, price: str) -> LineItem:
    return LineItem(
        line_item_id=number,
        code=code,
        display_name=f"Article {code}",
        quantity=Decimal(quantity),
        unit="EA",
        placed_price=Decimal(price),
        placed_price_excl_tax=Decimal(price),
        discounted_price=Decimal(price),
        extended_price=Decimal(price) * Decimal(quantity),
        tax_rate=Decimal(0),
        extra={"attributes": {"colour": "green", "sizes": [1, 2]}},
    )


def _payment() -> Payment:
    return Payment(
        id="P1",
        amount=Decimal("420.75"),
        payment_method_name="Card",
        payment_type="Card",
        transaction_id="T-1",
        transaction_type="Capture",
        status="Processed",
        created=datetime(2026, 1, 15, 9, 31, tzinfo=UTC),
    )


def _address() -> Address:
    return Address(
        name="Sample Customer",
        first_name="Sample",
        last_name="Customer",
        line1="1 Sample Street",
        postal_code="89502",
        city="Reno",
        region_code="NV",
        state="NV",
        country_code="US",
        email="customer@example.com",
        phone="+17755550100",
        extra={"deliveryHint": {"floor": 2, "codes": ["A", "B"]}},
    )
