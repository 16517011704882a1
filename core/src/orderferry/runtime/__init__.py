"""
Puts the objects together.
"""

from orderferry.runtime._acts import Acts
from orderferry.runtime._check import check
from orderferry.runtime._ferry import Ferry
from orderferry.runtime._findings import CheckFinding, CheckState
from orderferry.runtime._planned import Planned
from orderferry.runtime._preview import placed_properties, preview
from orderferry.runtime._reconcile import Missing
from orderferry.runtime._verify import Verdict, Verified
from orderferry.runtime._worker import Worker

__all__ = [
    "Acts",
    "CheckFinding",
    "CheckState",
    "Ferry",
    "Missing",
    "Planned",
    "Verdict",
    "Verified",
    "Worker",
    "check",
    "placed_properties",
    "preview",
]
