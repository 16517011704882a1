"""
Tests of the properties that a step passes to its connector: types, groups and keys.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orderferry.connectors import Properties

from .conftest import Files


def test_keys_reach_the_connector_unchanged(files: Files) -> None:
    """
    Unknown fields and properties reach the connector under their keys, with their capitals.
    """
    step = files.step(
        Folder="/inbound",
        folder="/other",
        limits={"Max": 1.50},
        properties=[{"Key": "Host", "Value": "https://a"}, {"key": "host", "value": None}],
    )

    assert (
        Properties(
            {
                "Folder": "/inbound",
                "folder": "/other",
                "limits": {"Max": Decimal("1.5")},
                "Host": "https://a",
                "host": None,
            }
        )
        == step.properties
    )


def test_properties_with_a_group_are_in_it_alone(files: Files) -> None:
    """
    A grouped property is in its group alone, even if its key is one of the step's own elsewhere.
    """
    step = files.step(
        properties=[
            {"key": "Host", "value": "a"},
            {"key": "Host", "value": "b", "keyGroup": "RequestHeaders"},
            {"key": "StopOnError", "value": "yes", "KeyGroup": "RequestHeaders"},
            {"key": "Connectr", "value": 1, "KeyGroup": "Other"},
            {"key": "Empty", "value": 1, "KeyGroup": ""},
        ]
    )

    assert {"Host": "a", "Empty": 1} == dict(step.properties)
    assert ("RequestHeaders", "Other") == step.properties.groups
    assert {"Host": "b", "StopOnError": "yes"} == dict(step.properties.group("RequestHeaders"))
    assert {"Connectr": 1} == dict(step.properties.group("Other"))
    assert step.stop_on_error is False


@pytest.mark.parametrize(
    ("value_type", "value", "typed"),
    [
        (None, "5", "5"),
        (None, 5, 5),
        ("", True, True),
        ("String", "5", "5"),
        ("Textarea", "a\nb", "a\nb"),
        ("File", "a.txt", "a.txt"),
        ("Store", "1", "1"),
        ("OrderStatus", "Ship", "Ship"),
        ("Boolean", "true", True),
        ("Boolean", False, False),
        ("Number", "5", Decimal(5)),
        ("Number", "-1.50", Decimal("-1.50")),
        ("Number", 5, Decimal(5)),
        ("Number", 1.5, Decimal("1.5")),
        ("Date", "2026-11-24", date(2026, 11, 24)),
        ("DateTime", "2026-11-24T12:00:00Z", datetime(2026, 11, 24, 12, tzinfo=UTC)),
        ("JSON", '{"a": [1.50, null]}', {"a": [Decimal("1.50"), None]}),
        ("JSON", {"a": 1}, {"a": 1}),
        ("Boolean", None, None),
    ],
)
def test_a_value_is_converted_to_its_type(
    files: Files, value_type: str | None, value: object, typed: object
) -> None:
    """
    A value is read from a string or from JSON, and is unchanged without a type.
    """
    item = {"key": "K", "value": value, "valueType": value_type}
    read_value = files.step(properties=[item]).properties["K"]

    assert type(typed) is type(read_value)
    assert typed == read_value


@pytest.mark.parametrize(
    ("value_type", "value", "fault"),
    [
        ("String", 5, "expected a string, got 5 (an integer)"),
        ("Store", True, "expected a string, got true (a boolean)"),
        ("Boolean", "True", 'got "True" (a string)'),
        ("Number", "five", 'expected a number, got "five" (a string)'),
        ("Number", "1e5", 'expected a number, got "1e5" (a string)'),
        ("Number", "9" * 1000, "expected a number, got"),
        ("Number", True, "expected a number, got true (a boolean)"),
        ("Number", 1e300, "expected a number, got"),
        ("Date", "24.11.2026", 'expected a date such as 2026-11-24, got "24.11.2026" (a string)'),
        ("Date", "2026-02-30", '"2026-02-30" (a string) is not a valid date: day is out of range'),
        ("Date", 20261124, "expected a date such as 2026-11-24, got 20261124 (an integer)"),
        ("DateTime", "2026-11-24T12:00:00", "expected a time with a zone"),
        ("DateTime", "2026-02-30T12:00:00Z", "is not a valid time: day is out of range"),
        ("DateTime", "2026-11-24", "expected a time with a zone"),
        ("JSON", "{", "expected JSON: not JSON: Expecting property name enclosed in double"),
        ("JSON", '{"a": 1, "a": 2}', "expected JSON: appears twice in its object @ $.a"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_reported(
    files: Files, value_type: str, value: object, fault: str
) -> None:
    """
    The fault of a value has its path.
    """
    item = {"key": "K", "value": value, "valueType": value_type}
    [message] = files.step_faults(properties=[item])

    assert message.startswith("Value: ")
    assert fault in message
    assert message.endswith(" @ .properties[0].value")


@pytest.mark.parametrize(
    ("properties", "fault"),
    [
        ({"Host": "a"}, "Properties: expected a list, got a table @ .properties"),
        (["Host"], 'Properties: expected a table, got "Host" (a string) @ .properties[0]'),
        ([{"value": 1}], "Key is missing @ .properties[0]"),
        ([{"key": "", "value": 1}], "Key is missing @ .properties[0]"),
        (
            [{"key": 7, "value": 1}],
            "Key: expected a string, got 7 (an integer) @ .properties[0].key",
        ),
        ([{"key": "a", "keyGroup": 7}], "KeyGroup: expected a string, got 7 (an integer)"),
        ([{"key": "a", "valuType": "x"}], "'valuType' is unknown; did you mean ValueType?"),
        (
            [{"key": "a", "value": 1, "valueType": "Bolean"}],
            (
                'ValueType: "Bolean" (a string) is unknown; did you mean Boolean? '
                "@ .properties[0].valueType"
            ),
        ),
        (
            [{"key": "a", "value": 1, "valueType": "Colour"}],
            'ValueType: "Colour" (a string) is unknown; use one of Boolean, Date, DateTime, File, ',
        ),
        (
            [{"key": "a", "keyGroup": "g", "value": v} for v in (True, 1)],
            "property 'a' has two values: here, and at .properties[1].value",
        ),
    ],
)
def test_an_invalid_property_is_reported_with_its_place(
    files: Files, properties: object, fault: str
) -> None:
    """
    The fault of a property has its path, and two values are the same only if their types are.
    """
    [message] = files.step_faults(properties=properties)

    assert fault in message


def test_a_property_may_repeat_its_value(files: Files) -> None:
    """
    A property may appear twice with the same value, and once as a field.
    """
    step = files.step(host="a", properties=[{"key": "host", "value": "a"}] * 2)

    assert {"host": "a"} == dict(step.properties)
