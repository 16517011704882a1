"""
The workflow: order types, statuses, runs of their steps, and results.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "OrderType",
    "Run",
    "Status",
    "StatusRun",
    "StepReport",
    "TransitionResult",
    "Workflow",
    "result_document",
]

if TYPE_CHECKING:
    from orderferry.workflow._document import result_document
    from orderferry.workflow._model import OrderType, Status, Workflow
    from orderferry.workflow._result import StatusRun, StepReport, TransitionResult
    from orderferry.workflow._run import Run
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_document": ("result_document",),
            "_model": ("OrderType", "Status", "Workflow"),
            "_result": ("StatusRun", "StepReport", "TransitionResult"),
            "_run": ("Run",),
        },
    )
