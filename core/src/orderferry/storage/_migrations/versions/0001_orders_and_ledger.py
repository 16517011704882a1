"""
Orders with their errors and history, exports, lanes, and the stored state of connectors.

The types are written out, so that a later change of the tables does not change this revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """
    Create all tables.
    """
    _orders()
    _transitions()
    _ledger()
    _attempts()
    _lanes()
    _memory()


def _orders() -> None:
    op.create_table(
        "orderferry_orders",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("order_type", sa.Text()),
        sa.Column("status", sa.Text()),
        sa.Column("market", sa.Text()),
        sa.Column("version", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("came_in", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("saved", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="orderferry_pk_orderferry_orders"),
    )
    op.create_table(
        "orderferry_errors",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("not_found", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="orderferry_pk_orderferry_errors"),
        sqlite_autoincrement=True,
    )
    op.create_index("orderferry_ix_errors_order", "orderferry_errors", ["order_id", "seq"])
    op.create_table(
        "orderferry_events",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", sa.String(200), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="orderferry_pk_orderferry_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("orderferry_ix_events_order", "orderferry_events", ["order_id", "seq"])


def _transitions() -> None:
    op.create_table(
        "orderferry_transitions",
        sa.Column("run", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(200), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("shipment_id", sa.Text()),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("user", sa.Text()),
        sa.Column("owner", sa.String(36)),
        sa.Column("visited", sa.Text(), nullable=False),
        sa.Column("began", MOMENT, nullable=False),
        sa.Column("ended", MOMENT),
        sa.Column("outcome", sa.String(16)),
        sa.PrimaryKeyConstraint("run", name="orderferry_pk_orderferry_transitions"),
    )
    op.create_index(
        "orderferry_ix_transitions_order", "orderferry_transitions", ["order_id", "status"]
    )
    op.create_index("orderferry_ix_transitions_ended", "orderferry_transitions", ["ended"])


def _ledger() -> None:
    op.create_table(
        "orderferry_contents",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="orderferry_pk_orderferry_contents"),
    )
    op.create_table(
        "orderferry_exports",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(200), nullable=False),
        sa.Column("shipment_id", sa.Text()),
        sa.Column("connector", sa.String(200), nullable=False),
        sa.Column("connector_id", sa.String(200), nullable=False),
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(420), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", MOMENT),
        sa.Column("owner", sa.String(36)),
        sa.Column("fence", BIG),
        sa.Column("content_id", sa.String(64), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("run", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deferred", sa.Boolean(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("requested", MOMENT),
        sa.Column("settles", MOMENT),
        sa.Column("unsettled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("skip", sa.String(32)),
        sa.PrimaryKeyConstraint("seq", name="orderferry_pk_orderferry_exports"),
        sa.UniqueConstraint("id", name="orderferry_uq_orderferry_exports_id"),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["orderferry_contents.id"],
            name="orderferry_fk_orderferry_exports_content_id",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("orderferry_ix_exports_order", "orderferry_exports", ["order_id", "seq"])
    op.create_index(
        "orderferry_ix_exports_due", "orderferry_exports", ["lane", "state", "due", "seq"]
    )
    op.create_index("orderferry_ix_exports_run", "orderferry_exports", ["run"])


def _attempts() -> None:
    op.create_table(
        "orderferry_attempts",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("export_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began", MOMENT, nullable=False),
        sa.Column("duration_ms", sa.Integer()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.PrimaryKeyConstraint("seq", name="orderferry_pk_orderferry_attempts"),
        sqlite_autoincrement=True,
    )
    op.create_index("orderferry_ix_attempts_export", "orderferry_attempts", ["export_id"])
    op.create_table(
        "orderferry_documents",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("export_id", sa.String(36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text()),
        sa.Column("fault", sa.Text()),
        sa.Column("began", MOMENT, nullable=False),
        sa.Column("duration_ms", sa.Integer()),
        sa.PrimaryKeyConstraint("seq", name="orderferry_pk_orderferry_documents"),
        sqlite_autoincrement=True,
    )
    op.create_index("orderferry_ix_documents_export", "orderferry_documents", ["export_id"])
    op.create_index("orderferry_ix_documents_began", "orderferry_documents", ["began"])


def _lanes() -> None:
    op.create_table(
        "orderferry_lanes",
        sa.Column("name", sa.String(420), nullable=False),
        sa.Column("connector", sa.String(200), nullable=False),
        sa.Column("connector_id", sa.String(200), nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("owner", sa.String(36)),
        sa.Column("renewed", MOMENT),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("until", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="orderferry_pk_orderferry_lanes"),
    )


def _memory() -> None:
    op.create_table(
        "orderferry_memory",
        sa.Column("connector", sa.String(200), nullable=False),
        sa.Column("connector_id", sa.String(200), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connector", "connector_id", "key", name="orderferry_pk_orderferry_memory"
        ),
    )
