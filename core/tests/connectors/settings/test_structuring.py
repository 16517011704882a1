"""
Tests of lists, tables and bounds in settings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Literal

import pytest
from attrs import frozen
from msgspec import Meta

from orderferry.connectors import Secret
from orderferry.connectors.settings._structuring import structure_settings
from orderferry.connectors.settings._values import SecretFault
from orderferry.reading import Fault, InvalidError, Unresolved

SHORT_SECRET = "a secret has at least 8 characters; this one has"


@frozen
class Endpoint:
    """
    A settings class in a list.
    """

    host: str
    port: int = 443


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (list[int], [1, 2], [1, 2]),
        (list, ["a", 1], ["a", 1]),
        (tuple[str, ...], ["a"], ("a",)),
        (tuple[str, int], ["a", 1], ("a", 1)),
        (tuple, ["a"], ("a",)),
        (set[str], ["a", "a"], {"a"}),
        (frozenset[str], [], frozenset()),
        (Sequence[str], ["a"], ("a",)),
        (Collection[str], ["a"], ("a",)),
        (AbstractSet[str], ["a"], frozenset({"a"})),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (Mapping[str, list[int]], {"a": [1]}, {"a": [1]}),
        (dict, {"a": 1}, {"a": 1}),
        (list[Endpoint], [{"host": "a"}], [Endpoint("a")]),
        (dict[str, Endpoint], {"x": {"host": "a", "port": 1}}, {"x": Endpoint("a", 1)}),
        (tuple[int, ...] | None, [1], (1,)),
        (Annotated[int, Meta(ge=1)], 1, 1),
        (Annotated[int, "a note"], 1, 1),
        (list[Annotated[str, Meta(pattern="^A")]], ["Ab"], ["Ab"]),
    ],
)
def test_lists_and_tables_are_structured(kind: Any, value: object, expected: object) -> None:
    """
    A list or table becomes the declared container, at any depth.
    """
    settings: Any = structure_settings(value, kind)

    assert expected == settings
    assert type(expected) is type(settings)


@pytest.mark.parametrize(
    ("kind", "value", "faults"),
    [
        (list[int], "12", [Fault("", 'expected a list, got "12" (a string)')]),
        (list[int], {"a": 1}, [Fault("", "expected a list, got a table")]),
        (list[str], Unresolved("X is not set"), [Fault("", "X is not set")]),
        (dict[str, int], [1], [Fault("", "expected a table, got a list")]),
        (dict[str, int], Unresolved("X is not set"), [Fault("", "X is not set")]),
        (tuple[int, int], [1], [Fault("", "expected 2 values, got 1")]),
        (
            list[int],
            [1, "a", True],
            [
                Fault("[1]", 'expected an integer, got "a" (a string)'),
                Fault("[2]", "expected an integer, got true (a boolean)"),
            ],
        ),
        (
            dict[str, list[int]],
            {"x": [1], "y": ["a"]},
            [Fault(".y[0]", 'expected an integer, got "a" (a string)')],
        ),
        (
            list[Endpoint],
            [{"host": 1}, {"port": 1}],
            [
                Fault("[0].host", "expected a string, got 1 (an integer)"),
                Fault("[1].host", "is missing"),
            ],
        ),
        (
            dict[Literal["a"], int],
            {"b": "x", "a": "y"},
            [
                Fault(".b", 'expected one of "a", got "b" (a string)'),
                Fault(".b", 'expected an integer, got "x" (a string)'),
                Fault(".a", 'expected an integer, got "y" (a string)'),
            ],
        ),
        (
            dict[str, int],
            {"a b": "x"},
            [Fault('["a b"]', 'expected an integer, got "x" (a string)')],
        ),
        (
            Annotated[int, Meta(ge=1)],
            0,
            [Fault("", "expected an integer >= 1, got 0 (an integer)")],
        ),
        (
            Annotated[str, Meta(pattern="^A")],
            "b",
            [Fault("", """expected a string matching regex '^A', got "b" (a string)""")],
        ),
        (list[Secret], ["short"], [SecretFault("[0]", f"{SHORT_SECRET} 5")]),
    ],
)
def test_every_fault_in_a_list_or_table_has_its_path(
    kind: Any, value: object, faults: list[Fault]
) -> None:
    """
    All faults of a list or table are reported, each with its path.
    """
    with pytest.raises(InvalidError) as error:
        structure_settings(value, kind)

    assert tuple(faults) == error.value.faults
