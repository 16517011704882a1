"""
The transactions of a transition that awaits exports, and what happens between them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from orderferry import ExportState, Ferry
from orderferry.exports import Act, SkipCause
from orderferry.steps import Outcome
from orderferry.storage import ExportFilter, list_exports

from ..conftest import TWO_SHIPMENTS, Install, MakeFerry, export_to, only, order, sap

ACT = Act(user="ann", reason="not wanted")


def count_transactions(ferry: Ferry, call: Callable[[], object]) -> int:
    """
    How many transactions of the ferry's database a call begins.
    """
    began: list[object] = []

    def count(connection: object) -> None:
        began.append(connection)

    event.listen(ferry._parts.store.engine, "begin", count)
    call()
    event.remove(ferry._parts.store.engine, "begin", count)
    return len(began)


def test_an_awaited_export_takes_six_transactions(make_ferry: MakeFerry, install: Install) -> None:
    """
    A transition with one awaited export reads the order, commits the intent, the attempt's begin,
    its end and the results, and reads the order again.
    """
    install("sap")
    ferry = make_ferry([sap("accept")], deliver=False, New=[export_to("sap")])

    assert 6 == count_transactions(ferry, lambda: ferry.transition(order(), "New"))


def test_a_later_export_to_an_instance_has_the_results_of_the_earlier_ones(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The connector is given what it accepted of the order before, in the same step too.
    """
    calls = install("sap")
    ferry = make_ferry([sap("accept")], deliver=False, New=[export_to("sap", PerShipment=True)])

    ferry.transition(order(order_form=TWO_SHIPMENTS), "New")

    accepted = [[dict(result.remote_ids) for result in call[6]] for call in calls.exports]
    assert [[], [{"order": "R1"}]] == accepted


class Canceller:
    """
    An operator who cancels an export as soon as its intent is committed.

    Args:
        ferry: The ferry that is in a transition, whose connections are watched.
    """

    def __init__(self, ferry: Ferry) -> None:
        self._ferry = ferry
        self._watches = True
        event.listen(ferry._parts.store.engine.pool, "checkin", self._look)

    def _look(self, *_: Any) -> None:
        if not self._watches:
            return
        self._watches = False
        exports = list_exports(self._ferry._parts.store, ExportFilter())
        self._watches = not exports
        for export in exports:
            self._ferry.acts.cancel(export.key.id, ACT)


@pytest.mark.parametrize("paused", [False, True])
def test_an_export_that_is_cancelled_before_its_first_attempt_is_not_sent(
    make_ferry: MakeFerry, install: Install, paused: bool
) -> None:
    """
    An operator's cancellation between the intent and the attempt stands, and is the outcome.
    """
    calls = install("sap")
    ferry = make_ferry([sap("accept")], deliver=False, New=[export_to("sap")])
    if paused:
        ferry.acts.pause(ferry.lanes, ACT)
    Canceller(ferry)

    result = ferry.transition(order(), "New")

    assert [] == calls.exports
    assert ExportState.SKIPPED is only(result).state
    assert SkipCause.OPERATOR is only(result).skip
    assert Outcome.WARNING is result.outcome
