"""
Fixtures of the tests of storage: a store, and exports to store.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from core.tests.databases import Database
from orderferry.connectors import Properties
from orderferry.exports import Export, ExportKey, Operation, Origin
from orderferry.orders import Order
from orderferry.storage import Store

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)

MakeExport = Callable[..., Export]


@pytest.fixture
def store(database: Database) -> Store:
    """
    A store on the test's database.
    """
    return Store(database.engine)


@pytest.fixture
def make_export() -> MakeExport:
    """
    A function that makes an export: of order W1 to sap/main at status New, version 1, by default.

    Its keyword arguments are attributes of the export or of its key.
    """

    def make(**attributes: Any) -> Export:
        key = ExportKey(
            order_id="W1",
            shipment_id=None,
            connector="sap",
            connector_id="main",
            operation=Operation.EXPORT_ORDER,
            status="New",
            version="1",
        )
        of_key = {name: attributes.pop(name) for name in list(attributes) if hasattr(key, name)}
        key = evolve(key, **of_key)
        export = Export(
            key=key,
            order=Order(id=key.order_id),
            properties=Properties(),
            origin=Origin(step="ExportOrder", run="r1"),
            created=NOW,
            changed=NOW,
        )
        return evolve(export, **attributes)

    return make
