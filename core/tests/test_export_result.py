"""
Tests of `orderferry.export_result`.
"""

from __future__ import annotations

import pytest

from orderferry import ExportResult, ExportState
from orderferry.errors import Problem


def test_a_result_keeps_copies_of_its_arguments() -> None:
    """
    A connector that changes its dictionary or list later does not change the result.
    """
    ids, problems = {"order": "1"}, [Problem(cause="a")]
    result = ExportResult(ids, problems=problems)
    ids["order"] = "2"
    problems.clear()

    assert {"order": "1"} == result.remote_ids
    assert (Problem(cause="a"),) == result.problems
    with pytest.raises(TypeError):
        result.remote_ids["order"] = "3"  # type: ignore[index]


def test_a_result_is_accepted_by_default() -> None:
    """
    A result without a state means that the target accepted the export.
    """
    assert ExportState.ACCEPTED is ExportResult().state


def test_a_problem_names_line_field_value_cause_and_remedy() -> None:
    """
    One sentence tells an operator what to correct, and where.
    """
    problem = Problem(
        line_item_id="2", field="quantity", value=-1, cause="negative", remedy="send a return"
    )

    assert "line 2, quantity '-1': negative; send a return" == str(problem)


def test_a_problem_of_the_whole_order_needs_only_its_cause() -> None:
    """
    A problem shows only what is known of it.
    """
    assert "no address" == str(Problem(cause="no address"))
