"""
The findings of `check`.
"""

import pytest

from orderferry import FindingState
from orderferry_wms_manhattan.simulator import ManhattanSimulator

from .conftest import InstanceOf


def test_check_proves_sign_in_and_reach_and_no_more(
    simulator: ManhattanSimulator, instance_of: InstanceOf
) -> None:
    """
    A search proves access, and the permission to save cannot be proven without saving.
    """
    findings = {finding.what: finding for finding in instance_of().check()}
    assert {
        "sign in": FindingState.PROVEN,
        "reach the order service": FindingState.PROVEN,
        "may save original orders": FindingState.NOT_PROVABLE,
    } == {what: finding.state for what, finding in findings.items()}
    assert ["search"] == simulator.requests


@pytest.mark.parametrize(
    ("settings", "what", "detail"),
    [
        ({"password": "wrong-password"}, "sign in", "invalid_grant"),
        ({"organization": "OTHER"}, "reach the order service", "Organization OTHER"),
        ({"base_url": "http://127.0.0.1:9"}, "reach the order service", "127.0.0.1:9"),
    ],
)
def test_check_reports_what_failed(
    instance_of: InstanceOf, settings: dict[str, object], what: str, detail: str
) -> None:
    """
    A failed finding has the reason, and shows no secret.
    """
    findings = {finding.what: finding for finding in instance_of(**settings).check()}
    assert [what] == list(findings)
    assert FindingState.FAILED is findings[what].state
    assert detail in findings[what].detail
    assert "wrong-password" not in findings[what].detail
