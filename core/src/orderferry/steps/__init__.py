"""
Steps of a workflow: their configuration and rules, and `ExportOrder`.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Condition",
    "ConnectorReference",
    "ExportOrder",
    "ExportRequest",
    "Exports",
    "Filter",
    "Outcome",
    "Scope",
    "Sent",
    "Step",
    "StepCall",
    "StepConfig",
    "StepResult",
    "StepRules",
    "load_steps",
    "outcome_of",
]

if TYPE_CHECKING:
    from orderferry.steps._config import Condition, ConnectorReference, Filter, Scope, StepConfig
    from orderferry.steps._export_order import ExportOrder, outcome_of
    from orderferry.steps._load import load_steps
    from orderferry.steps._step import (
        ExportRequest,
        Exports,
        Outcome,
        Sent,
        Step,
        StepCall,
        StepResult,
        StepRules,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_config": ("Condition", "ConnectorReference", "Filter", "Scope", "StepConfig"),
            "_export_order": ("ExportOrder", "outcome_of"),
            "_load": ("load_steps",),
            "_step": (
                "ExportRequest",
                "Exports",
                "Outcome",
                "Sent",
                "Step",
                "StepCall",
                "StepResult",
                "StepRules",
            ),
        },
    )
