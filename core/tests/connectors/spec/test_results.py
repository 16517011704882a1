"""
What a connector answers.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderferry.connectors import Acknowledgement, ExportResult, ExportState, Found, ShippedLine
from orderferry.errors import Problem


def test_a_result_keeps_copies_of_what_it_is_given() -> None:
    """
    A connector that goes on using its dictionary changes no record.
    """
    ids, problems = {"order": "1"}, [Problem(cause="a")]
    result, found = ExportResult(ids, problems=problems), Found(ids)
    ids["order"] = "2"
    problems.clear()

    assert ({"order": "1"}, {"order": "1"}) == (result.remote_ids, found.remote_ids)
    assert (Problem(cause="a"),) == result.problems
    with pytest.raises(TypeError):
        result.remote_ids["order"] = "3"  # type: ignore[index]


def test_a_result_is_accepted_unless_it_says_otherwise() -> None:
    """
    Nothing is assumed that was not answered: the connector returns it only after an answer.
    """
    assert ExportState.ACCEPTED is ExportResult().state
    assert ExportState.ACCEPTED is Found().state


def test_an_acknowledgement_takes_any_sequence() -> None:
    """
    And keeps tuples.
    """
    told = Acknowledgement(
        "key", ExportState.ACKNOWLEDGED, shipped=[ShippedLine("1", Decimal(2))], tracking=["T"]
    )

    assert ((ShippedLine("1", Decimal(2)),), ("T",)) == (told.shipped, told.tracking)
