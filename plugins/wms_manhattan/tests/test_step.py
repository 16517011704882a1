"""
A step's properties choose for its exports.
"""

import pytest

from orderferry import Properties
from orderferry.errors import InvalidOrderError
from orderferry_wms_manhattan._step import StepChoices, step_choices


def test_properties_become_choices() -> None:
    """
    The five keys and the group `Extended` are taken; numbers are taken as text.
    """
    properties = Properties(
        {
            "OrderType": "B2B",
            "OriginFacilityId": 1081,
            "SelectedOrganization": "ORG2",
            "SelectedLocation": "LOC2",
            "ServiceLevel": "EXP",
            "SomethingElse": True,
        },
        {"Extended": {"GiftWrap": True}, "Other": {"x": "y"}},
    )
    assert StepChoices(
        order_type="B2B",
        facility="1081",
        organization="ORG2",
        location="LOC2",
        service_level="EXP",
        extended={"GiftWrap": True},
    ) == step_choices(properties)


def test_no_properties_choose_nothing() -> None:
    """
    A step without properties leaves all to the settings.
    """
    assert StepChoices() == step_choices(Properties())


@pytest.mark.parametrize("value", [True, "", ["x"]])
def test_property_that_is_no_text_is_refused(value: str) -> None:
    """
    A property of another type is a problem that names the key.
    """
    with pytest.raises(InvalidOrderError) as caught:
        step_choices(Properties({"OrderType": value}))
    assert ["OrderType"] == [problem.field for problem in caught.value.problems]
