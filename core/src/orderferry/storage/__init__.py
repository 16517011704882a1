"""
Orders, history, ledger and instance state in SQL: SQLite and PostgreSQL.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "REVISIONS",
    "AdvisoryLocks",
    "AttemptRecord",
    "Batch",
    "DocumentRecord",
    "DueExport",
    "ExportDetails",
    "ExportFilter",
    "FileLocks",
    "LaneBatch",
    "LaneRow",
    "LaneSummary",
    "Listener",
    "Lock",
    "Locks",
    "OrderFilter",
    "OrderHead",
    "OrderSummary",
    "Reader",
    "Recorded",
    "Shards",
    "SqlState",
    "Standing",
    "Store",
    "StoredOrder",
    "TransitionRow",
    "check_schema",
    "count_exports",
    "count_orders",
    "count_overdue",
    "current",
    "export_details",
    "forget_documents",
    "has_work",
    "list_exports",
    "list_lanes",
    "list_orders",
    "locks_for",
    "notify",
    "open_engine",
    "order_ids_at",
    "prepare",
    "shares_sessions",
    "standings",
    "upgrade",
    "was_run",
]

if TYPE_CHECKING:
    from orderferry.storage._advisory_locks import AdvisoryLocks
    from orderferry.storage._batch import Batch
    from orderferry.storage._claims import Recorded
    from orderferry.storage._due_rows import DueExport, OrderHead
    from orderferry.storage._engine import open_engine
    from orderferry.storage._export_details import (
        AttemptRecord,
        DocumentRecord,
        ExportDetails,
        export_details,
    )
    from orderferry.storage._file_locks import FileLocks
    from orderferry.storage._lane_batch import LaneBatch
    from orderferry.storage._lane_queries import LaneSummary, count_overdue, has_work, list_lanes
    from orderferry.storage._lane_rows import LaneRow
    from orderferry.storage._locks import Lock, Locks, locks_for
    from orderferry.storage._memory import SqlState
    from orderferry.storage._order_queries import (
        OrderFilter,
        OrderSummary,
        count_orders,
        list_orders,
    )
    from orderferry.storage._orders import StoredOrder
    from orderferry.storage._pooling import shares_sessions
    from orderferry.storage._queries import ExportFilter, count_exports, list_exports
    from orderferry.storage._reading import Reader
    from orderferry.storage._reconciling import order_ids_at, was_run
    from orderferry.storage._retention import forget_documents
    from orderferry.storage._schema import REVISIONS, check_schema, current, prepare, upgrade
    from orderferry.storage._shards import Shards
    from orderferry.storage._standings import Standing, standings
    from orderferry.storage._store import Store
    from orderferry.storage._transitions import TransitionRow
    from orderferry.storage._wakeups import Listener, notify
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_advisory_locks": ("AdvisoryLocks",),
            "_batch": ("Batch",),
            "_claims": ("Recorded",),
            "_due_rows": ("DueExport", "OrderHead"),
            "_engine": ("open_engine",),
            "_export_details": (
                "AttemptRecord",
                "DocumentRecord",
                "ExportDetails",
                "export_details",
            ),
            "_file_locks": ("FileLocks",),
            "_lane_batch": ("LaneBatch",),
            "_lane_queries": ("LaneSummary", "count_overdue", "has_work", "list_lanes"),
            "_lane_rows": ("LaneRow",),
            "_locks": ("Lock", "Locks", "locks_for"),
            "_memory": ("SqlState",),
            "_order_queries": ("OrderFilter", "OrderSummary", "count_orders", "list_orders"),
            "_orders": ("StoredOrder",),
            "_pooling": ("shares_sessions",),
            "_queries": ("ExportFilter", "count_exports", "list_exports"),
            "_reading": ("Reader",),
            "_reconciling": ("order_ids_at", "was_run"),
            "_retention": ("forget_documents",),
            "_schema": ("REVISIONS", "check_schema", "current", "prepare", "upgrade"),
            "_shards": ("Shards",),
            "_standings": ("Standing", "standings"),
            "_store": ("Store",),
            "_transitions": ("TransitionRow",),
            "_wakeups": ("Listener", "notify"),
        },
    )
