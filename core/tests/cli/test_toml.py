"""
Tests of `orderferry.cli._toml`.
"""

import tomllib

import pytest

from orderferry.cli._toml import toml_key, toml_value


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        'quotes " and \\ backslash',
        "a\ttab, a\nline, a \x7f and an ø",
        True,
        0,
        -3,
        30.0,
        [],
        ["NO", "SE"],
        [{"name": "a b", "n": 1}],
        {},
        {"with space": {"deep": [1, 2]}},
    ],
)
def test_what_is_written_is_read_back(value: object) -> None:
    """
    Python's TOML reader returns each value that was written.
    """
    text = f"{toml_key('a key')} = {toml_value(value)}"

    assert {"a key": value} == tomllib.loads(text)


def test_sets_are_written_in_a_fixed_order() -> None:
    """
    A set is written in sorted order.
    """
    assert '["DK", "NO", "SE"]' == toml_value(frozenset({"SE", "NO", "DK"}))


def test_a_value_that_toml_does_not_have_is_an_error() -> None:
    """
    A value that TOML does not have raises `TypeError`.
    """
    with pytest.raises(TypeError, match="NoneType"):
        toml_value(None)
