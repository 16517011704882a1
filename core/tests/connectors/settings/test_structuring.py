"""
Lists, tables and bounds of settings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any

import pytest
from attrs import frozen
from msgspec import Meta

from orderferry.connectors.settings._faults import Fault, FaultsError
from orderferry.connectors.settings._references import Absentee
from orderferry.connectors.settings._structuring import structured


@frozen
class Endpoint:
    """
    A class inside a list.
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
        (list[Annotated[str, Meta(pattern="^a")]], ["ab"], ["ab"]),
    ],
)
def test_lists_and_tables_are_structured(kind: Any, value: object, expected: object) -> None:
    """
    Into the container that is declared, to any depth.
    """
    structure: Any = structured(value, kind)

    assert (expected, type(expected)) == (structure, type(structure))


@pytest.mark.parametrize(
    ("kind", "value", "faults"),
    [
        (list[int], "12", [Fault("expected a list, got '12' (text)")]),
        (list[int], {"a": 1}, [Fault("expected a list, got a table")]),
        (list[str], Absentee("X is not set"), [Fault("X is not set")]),
        (dict[str, int], [1], [Fault("expected a table, got a list")]),
        (dict[str, int], Absentee("X is not set"), [Fault("X is not set")]),
        (tuple[int, int], [1], [Fault("expected 2 values, got 1")]),
        (
            list[int],
            [1, "a", True],
            [
                Fault("expected a whole number, got 'a' (text)", "[1]"),
                Fault("expected a whole number, got true (a boolean)", "[2]"),
            ],
        ),
        (
            dict[str, list[int]],
            {"x": [1], "y": ["a"]},
            [Fault("expected a whole number, got 'a' (text)", "y[0]")],
        ),
        (
            list[Endpoint],
            [{"host": 1}, {"port": 1}],
            [
                Fault("expected text, got 1 (a whole number)", "[0].host"),
                Fault("is required, and missing", "[1].host"),
            ],
        ),
        (
            Annotated[int, Meta(ge=1)],
            0,
            [Fault("expected int >= 1, got 0 (a whole number)")],
        ),
    ],
)
def test_every_fault_in_a_list_or_table_has_its_path(
    kind: Any, value: object, faults: list[Fault]
) -> None:
    """
    All of them are told, not the first.
    """
    with pytest.raises(FaultsError) as error:
        structured(value, kind)

    assert tuple(faults) == error.value.faults
