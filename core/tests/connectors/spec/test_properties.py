"""
The further properties of a step.
"""

from __future__ import annotations

import pytest

from orderferry.connectors import Properties

PROPERTIES = Properties({"Plant": "1000", "limit": 3}, {"texts": {"TX01": "hello"}, "empty": {}})


def test_properties_are_a_mapping_with_keys_as_written() -> None:
    """
    Those of a group are in the group only.
    """
    assert {"Plant": "1000", "limit": 3} == dict(PROPERTIES)
    assert "TX01" not in PROPERTIES
    assert 2 == len(PROPERTIES)


def test_groups_are_properties_too_and_an_unknown_one_is_empty() -> None:
    """
    A connector need not ask whether it is there.
    """
    assert ("texts", "empty") == PROPERTIES.groups
    assert "hello" == PROPERTIES.group("texts")["TX01"]
    assert Properties() == PROPERTIES.group("nothing")


def test_properties_cannot_be_changed() -> None:
    """
    Not through the mapping, nor through what they were made of.
    """
    made_of = {"Plant": "1000"}
    properties = Properties(made_of)
    made_of["Plant"] = "2000"

    assert "1000" == properties["Plant"]
    with pytest.raises(TypeError, match="does not support item assignment"):
        properties["Plant"] = "2000"  # type: ignore[index]


def test_properties_compare_by_what_is_in_them() -> None:
    """
    Groups count.
    """
    assert Properties({"a": 1}) == Properties({"a": 1})
    assert hash(Properties({"a": 1})) == hash(Properties({"a": 1}))
    assert Properties({"a": 1}) != Properties({"a": 1}, {"g": {"b": 2}})
    assert Properties({"a": 1}) != {"a": 1}
    assert "Properties({'a': 1}, groups={})" == repr(Properties({"a": 1}))
