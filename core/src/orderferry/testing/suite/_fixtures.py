"""
What a vendor sets, and what every test of the suite starts from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

import pytest

from orderferry.connectors import Catalogue, Simulator
from orderferry.orders import Order
from orderferry.testing.suite._guarantees import guarantee_of
from orderferry.testing.suite._order import example_order
from orderferry.testing.suite._report import report
from orderferry.testing.trials._bench import Bench, Plan
from orderferry.testing.trials._trials import Trials

__all__ = ["Adopted"]

_NOT_OFFERED = {
    "network": "its target has no socket",
    "http": "its target does not speak HTTP in clear",
    "bytes": "its target speaks HTTP, and is tried request by request, or has no socket",
    "folder": "its target is no folder",
    "idempotent": "it does not declare idempotent",
    "updates": "it does not declare updates",
}


class Adopted:
    """
    The attributes of a suite, and its fixtures.

    Attributes:
        connector: The connector's name, as its entry point has it.
        target: The simulator's class; by default the one that is installed under that name.
        settings: Settings over the simulator's own.
        properties: Further properties of the step.
        shipment_id: The shipment that is exported, or `None` for the whole order.
        seconds: How long an attempt may take; where the target stalls it is one second.
    """

    connector: ClassVar[str]
    target: ClassVar[Callable[[], Simulator] | None] = None
    settings: ClassVar[Mapping[str, object]] = {}
    properties: ClassVar[Mapping[str, object]] = {}
    shipment_id: ClassVar[str | None] = None
    seconds: ClassVar[float] = 10.0

    def order(self, order_id: str) -> Order:
        """
        An order that the target takes; overridden where the example will not do.

        Args:
            order_id: Its id: letters and digits, at most 14.
        """
        return example_order(order_id)

    @pytest.fixture(scope="class")
    @classmethod
    def trials(cls) -> Iterator[Trials]:
        """
        A running target, and the trials that are made with it.
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
        bench = Bench(plan)
        bench.start()
        try:
            yield Trials(bench)
        finally:
            bench.stop()

    @pytest.fixture
    def bench(self, trials: Trials) -> Bench:
        """
        The running target.
        """
        return trials.bench

    @pytest.fixture(autouse=True)
    def _is_offered(self, request: pytest.FixtureRequest) -> None:
        """
        Reports the test under its guarantee, and skips it where that is not offered.
        """
        guarantee = guarantee_of(request.function)
        if guarantee is None:
            return
        report(request, self.connector, guarantee)
        needs = guarantee.needs
        if needs is None:
            return
        trials: Trials = request.getfixturevalue("trials")
        if needs not in trials.bench.abilities:
            reason = _NOT_OFFERED.get(needs, f"it implements no {needs}")
            pytest.skip(f"not offered: {reason}")
