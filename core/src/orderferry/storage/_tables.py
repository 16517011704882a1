"""
The tables, with column types that mean the same on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from orderferry.storage._surrogates import without_surrogates

__all__ = [
    "AUTOINCREMENT",
    "ForeignText",
    "Moment",
    "Sequence64",
    "attempts",
    "contents",
    "documents",
    "errors",
    "events",
    "exports",
    "lanes",
    "metadata",
    "orders",
    "stored_state",
    "transitions",
]

Sequence64 = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer, which SQLite can use as its row id."""


class Moment(TypeDecorator[datetime]):
    """
    An aware datetime in UTC: `timestamptz` on PostgreSQL, sortable text on SQLite.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """
        Use text of fixed length on SQLite, so that it sorts as time does.
        """
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """
        Convert a datetime to UTC for the database.

        Raises:
            ValueError: The datetime has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the datetime {value} has no time zone")
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        if dialect.name == "sqlite":
            return f"{moment.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"
        return moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """
        Convert a value of the database to an aware datetime in UTC.
        """
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


class ForeignText(TypeDecorator[str]):
    """
    Text from another system, which may have characters that PostgreSQL or UTF-8 cannot store.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """
        Put marks in place of NUL characters and lone surrogates.
        """
        if value is None:
            return None
        return without_surrogates(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")


metadata = MetaData(
    naming_convention={
        "ix": "orderferry_ix_%(column_0_label)s",
        "uq": "orderferry_uq_%(table_name)s_%(column_0_name)s",
        "fk": "orderferry_fk_%(table_name)s_%(column_0_name)s",
        "pk": "orderferry_pk_%(table_name)s",
    }
)

AUTOINCREMENT: Final = {"autoincrement": True}
"""Marks a table whose keys are never used again: on SQLite that needs a keyword."""

orders = Table(
    "orderferry_orders",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("order_type", Text),
    Column("status", Text),
    Column("market", Text),
    Column("version", Text),
    Column("revision", Integer, nullable=False),
    Column("came_in", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Column("saved", Moment, nullable=False),
)
"""Orders as they were received, without their errors and history, which are separate rows."""

errors = Table(
    "orderferry_errors",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("order_id", String(200), nullable=False),
    Column("key", String(200), nullable=False),
    Column("reference", Text),
    Column("open", Boolean, nullable=False),
    Column("not_found", Boolean, nullable=False),
    Column("document", Text, nullable=False),
    Index("orderferry_ix_errors_order", "order_id", "seq"),
    info=AUTOINCREMENT,
)

events = Table(
    "orderferry_events",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("order_id", String(200), nullable=False),
    Column("document", Text, nullable=False),
    Index("orderferry_ix_events_order", "order_id", "seq"),
    info=AUTOINCREMENT,
)
"""The history of orders, one row for each event."""

transitions = Table(
    "orderferry_transitions",
    metadata,
    Column("run", String(36), primary_key=True),
    Column("order_id", String(200), nullable=False),
    Column("status", Text, nullable=False),
    Column("shipment_id", Text),
    Column("version", Text, nullable=False),
    Column("user", Text),
    Column("owner", String(36)),
    Column("visited", Text, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment),
    Column("outcome", String(16)),
    Index("orderferry_ix_transitions_order", "order_id", "status"),
    Index("orderferry_ix_transitions_ended", "ended"),
)

contents = Table(
    "orderferry_contents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)
"""Orders as exports send them; exports with the same content share a row."""

exports = Table(
    "orderferry_exports",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("order_id", String(200), nullable=False),
    Column("shipment_id", Text),
    Column("connector", String(200), nullable=False),
    Column("connector_id", String(200), nullable=False),
    Column("operation", String(32), nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("lane", String(420), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due", Moment),
    Column("owner", String(36)),
    Column("fence", Sequence64),
    Column("content_id", String(64), ForeignKey(contents.c.id), nullable=False),
    Column("properties", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("run", String(36), nullable=False),
    Column("position", Integer, nullable=False),
    Column("deferred", Boolean, nullable=False),
    Column("results", Text, nullable=False),
    Column("failure", Text),
    Column("attempts", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("requested", Moment),
    Column("settles", Moment),
    Column("unsettled", Boolean, nullable=False),
    Column("reason", ForeignText),
    Column("skip", String(32)),
    Index("orderferry_ix_exports_order", "order_id", "seq"),
    Index("orderferry_ix_exports_due", "lane", "state", "due", "seq"),
    Index("orderferry_ix_exports_run", "run"),
    info=AUTOINCREMENT,
)
"""All exports, which are also the queues of the lanes."""

attempts = Table(
    "orderferry_attempts",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("export_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("began", Moment, nullable=False),
    Column("duration_ms", Integer),
    Column("state", String(16), nullable=False),
    Column("failure", Text),
    Index("orderferry_ix_attempts_export", "export_id"),
    info=AUTOINCREMENT,
)

documents = Table(
    "orderferry_documents",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("export_id", String(36), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("request", ForeignText, nullable=False),
    Column("response", ForeignText),
    Column("fault", ForeignText),
    Column("began", Moment, nullable=False),
    Column("duration_ms", Integer),
    Index("orderferry_ix_documents_export", "export_id"),
    Index("orderferry_ix_documents_began", "began"),
    info=AUTOINCREMENT,
)
"""Requests and responses, with secrets hidden; deleted after the configured retention period."""

lanes = Table(
    "orderferry_lanes",
    metadata,
    Column("name", String(420), primary_key=True),
    Column("connector", String(200), nullable=False),
    Column("connector_id", String(200), nullable=False),
    Column("fence", Sequence64, nullable=False),
    Column("owner", String(36)),
    Column("renewed", Moment),
    Column("paused", Boolean, nullable=False),
    Column("cause", String(16)),
    Column("reason", ForeignText),
    Column("until", Moment),
    Column("failures", Integer, nullable=False),
)

stored_state = Table(
    "orderferry_memory",
    metadata,
    Column("connector", String(200), primary_key=True),
    Column("connector_id", String(200), primary_key=True),
    Column("key", String(400), primary_key=True),
    Column("value", Text, nullable=False),
)
"""The stored state of instances, and their counters."""
