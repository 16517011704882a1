"""
A part of a transaction that may fail by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

__all__ = ["savepoint"]


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """
    Undo what was done within where it fails; the transaction can go on.

    Where its disk is full, SQLite has undone the whole transaction already, and knows no savepoint
    any more (sqlite.org/lang_transaction.html, 3): it is the first error that is told.
    """
    nested = connection.begin_nested()
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):
            nested.rollback()
        raise
    nested.commit()
