"""
Puts the objects together.

What needs the database is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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

_MODULES = {
    "Acts": "_acts",
    "CheckFinding": "_findings",
    "CheckState": "_findings",
    "Configured": "_configured",
    "Counter": "_memory",
    "Ferry": "_ferry",
    "Missing": "_reconcile",
    "Planned": "_planned",
    "Verdict": "_verify",
    "Verified": "_verify",
    "Worker": "_worker",
    "check": "_check",
    "database_findings": "_check_database",
    "memory_of": "_memory",
    "placed_properties": "_preview",
    "preview": "_preview",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
