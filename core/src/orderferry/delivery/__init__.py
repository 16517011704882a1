"""
Lanes: what is due, flow control, recovery; and the engine that keeps lanes running.

What a configuration says of a lane costs nothing to import; what needs the database is loaded when
it is first asked for.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Engine",
    "Flow",
    "Lane",
    "Pause",
    "PauseCause",
    "Rate",
    "Readable",
    "after_asking",
    "after_attempt",
    "after_unknown",
    "asking",
    "interrupted",
    "lane_lock",
    "pause_after",
    "wanted_run",
]

if TYPE_CHECKING:
    from orderferry.delivery._claim import Readable
    from orderferry.delivery._decisions import (
        Pause,
        PauseCause,
        after_asking,
        after_attempt,
        after_unknown,
        asking,
        interrupted,
        pause_after,
    )
    from orderferry.delivery._engine import Engine
    from orderferry.delivery._flow import Flow, Rate
    from orderferry.delivery._lane import Lane
    from orderferry.delivery._lease import lane_lock
    from orderferry.delivery._round import wanted_run
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_decisions": (
                "Pause",
                "PauseCause",
                "after_asking",
                "after_attempt",
                "after_unknown",
                "asking",
                "interrupted",
                "pause_after",
            ),
            "_engine": ("Engine",),
            "_flow": ("Flow", "Rate"),
            "_lane": ("Lane",),
            "_lease": ("lane_lock",),
            "_claim": ("Readable",),
            "_round": ("wanted_run",),
        },
    )
