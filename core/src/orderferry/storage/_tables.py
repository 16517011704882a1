"""
Column types that mean the same on SQLite and on PostgreSQL.
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
    "COUNTS_UP",
    "Moment",
    "Sequence64",
    "Told",
    "attempts",
    "contents",
    "documents",
    "errors",
    "events",
    "exports",
    "lanes",
    "memory",
    "metadata",
    "orders",
    "transitions",
]

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


metadata = MetaData(
    naming_convention={
        "ix": "orderferry_ix_%(column_0_label)s",
        "uq": "orderferry_uq_%(table_name)s_%(column_0_name)s",
        "fk": "orderferry_fk_%(table_name)s_%(column_0_name)s",
        "pk": "orderferry_pk_%(table_name)s",
    }
)

COUNTS_UP: Final = {"counts up": True}
"""Of a table whose key is given once only, also after a row has gone: AUTOINCREMENT on SQLite."""

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
"""Orders as they came in, without the errors and the history that are kept here."""

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
    info=COUNTS_UP,
)

events = Table(
    "orderferry_events",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("order_id", String(200), nullable=False),
    Column("document", Text, nullable=False),
    Index("orderferry_ix_events_order", "order_id", "seq"),
    info=COUNTS_UP,
)
"""History, one row an event."""

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
"""Orders as exports send them, each content once."""

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
    Column("reason", Told),
    Column("skip", String(32)),
    Index("orderferry_ix_exports_order", "order_id", "seq"),
    Index("orderferry_ix_exports_due", "lane", "state", "due", "seq"),
    Index("orderferry_ix_exports_run", "run"),
    info=COUNTS_UP,
)
"""The ledger, and the lanes' queue."""

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
    info=COUNTS_UP,
)

documents = Table(
    "orderferry_documents",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("export_id", String(36), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("request", Told, nullable=False),
    Column("response", Told),
    Column("fault", Told),
    Column("began", Moment, nullable=False),
    Column("duration_ms", Integer),
    Index("orderferry_ix_documents_export", "export_id"),
    Index("orderferry_ix_documents_began", "began"),
    info=COUNTS_UP,
)
"""Requests and answers, secrets hidden; kept for as long as the configuration says."""

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
    Column("reason", Told),
    Column("until", Moment),
    Column("failures", Integer, nullable=False),
)

memory = Table(
    "orderferry_memory",
    metadata,
    Column("connector", String(200), primary_key=True),
    Column("connector_id", String(200), primary_key=True),
    Column("key", String(400), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What instances remember, and their counters."""
