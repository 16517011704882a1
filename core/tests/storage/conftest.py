"""
Databases of both kinds, and something to keep in them.
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
    The store on the database.
    """
    return Store(database.engine)


@pytest.fixture
def make_export() -> MakeExport:
    """
    An export of order W1 to sap/main at status New, version 1, unless told otherwise.
    """

    def make(**given: Any) -> Export:
        key = ExportKey(
            order_id="W1",
            shipment_id=None,
            connector="sap",
            connector_id="main",
            operation=Operation.EXPORT_ORDER,
            status="New",
            version="1",
        )
        in_key = {name: given.pop(name) for name in list(given) if hasattr(key, name)}
        key = evolve(key, **in_key)
        export = Export(
            key=key,
            order=Order(id=key.order_id),
            properties=Properties(),
            origin=Origin(step="ExportOrder", run="r1"),
            created=NOW,
            changed=NOW,
        )
        return evolve(export, **given)

    return make
