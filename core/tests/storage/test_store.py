"""
Requests and answers are kept for as long as was said.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from orderferry.storage import Store, delete_documents
from orderferry.storage._tables import documents

from .conftest import NOW


@pytest.mark.parametrize(
    ("days", "forgotten"), [(0, 0), (1, 1), (5, 5), (6000, 6000), (9000, 6100)]
)
def test_what_is_older_goes_and_nothing_else(store: Store, days: int, forgotten: int) -> None:
    """
    However much it is.
    """
    values = [
        {"export_id": "x", "attempt": 1, "request": "POST", "began": NOW - timedelta(days=n)}
        for n in range(6100)
    ]
    with store.engine.begin() as connection:
        connection.execute(insert(documents), values[::-1])
    before = NOW - timedelta(days=6100 - days) + timedelta(seconds=1)

    assert forgotten == delete_documents(store, before)
    assert 0 == delete_documents(store, before)
    with store.engine.connect() as connection:
        left = connection.execute(select(documents.c.began).order_by(documents.c.began)).scalars()
        assert [v["began"] for v in values[::-1]][forgotten:] == left.all()
