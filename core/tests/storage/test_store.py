"""
Deleting requests and responses after their retention period.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from orderferry.storage import Store, delete_documents
from orderferry.storage._tables import documents

from .conftest import NOW


@pytest.mark.parametrize(("days", "deleted"), [(0, 0), (1, 1), (5, 5), (6000, 6000), (9000, 6100)])
def test_only_older_documents_are_deleted(store: Store, days: int, deleted: int) -> None:
    """
    All documents from before the given time are deleted, even if they are thousands.
    """
    values = [
        {"export_id": "x", "attempt": 1, "request": "POST", "began": NOW - timedelta(days=n)}
        for n in range(6100)
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(documents), values[::-1])
    before = NOW - timedelta(days=6100 - days) + timedelta(seconds=1)

    assert deleted == delete_documents(store, before)
    assert 0 == delete_documents(store, before)
    with store.engine.connect() as connection:
        query = select(documents.c.began).order_by(documents.c.began)
        remaining = connection.execute(query).scalars().all()
    assert [row["began"] for row in values[::-1]][deleted:] == remaining
