"""
Order types, statuses, conditions, placement; runs steps and gathers their outcomes.
"""

from orderferry.workflow._document import result_document
from orderferry.workflow._model import OrderType, Status, Workflow
from orderferry.workflow._result import StatusRun, StepReport, TransitionResult
from orderferry.workflow._run import Run

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
