"""
Whether the installed core, connectors, steps and simulators fit together.

Nothing of them is imported into this process: each entry point is loaded in a child process.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = ["Diagnosis", "DistributionReport", "EntryPointReport", "Extra", "diagnose"]

if TYPE_CHECKING:
    from orderferry.doctor._diagnosis import (
        Diagnosis,
        DistributionReport,
        EntryPointReport,
        Extra,
        diagnose,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_diagnosis": (
                "Diagnosis",
                "DistributionReport",
                "EntryPointReport",
                "Extra",
                "diagnose",
            ),
        },
    )
