"""
Orders, their history, exports, lanes and the stored state of connectors, in SQLite or PostgreSQL.
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
    "ExportProgress",
    "ExportUpdate",
    "FileLocks",
    "LaneRow",
    "LaneSummary",
    "Listener",
    "Lock",
    "Locks",
    "OrderFilter",
    "OrderHead",
    "OrderSummary",
    "Reader",
    "RunRow",
    "Shards",
    "SqlState",
    "Store",
    "StoredOrder",
    "check_schema",
    "count_exports",
    "count_orders",
    "count_overdue",
    "current_revision",
    "delete_documents",
    "export_details",
    "has_work",
    "list_exports",
    "list_lanes",
    "list_orders",
    "locks_for",
    "notify",
    "open_engine",
    "order_ids_at",
    "prepare",
    "read_progress",
    "shares_sessions",
    "upgrade",
    "was_run",
]

if TYPE_CHECKING:
    from orderferry.storage._due import DueExport, OrderHead
    from orderferry.storage._engine import open_engine, shares_sessions
    from orderferry.storage._lane_rows import LaneRow, Shards
    from orderferry.storage._lanes import ExportUpdate
    from orderferry.storage._orders import StoredOrder
    from orderferry.storage._reading import Reader
    from orderferry.storage._runs import RunRow
    from orderferry.storage._schema import (
        REVISIONS,
        check_schema,
        current_revision,
        prepare,
        upgrade,
    )
    from orderferry.storage._state import SqlState
    from orderferry.storage._store import Batch, Store, delete_documents
    from orderferry.storage._wakeups import Listener, notify
    from orderferry.storage.locks import Lock, Locks, locks_for
    from orderferry.storage.locks._advisory import AdvisoryLocks
    from orderferry.storage.locks._files import FileLocks
    from orderferry.storage.queries._exports import (
        AttemptRecord,
        DocumentRecord,
        ExportDetails,
        ExportFilter,
        ExportProgress,
        count_exports,
        export_details,
        list_exports,
        read_progress,
    )
    from orderferry.storage.queries._lanes import LaneSummary, count_overdue, has_work, list_lanes
    from orderferry.storage.queries._orders import (
        OrderFilter,
        OrderSummary,
        count_orders,
        list_orders,
        order_ids_at,
        was_run,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_due": ("DueExport", "OrderHead"),
            "_engine": ("open_engine", "shares_sessions"),
            "_lane_rows": ("LaneRow", "Shards"),
            "_lanes": ("ExportUpdate",),
            "_orders": ("StoredOrder",),
            "_reading": ("Reader",),
            "_runs": ("RunRow",),
            "_schema": ("REVISIONS", "check_schema", "current_revision", "prepare", "upgrade"),
            "_state": ("SqlState",),
            "_store": ("Batch", "Store", "delete_documents"),
            "_wakeups": ("Listener", "notify"),
            "locks": ("Lock", "Locks", "locks_for"),
            "orderferry.storage.locks._advisory": ("AdvisoryLocks",),
            "orderferry.storage.locks._files": ("FileLocks",),
            "orderferry.storage.queries._exports": (
                "AttemptRecord",
                "DocumentRecord",
                "ExportDetails",
                "ExportFilter",
                "ExportProgress",
                "count_exports",
                "export_details",
                "list_exports",
                "read_progress",
            ),
            "orderferry.storage.queries._lanes": (
                "LaneSummary",
                "count_overdue",
                "has_work",
                "list_lanes",
            ),
            "orderferry.storage.queries._orders": (
                "OrderFilter",
                "OrderSummary",
                "count_orders",
                "list_orders",
                "order_ids_at",
                "was_run",
            ),
        },
    )
