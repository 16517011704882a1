"""
Whether what is installed fits together: the core, its connectors, steps and simulators.

Nothing of them is imported into this process; each entry point is loaded in one of its own.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = ["Brought", "Diagnosis", "Examined", "Extra", "diagnose"]

if TYPE_CHECKING:
    from orderferry.doctor._diagnosis import Brought, Diagnosis, Examined, Extra, diagnose
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_diagnosis": ("Brought", "Diagnosis", "Examined", "Extra", "diagnose"),
        },
    )
