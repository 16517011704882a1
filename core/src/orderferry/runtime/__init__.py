"""
The runtime: transitions, background delivery, manual actions and checks of a configuration.

Modules that need the database are loaded when one of their names is first used.
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
    "placed_properties",
    "preview",
    "state_of",
]

if TYPE_CHECKING:
    from orderferry.runtime._configured import Configured
    from orderferry.runtime._ferry import Ferry
    from orderferry.runtime._state import Counter, state_of
    from orderferry.runtime.background._worker import Worker
    from orderferry.runtime.checks._check import check, database_findings
    from orderferry.runtime.checks._findings import CheckFinding, CheckState
    from orderferry.runtime.checks._preview import placed_properties, preview
    from orderferry.runtime.operations._acts import Acts
    from orderferry.runtime.operations._plan import Planned
    from orderferry.runtime.operations._reconcile import Missing
    from orderferry.runtime.operations._verify import Verdict, Verified
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_configured": ("Configured",),
            "_ferry": ("Ferry",),
            "_state": ("Counter", "state_of"),
            "orderferry.runtime.background._worker": ("Worker",),
            "orderferry.runtime.checks._check": ("check", "database_findings"),
            "orderferry.runtime.checks._findings": ("CheckFinding", "CheckState"),
            "orderferry.runtime.checks._preview": ("placed_properties", "preview"),
            "orderferry.runtime.operations._acts": ("Acts",),
            "orderferry.runtime.operations._plan": ("Planned",),
            "orderferry.runtime.operations._reconcile": ("Missing",),
            "orderferry.runtime.operations._verify": ("Verdict", "Verified"),
        },
    )
