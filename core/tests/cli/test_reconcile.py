"""
Tests of `orderferry reconcile`.
"""

from __future__ import annotations

import pytest

from .conftest import Workplace, workflow_of

BOTH = workflow_of({}, {"connector": "acme", "connectorId": "second"})


@pytest.fixture
def missing(stored: Workplace) -> Workplace:
    """
    A1 was exported before its workflow got a second step.
    """
    stored.call("run", "--status", "New", stored.order("A1"))
    stored.configure({"id": "default"}, {"id": "second"}, workflow=BOTH)
    stored.configure(
        {"id": "default"},
        {"id": "second"},
        workflow=workflow_of({"connectorId": "default"}, {"connectorId": "second"}),
    )
    return stored


def test_what_is_missing_is_listed(missing: Workplace) -> None:
    """
    Missing exports are listed, and none is created.
    """
    ran = missing.call("reconcile", "--json")

    (export,) = ran.json()
    assert 0 == ran.code
    assert "A1" == export["orderId"]
    assert "acme" == export["connector"]
    assert "second" == export["connectorId"]
    assert "New" == export["status"]
    assert export["export"] is None
    assert "a run of the status's workflow has ended without it" == export["why"]
    assert 1 == len(missing.call("exports", "list", "--json").json())


def test_what_is_missing_is_made(missing: Workplace) -> None:
    """
    The option --enqueue creates the missing exports, which a worker then delivers.
    """
    ran = missing.call("reconcile", "--enqueue")
    missing.call("worker", "--until-idle")

    assert ["A1", "New", "acme/second", "enqueued"] == ran.text.splitlines()[2].split()
    assert ["A1", "A1"] == missing.taken
    assert "No exports are missing.\n" == missing.call("reconcile").text
