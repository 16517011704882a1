"""
The lanes of the configured instances.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from orderferry.delivery import Flow, Lane, Readable
from orderferry.exports import Backoff, Export
from orderferry.runtime._parts import Parts

__all__ = ["lanes_of"]


def lanes_of(
    parts: Parts,
    *,
    lease_seconds: float,
    backoff: Backoff | None,
    moved: Callable[[Export], None],
    readable: Readable,
    progress: Callable[[], None],
) -> dict[str, Lane]:
    """
    A lane for each instance, or several where its orders are spread.

    Args:
        lease_seconds: How long an owner may believe that a lane is its own.
        backoff: The waits between attempts, instead of each flow's own.
        moved: Called with an export whose failure wants its order to enter another status.
        readable: Whether the order of an export can be read.
        progress: Called after each round.
    """
    lanes = {}
    for instance, whole in parts.flows.items():
        names = parts.store.shards.lanes(instance)
        flow = _share(whole, len(names))
        for name in names:
            lanes[name] = Lane(
                name=name,
                instance=instance,
                flow=flow,
                store=parts.store,
                instances=parts.instances,
                workflow=parts.workflow,
                owner=parts.owner,
                clock=parts.clock,
                backoff=backoff,
                lease_seconds=lease_seconds,
                moved=moved,
                readable=readable,
                progress=progress,
            )
    return lanes


def _share(flow: Flow, shards: int) -> Flow:
    """
    What one of several lanes of an instance may do: its share of the rate.
    """
    if flow.rate is None or shards == 1:
        return flow
    return evolve(flow, rate=flow.rate.divided(shards))
