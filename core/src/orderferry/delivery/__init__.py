"""
Lanes, their flow control and recovery, and the engine that runs lanes.

`Flow` and `Rate`, which a configuration needs, are imported without the database; the other names
are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Engine",
    "Flow",
    "Lane",
    "OrderReadback",
    "Pause",
    "PauseCause",
    "Rate",
    "after_asking",
    "after_attempt",
    "after_unknown",
    "begin_asking",
    "error_status_run",
    "lane_lock",
    "pause_after",
    "recover_interrupted",
]

if TYPE_CHECKING:
    from orderferry.delivery._claim import OrderReadback
    from orderferry.delivery._decisions import (
        Pause,
        PauseCause,
        after_asking,
        after_attempt,
        after_unknown,
        begin_asking,
        pause_after,
        recover_interrupted,
    )
    from orderferry.delivery._engine import Engine
    from orderferry.delivery._flow import Flow, Rate
    from orderferry.delivery._lane import Lane
    from orderferry.delivery._lease import lane_lock
    from orderferry.delivery._round import error_status_run
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_claim": ("OrderReadback",),
            "_decisions": (
                "Pause",
                "PauseCause",
                "after_asking",
                "after_attempt",
                "after_unknown",
                "begin_asking",
                "pause_after",
                "recover_interrupted",
            ),
            "_engine": ("Engine",),
            "_flow": ("Flow", "Rate"),
            "_lane": ("Lane",),
            "_lease": ("lane_lock",),
            "_round": ("error_status_run",),
        },
    )
