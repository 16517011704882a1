"""
What the connector's check proves, and what it cannot.
"""

import pytest

from orderferry import FindingState
from orderferry_wms_manhattan.simulator import ManhattanSimulator

from .conftest import InstanceOf


def test_check_proves_sign_in_and_reach_and_no_more(
    simulator: ManhattanSimulator, instance: InstanceOf
) -> None:
    """
    What a search shows is proven; that orders may be saved is not provable without saving one.
    """
    findings = instance().check()
    assert {
        "sign in": FindingState.PROVEN,
        "reach the order service": FindingState.PROVEN,
        "may save original orders": FindingState.NOT_PROVABLE,
    } == {what: finding.state for what, finding in findings.items()}
    assert ["search"] == simulator.asked


@pytest.mark.parametrize(
    ("settings", "what", "told"),
    [
        ({"password": "wrong-password"}, "sign in", "invalid_grant"),
        ({"organization": "OTHER"}, "reach the order service", "Organization OTHER"),
        ({"base_url": "http://127.0.0.1:9"}, "reach the order service", "127.0.0.1:9"),
    ],
)
def test_check_says_what_failed(
    instance: InstanceOf, settings: dict[str, object], what: str, told: str
) -> None:
    """
    A failed finding says what was seen, and no secret.
    """
    findings = instance(**settings).check()
    assert [what] == list(findings)
    assert FindingState.FAILED is findings[what].state
    assert told in findings[what].detail
    assert "wrong-password" not in findings[what].detail
