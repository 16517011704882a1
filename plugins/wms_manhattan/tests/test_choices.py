"""
The tenant's codes, and the choices of a step.
"""

import pytest

from orderferry import Properties
from orderferry.errors import InvalidOrderError
from orderferry_wms_manhattan._choices import StepChoices, UnmappedError, choose, step_choices

CODES = {"express": "EXP", "Standard": "GND"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("express", "Standard", "DEF"), "EXP"),
        (("other", "Standard", "DEF"), "GND"),
        (("other", None, "DEF"), "DEF"),
        ((None, None, "DEF"), "DEF"),
        ((None, "", None), None),
    ],
)
def test_first_mapped_value_determines_the_code(
    values: tuple[str | None, ...], code: str | None
) -> None:
    """
    The first value with a code determines the code, else the default.
    """
    assert code == choose(CODES, *values)


def test_value_without_a_code_is_an_error() -> None:
    """
    A value without a code is an error where there are codes and no default.
    """
    with pytest.raises(UnmappedError):
        choose(CODES, "other", None)


def test_no_codes_require_no_code() -> None:
    """
    No value requires a code where no codes are configured.
    """
    assert choose({}, "other", None) is None


def test_properties_become_choices() -> None:
    """
    The five keys and the group `Extended` are read, numbers as text.
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


def test_step_without_properties_has_no_choices() -> None:
    """
    A step without properties has no choices.
    """
    assert StepChoices() == step_choices(Properties())


@pytest.mark.parametrize("value", [True, "", ["x"]])
def test_property_that_is_not_text_is_a_problem(value: str) -> None:
    """
    A property that is not text is a problem with its key.
    """
    with pytest.raises(InvalidOrderError) as caught:
        step_choices(Properties({"OrderType": value}))
    assert ["OrderType"] == [problem.field for problem in caught.value.problems]
