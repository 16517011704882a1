"""
Lanes: what is due, flow control, recovery; and the engine that keeps lanes running.

What a configuration says of a lane costs nothing to import; what needs the database is loaded when
it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from orderferry.delivery._flow import Flow, Rate

if TYPE_CHECKING:
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
    from orderferry.delivery._engine import Engine, lane_lock
    from orderferry.delivery._lane import Lane
    from orderferry.delivery._readable import Readable
    from orderferry.delivery._round import wanted_run

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

_MODULES = {
    "Engine": "_engine",
    "Lane": "_lane",
    "Readable": "_readable",
    "lane_lock": "_engine",
    "wanted_run": "_round",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_MODULES.get(name, '_decisions')}")
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
