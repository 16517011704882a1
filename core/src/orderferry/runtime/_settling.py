"""
What has become of a transition's result since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from attrs import evolve

from orderferry.delivery import wanted_run
from orderferry.runtime._waiting import with_reasons
from orderferry.storage import Store
from orderferry.workflow import TransitionResult

__all__ = ["settled"]


def settled(
    store: Store,
    result: TransitionResult,
    run: Callable[[str], TransitionResult | None],
    lanes: Collection[str],
) -> TransitionResult:
    """
    A result with its exports and its order as they are now.

    Args:
        run: What the run of that id came to, where a failure has led to one.
        lanes: The lanes that can be run.
    """
    stored = store.read(result.order_id)
    if stored is None:
        return result
    rows = with_reasons(store, store.of_order(result.order_id), lanes)
    present = result.with_exports({row.key: row for row in rows})
    failed = [e for s in present.steps for e in s.exports if e.origin.error_status is not None]
    later = [found for e in failed if (found := run(wanted_run(e))) is not None]
    followed = tuple(settled(store, each, run, lanes) for each in (*result.followed, *later))
    return evolve(
        present,
        order=stored.order,
        new_status=result.new_status or (later[0].status if later else None),
        followed=followed,
    )
