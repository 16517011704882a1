"""
Which configured instance a step means.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderferry.connectors._configured import InstanceConfig
from orderferry.errors import ExporterNotFoundError

__all__ = ["selected"]


def selected(
    configured: Sequence[InstanceConfig], name: str, connector_id: str | None, market: str | None
) -> InstanceConfig:
    """
    The one instance that a step means.

    An explicit id decides, whatever the market. Else the instances of that name that are not
    excluded for the market; those that name it beat those that name none.

    Args:
        configured: All configured instances.
        name: The connector's name.
        connector_id: The `ConnectorId`, or `None`.
        market: The order's market.

    Raises:
        ExporterNotFoundError: There is none (`not configured`) or more than one (`ambiguous`).
    """
    same_name = [each for each in configured if each.name == name]
    if connector_id is not None:
        chosen = [each for each in same_name if each.id == connector_id]
    else:
        enabled = [each for each in same_name if each.enabled_for(market)]
        chosen = [each for each in enabled if each.markets] or enabled
    if len(chosen) == 1:
        return chosen[0]
    asked = name if connector_id is None else f"{name}/{connector_id}"
    if chosen:
        candidates = [str(each.reference) for each in chosen]
        raise ExporterNotFoundError(
            f"exporter {asked} not found: ambiguous, it could be {', '.join(candidates)}"
            f"{_for(market)}; name one as ConnectorId, or limit their markets",
            connector=name,
            connector_id=connector_id,
            reason="ambiguous",
            candidates=candidates,
        )
    raise ExporterNotFoundError(
        f"exporter {asked} not found: not configured; {_missing(same_name, connector_id, market)}",
        connector=name,
        connector_id=connector_id,
        reason="not configured",
    )


def _missing(
    same_name: Sequence[InstanceConfig], connector_id: str | None, market: str | None
) -> str:
    if not same_name:
        return "add a [[connector]] of that name"
    known = ", ".join(str(each.reference) for each in same_name)
    if connector_id is not None:
        return f"configured are {known}"
    return f"no instance is enabled{_for(market) or ' for an order without a market'}, of {known}"


def _for(market: str | None) -> str:
    return "" if market is None else f" for market {market}"
