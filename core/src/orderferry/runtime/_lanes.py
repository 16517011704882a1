"""
The lanes of the configured instances.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orderferry.connectors import InstanceName
from orderferry.delivery import Flow, Lane, Readable
from orderferry.exports import Backoff, Export
from orderferry.runtime._parts import Parts

__all__ = ["lanes_of"]


def lanes_of(
    parts: Parts,
    flows: Mapping[InstanceName, Flow],
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
        flows: How each instance may be spoken to.
        lease_seconds: How long an owner may believe that a lane is its own.
        backoff: The waits between attempts, instead of each flow's own.
        moved: Called with an export whose failure wants its order to enter another status.
        readable: Whether the order of an export can be read.
        progress: Called after each round.
    """
    lanes = {}
    for instance, flow in flows.items():
        lane = Lane(
            name=str(instance),
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
        lanes[lane.name] = lane
    return lanes
