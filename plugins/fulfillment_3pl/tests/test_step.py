"""
The step's properties.
"""

import pytest

from orderferry import Properties
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._step import Step

from .conftest import SettingsOf


@pytest.fixture
def checks(settings_of: SettingsOf) -> Checks:
    """
    Checks by the default settings.
    """
    return Checks(settings_of())


def test_properties_are_read_as_text(checks: Checks) -> None:
    """
    A number is text too; what is not ours is left alone.
    """
    properties = Properties({"Scac": "UPSN", "Routing": 7, "Other": {"a": "b"}})

    assert Step(scac="UPSN", routing="7") == Step.read(properties, checks)
    assert [] == checks.problems


@pytest.mark.parametrize("value", [True, ["UPSN"], {"a": "b"}])
def test_a_property_that_is_no_text_is_a_problem(checks: Checks, value: object) -> None:
    """
    It names the property.
    """
    Step.read(Properties({"Scac": value}), checks)  # type: ignore[dict-item]

    assert [("Scac", "expected text")] == [(each.field, each.cause) for each in checks.problems]
