"""
Tests of what the lists of orders, exports and lanes have in common.
"""

from __future__ import annotations

import pytest

from .conftest import Workplace, workflow_of


@pytest.mark.parametrize("kind", ["orders", "exports", "lanes"])
def test_a_list_works_with_an_invalid_workflow_file(stored: Workplace, kind: str) -> None:
    """
    Lists work with an invalid workflow file.
    """
    stored.configure({}, workflow=workflow_of({}))
    stored.call("run", "--status", "New", stored.order())
    before = stored.call(kind, "list", "--json").json()
    stored.write("workflow.json", "no workflow at all")

    listed = stored.call(kind, "list", "--json")

    assert 0 == listed.code
    assert before == listed.json()
    assert before
