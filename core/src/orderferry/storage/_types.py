"""
Column types that mean the same on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from orderferry.storage._surrogates import without_surrogates

__all__ = ["Moment", "Sequence64", "Told"]

Sequence64 = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer that SQLite counts up as a row id."""


class Moment(TypeDecorator[datetime]):
    """
    An aware datetime in UTC: `timestamptz` on PostgreSQL, sortable text on SQLite.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """
        Text of fixed length on SQLite, so that it sorts as time does.
        """
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """
        To the database: always UTC.

        Raises:
            ValueError: It has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        if dialect.name == "sqlite":
            return f"{moment.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"
        return moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """
        From the database: always UTC.
        """
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


class Told(TypeDecorator[str]):
    """
    What another system said: any text, also what PostgreSQL or UTF-8 cannot hold.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """
        To the database: with marks in place of NUL characters and lone surrogates.
        """
        if value is None:
            return None
        return without_surrogates(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")
