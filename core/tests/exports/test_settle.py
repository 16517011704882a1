"""
Whether a target can be asked, and whether it may be sent to again.
"""

from __future__ import annotations

from typing import Any, cast

import pytest
from attrs import field, frozen

from orderferry.connectors import Capabilities, Exporter
from orderferry.exports import Operation, can_ask, may_repeat

from .conftest import MakeExport


@frozen
class Declared:
    """
    What an exporter declares; it cannot be called.
    """

    hooks: frozenset[str] = frozenset({"find_export"})
    capabilities: Capabilities = field(factory=Capabilities)

    def offers(self, hook: str) -> bool:
        """
        Whether the connector implements a hook.
        """
        return hook in self.hooks


def exporter(**given: Any) -> Exporter:
    """
    An exporter that declares this.
    """
    return cast("Exporter", Declared(**given))


@pytest.mark.parametrize("operation", Operation)
def test_a_target_is_asked_about_orders_only(make_export: MakeExport, operation: Operation) -> None:
    """
    It would find the order, whatever became of its payments or its cancellation.
    """
    export = make_export(operation=operation)

    assert can_ask(export, exporter()) is (operation is Operation.EXPORT_ORDER)
    assert not can_ask(export, exporter(hooks=frozenset()))


@pytest.mark.parametrize("operation", Operation)
def test_what_may_be_told_twice_is_repeated(make_export: MakeExport, operation: Operation) -> None:
    """
    That an order was saved; all else only where the target drops repeats.
    """
    export = make_export(operation=operation)

    assert may_repeat(export, exporter()) is (operation is Operation.ORDER_SAVED)
    assert may_repeat(export, exporter(capabilities=Capabilities(idempotent=True)))
