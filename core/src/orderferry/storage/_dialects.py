"""
Statements that each database has in a form of its own.

A dialect's module is imported where it is used: whoever has one database does not load the other's.
"""

from __future__ import annotations

from sqlalchemy import Connection, Insert, Table

__all__ = ["insert_new"]


def insert_new(connection: Connection, table: Table) -> Insert:
    """
    An insert that leaves out each row whose key is there already.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()
