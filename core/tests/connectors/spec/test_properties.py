"""
Tests of `orderferry.Properties`.
"""

from __future__ import annotations

import pytest

from orderferry.connectors import Properties

PROPERTIES = Properties({"Plant": "1000", "limit": 3}, {"texts": {"TX01": "hello"}, "empty": {}})


def test_properties_are_a_mapping_with_keys_as_written() -> None:
    """
    Properties are a mapping with the keys of the workflow; those of a group are not in it.
    """
    assert {"Plant": "1000", "limit": 3} == dict(PROPERTIES)
    assert "TX01" not in PROPERTIES
    assert 2 == len(PROPERTIES)


def test_groups_are_properties_too_and_an_unknown_one_is_empty() -> None:
    """
    A group is a `Properties` too, and an unknown group is empty.
    """
    assert ("texts", "empty") == PROPERTIES.groups
    assert "hello" == PROPERTIES.group("texts")["TX01"]
    assert Properties() == PROPERTIES.group("nothing")


def test_properties_cannot_be_changed() -> None:
    """
    Properties do not change, neither by assignment nor with the mapping they are made from.
    """
    values = {"Plant": "1000"}
    properties = Properties(values)
    values["Plant"] = "2000"

    assert "1000" == properties["Plant"]
    with pytest.raises(TypeError, match="does not support item assignment"):
        properties["Plant"] = "2000"  # type: ignore[index]


def test_properties_compare_by_value() -> None:
    """
    Properties are equal if their values and their groups are.
    """
    assert Properties({"a": 1}) == Properties({"a": 1})
    assert hash(Properties({"a": 1})) == hash(Properties({"a": 1}))
    assert Properties({"a": 1}) != Properties({"a": 1}, {"g": {"b": 2}})
    assert Properties({"a": 1}) != {"a": 1}
    assert "Properties({'a': 1}, groups={})" == repr(Properties({"a": 1}))
