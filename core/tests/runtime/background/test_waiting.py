"""
Waiting for exports.
"""

from __future__ import annotations

from orderferry import ExportState

from ..conftest import FakeTime, Install, MakeFerry, export_to, only, order, sap


def test_settle_with_a_time_waits_until_the_target_can_tell(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    `settle` with a time waits until an absence counts, and the export is sent again.
    """
    calls = install("sap", find=True)
    ferry = make_ferry(
        [sap("unknown", "accept", found="absent")],
        New=[export_to("sap", RunAfterOrderIsSaved=True)],
    )
    (attempted,) = ferry.settle([ferry.transition(order(), "New")])
    assert ExportState.UNKNOWN is only(attempted).state

    ferry._deliveries.progress.subscribe(lambda: time.wait(60))  # each round takes a minute
    (settled,) = ferry.settle([attempted], seconds=30)

    assert ExportState.ACCEPTED is only(settled).state
    assert 2 == len(calls.exports)
