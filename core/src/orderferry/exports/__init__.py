"""
One export: its key, its states, its attempts and their outcomes, and manual actions on it.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "FAILED",
    "MARGIN_SECONDS",
    "PENDING",
    "RECEIVED",
    "TRANSITIONS",
    "Act",
    "AddEvent",
    "Attempt",
    "AttemptDetails",
    "Backoff",
    "Change",
    "ClearErrors",
    "Clock",
    "Deliverer",
    "Export",
    "ExportKey",
    "Failure",
    "FailureKind",
    "Held",
    "Intent",
    "Journal",
    "Ledger",
    "MemoryLedger",
    "Operation",
    "OrderChange",
    "Origin",
    "SetError",
    "SetStatus",
    "Skip",
    "SkipCause",
    "Transition",
    "accepted_results",
    "act_changes",
    "admission",
    "apply_changes",
    "ask",
    "attempt",
    "begin_attempt",
    "can_ask",
    "cancel",
    "clear_errors",
    "consequences",
    "export_again",
    "export_document",
    "export_key",
    "failure_document",
    "give_up",
    "intend",
    "is_allowed",
    "make_attempt",
    "may_repeat",
    "new_export",
    "not_found_error",
    "not_found_event",
    "reason_not_to_resend",
    "record_accepted",
    "record_not_received",
    "retry",
    "settle",
    "settled_by",
    "version_of",
]

if TYPE_CHECKING:
    from orderferry.exports._acts import (
        Act,
        act_changes,
        cancel,
        export_again,
        give_up,
        reason_not_to_resend,
        record_accepted,
        record_not_received,
        retry,
    )
    from orderferry.exports._admission import Held, Skip, admission
    from orderferry.exports._attempt import (
        MARGIN_SECONDS,
        Attempt,
        accepted_results,
        attempt,
        begin_attempt,
        make_attempt,
    )
    from orderferry.exports._changes import (
        AddEvent,
        ClearErrors,
        OrderChange,
        SetError,
        SetStatus,
        apply_changes,
    )
    from orderferry.exports._clock import Backoff, Clock
    from orderferry.exports._consequences import (
        clear_errors,
        consequences,
        not_found_error,
        not_found_event,
    )
    from orderferry.exports._deliver import Deliverer
    from orderferry.exports._document import export_document, failure_document
    from orderferry.exports._export import (
        FAILED,
        PENDING,
        RECEIVED,
        TRANSITIONS,
        Export,
        Failure,
        FailureKind,
        Origin,
        SkipCause,
        Transition,
        is_allowed,
    )
    from orderferry.exports._intents import Intent, export_key, intend, new_export, version_of
    from orderferry.exports._key import ExportKey, Operation
    from orderferry.exports._ledger import AttemptDetails, Change, Journal, Ledger, MemoryLedger
    from orderferry.exports._settle import ask, can_ask, may_repeat, settle, settled_by
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_acts": (
                "Act",
                "act_changes",
                "cancel",
                "export_again",
                "give_up",
                "reason_not_to_resend",
                "record_accepted",
                "record_not_received",
                "retry",
            ),
            "_admission": ("Held", "Skip", "admission"),
            "_attempt": (
                "MARGIN_SECONDS",
                "Attempt",
                "accepted_results",
                "attempt",
                "begin_attempt",
                "make_attempt",
            ),
            "_changes": (
                "AddEvent",
                "ClearErrors",
                "OrderChange",
                "SetError",
                "SetStatus",
                "apply_changes",
            ),
            "_clock": ("Backoff", "Clock"),
            "_consequences": ("clear_errors", "consequences", "not_found_error", "not_found_event"),
            "_deliver": ("Deliverer",),
            "_document": ("export_document", "failure_document"),
            "_export": (
                "FAILED",
                "PENDING",
                "RECEIVED",
                "TRANSITIONS",
                "Export",
                "Failure",
                "FailureKind",
                "Origin",
                "SkipCause",
                "Transition",
                "is_allowed",
            ),
            "_intents": ("Intent", "export_key", "intend", "new_export", "version_of"),
            "_key": ("ExportKey", "Operation"),
            "_ledger": ("AttemptDetails", "Change", "Journal", "Ledger", "MemoryLedger"),
            "_settle": ("ask", "can_ask", "may_repeat", "settle", "settled_by"),
        },
    )
