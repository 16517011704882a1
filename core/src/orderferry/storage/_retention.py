"""
Forgetting what need not be kept for ever.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from orderferry.storage._store import Store
from orderferry.storage._tables import documents

__all__ = ["forget_documents"]

_AT_ONCE: Final = 5000
"""How many rows one transaction deletes, so that others need not wait long for it."""


def forget_documents(store: Store, before: datetime) -> int:
    """
    Delete requests and answers that are older than a time.

    Returns:
        How many there were.
    """
    old = (
        select(documents.c.seq)
        .where(documents.c.began < before)
        .order_by(documents.c.began)
        .limit(_AT_ONCE)
    )
    forgotten = 0
    while True:
        with store.engine.begin() as connection:
            found = connection.execute(delete(documents).where(documents.c.seq.in_(old))).rowcount
        forgotten += found
        if found < _AT_ONCE:
            return forgotten
