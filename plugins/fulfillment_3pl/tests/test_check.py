"""
What `check` finds out.
"""

from collections.abc import Sequence
from time import monotonic

import pytest

from orderferry import Finding, FindingState
from orderferry.connectors import Exporter
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LONG, ExporterOf
from .faulty import FaultyWarehouse, Way


def findings(exporter: Exporter) -> Sequence[Finding]:
    """
    Call `check` as the core does.
    """
    answer = exporter.call("check", exporter.context(deadline=monotonic() + LONG))
    assert isinstance(answer, list)
    return answer


def test_everything_is_proven_and_nothing_is_left_behind(
    simulator: ThreePlSimulator, exporter_of: ExporterOf
) -> None:
    """
    A probe file was written, renamed and removed, and the partner never saw it.
    """
    found = findings(exporter_of(simulator))

    assert {FindingState.PROVEN} == {each.state for each in found}
    host, port = simulator.address
    assert [
        f"reach {host}:{port} and sign in as depositor",
        "list /inbound",
        "list /archive",
        "write into /inbound",
    ] == [each.what for each in found]
    assert ([], [], []) == (
        simulator.names("/inbound"),
        simulator.received(),
        simulator.rejected(),
    )


@pytest.mark.parametrize(
    ("changes", "what", "detail"),
    [
        ({"port": 1}, "reach", "connect to 127.0.0.1:1"),
        ({"username": "stranger"}, "reach", "see username, private_key and password"),
        ({"folder": "/nowhere"}, "list /nowhere", "see the setting folder"),
        ({"archive_folders": ["/nowhere"]}, "list /nowhere", "No such file"),
    ],
)
def test_the_first_thing_that_fails_is_told_with_what_to_do(
    simulator: ThreePlSimulator,
    exporter_of: ExporterOf,
    changes: dict[str, object],
    what: str,
    detail: str,
) -> None:
    """
    What comes after it is not claimed.
    """
    last = findings(exporter_of(simulator, **changes))[-1]

    assert FindingState.FAILED is last.state
    assert last.what.startswith(what)
    assert detail in last.detail


@pytest.mark.parametrize("operation", ["open", "posix_rename", "remove"])
def test_what_may_not_be_done_is_not_proven(exporter_of: ExporterOf, operation: str) -> None:
    """
    Writing, renaming and removing: each is needed.
    """
    warehouse = FaultyWarehouse(operation, Way.DENY)
    warehouse.start()
    try:
        *others, last = findings(exporter_of(warehouse))

        assert (FindingState.FAILED, "write into /inbound") == (last.state, last.what)
        assert {FindingState.PROVEN} == {each.state for each in others}
    finally:
        warehouse.stop()
