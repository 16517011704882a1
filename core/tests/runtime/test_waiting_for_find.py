"""
Waiting for an export whose target is asked about it.
"""

from __future__ import annotations

from orderferry import ExportState

from .conftest import FakeTime, Install, MakeFerry, export_to, only, order, sap


def test_who_has_time_waits_until_the_target_can_tell(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    The answer is lost; the target has nothing, which counts once the request can not arrive.
    """
    calls = install("sap", find=True)
    ferry = make_ferry(
        [sap("unknown", "accept", found="absent")],
        New=[export_to("sap", RunAfterOrderIsSaved=True)],
    )
    (tried,) = ferry.settle([ferry.transition(order(), "New")])
    assert ExportState.UNKNOWN is only(tried).state

    ferry._deliveries.progress.tell(lambda: time.wait(60))  # each round takes a minute
    (settled,) = ferry.settle([tried], seconds=30)

    assert (ExportState.ACCEPTED, 2) == (only(settled).state, len(calls.exports))
