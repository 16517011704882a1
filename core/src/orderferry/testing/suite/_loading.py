"""
Tests of what happens before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from orderferry.connectors import Document, Properties
from orderferry.testing.suite._fixtures import Adopted
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._child_process import BUILD, IMPORT, PREVIEW, alone
from orderferry.testing.trials._trials import Trials

__all__ = ["LoadingTests"]

_NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


class LoadingTests(Adopted):
    """
    Importing, building and previewing.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def steps(cls, trials: Trials) -> Mapping[str, list[str]]:
        """
        What reached for the network in a process of its own, by step.
        """
        bench = trials.bench
        plan = bench.plan
        return alone(
            plan.connector,
            bench.settings(),
            bench.new_order(),
            plan.shipment_id,
            dict(plan.properties),
        )

    @proves("import-offline")
    def test_importing_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        In a process whose audit hook refuses it.
        """
        assert steps[IMPORT] == []

    @proves("build-offline")
    def test_building_an_instance_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        In the same process, with settings that lead to the target.
        """
        assert steps.get(BUILD, ["it was not imported"]) == []

    @proves("preview-offline")
    def test_a_preview_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        In the same process, whatever thread of it asks.
        """
        assert steps.get(PREVIEW, ["it was not built"]) == []

    @proves("preview")
    def test_a_preview_is_a_document(self, bench: Bench) -> None:
        """
        The same for one order at one time, and nothing is at the target.
        """
        order, before = bench.new_order(), bench.total()
        with bench.instance() as instance:
            first, second = (
                instance.exporter.call(
                    "preview_order",
                    instance.exporter.preview_context(_NOW),
                    order=order,
                    shipment=bench.shipment(order),
                    properties=Properties(bench.plan.properties),  # type: ignore[arg-type]
                )
                for _ in range(2)
            )
        assert isinstance(first, Document), f"the preview is {first!r}"
        assert first.content, "the preview is empty"
        assert first == second, "two previews of one order at one time differ"
        assert bench.total() == before, "the preview was sent"
