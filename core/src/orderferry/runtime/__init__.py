"""
Puts the objects together.

What needs the database is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Acts",
    "CheckFinding",
    "CheckState",
    "Configured",
    "Counter",
    "Ferry",
    "Missing",
    "Planned",
    "Verdict",
    "Verified",
    "Worker",
    "check",
    "database_findings",
    "memory_of",
    "placed_properties",
    "preview",
]

if TYPE_CHECKING:
    from orderferry.runtime._acts import Acts
    from orderferry.runtime._check import check
    from orderferry.runtime._check_database import database_findings
    from orderferry.runtime._configured import Configured
    from orderferry.runtime._ferry import Ferry
    from orderferry.runtime._findings import CheckFinding, CheckState
    from orderferry.runtime._memory import Counter, memory_of
    from orderferry.runtime._planned import Planned
    from orderferry.runtime._preview import placed_properties, preview
    from orderferry.runtime._reconcile import Missing
    from orderferry.runtime._verify import Verdict, Verified
    from orderferry.runtime._worker import Worker
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_acts": ("Acts",),
            "_check": ("check",),
            "_check_database": ("database_findings",),
            "_configured": ("Configured",),
            "_ferry": ("Ferry",),
            "_findings": ("CheckFinding", "CheckState"),
            "_memory": ("Counter", "memory_of"),
            "_planned": ("Planned",),
            "_preview": ("placed_properties", "preview"),
            "_reconcile": ("Missing",),
            "_verify": ("Verdict", "Verified"),
            "_worker": ("Worker",),
        },
    )
