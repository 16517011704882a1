"""
The hook `check`.
"""

import pytest

from orderferry import FindingState
from orderferry.testing.harness import run_simulator
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance
from .faulty import Failure, FaultyWarehouse


def test_every_operation_is_proven_and_no_file_is_left(
    simulator: ThreePlSimulator, load_instance: LoadInstance
) -> None:
    """
    The check proves each operation with a probe file, which the partner never sees.
    """
    findings = load_instance(simulator).check()

    assert {FindingState.PROVEN} == {finding.state for finding in findings}
    host, port = simulator.address
    assert [
        f"connect to {host}:{port} and sign in as depositor",
        "list /inbound",
        "list /archive",
        "write to /inbound",
    ] == [finding.what for finding in findings]
    assert [] == simulator.names("/inbound")
    assert [] == simulator.received()
    assert [] == simulator.rejected()


@pytest.mark.parametrize(
    ("changes", "what", "detail"),
    [
        ({"port": 1}, "connect to", "connect to 127.0.0.1:1"),
        (
            {"username": "stranger"},
            "connect to",
            "check the settings username, private_key and password",
        ),
        ({"folder": "/nowhere"}, "list /nowhere", "check the setting folder"),
        ({"archive_folders": ["/nowhere"]}, "list /nowhere", "No such file"),
    ],
)
def test_the_first_failure_is_reported_with_a_remedy(
    simulator: ThreePlSimulator,
    load_instance: LoadInstance,
    changes: dict[str, object],
    what: str,
    detail: str,
) -> None:
    """
    The failed operation is the last finding, so nothing is claimed about the operations after it.
    """
    last = load_instance(simulator, **changes).check()[-1]

    assert FindingState.FAILED is last.state
    assert last.what.startswith(what)
    assert detail in last.detail


@pytest.mark.parametrize("operation", ["open", "posix_rename", "remove"])
def test_a_denied_operation_is_a_failure(load_instance: LoadInstance, operation: str) -> None:
    """
    Writing fails unless the account may create, rename and remove files.
    """
    with run_simulator(FaultyWarehouse(operation, Failure.DENY)) as warehouse:
        *earlier, last = load_instance(warehouse).check()

    assert FindingState.FAILED is last.state
    assert "write to /inbound" == last.what
    assert {FindingState.PROVEN} == {finding.state for finding in earlier}
