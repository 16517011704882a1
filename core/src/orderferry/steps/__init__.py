"""
What each step of a workflow means for the order.
"""

from orderferry.steps._config import Condition, ConnectorReference, Filter, Scope, StepConfig
from orderferry.steps._export_order import ExportOrder, outcome_of
from orderferry.steps._load import load_steps
from orderferry.steps._rules import StepRules
from orderferry.steps._step import (
    ExportRequest,
    Exports,
    Outcome,
    Sent,
    Step,
    StepCall,
    StepResult,
)

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
