"""
Tests of `orderferry exports verify`.
"""

from __future__ import annotations

import pytest

from .conftest import Workplace, workflow_of


@pytest.fixture
def restored(stored: Workplace, able: str) -> Workplace:
    """
    Two exports wait in the backup, of which the target has A1 since; the lanes are paused.
    """
    stored.configure(
        {"name": able}, workflow=workflow_of({"connector": able, "runAfterOrderIsSaved": True})
    )
    stored.call("run", "--status", "New", "--no-wait", stored.order("A1"), stored.order("A2"))
    stored.write("taken", "A1\n")
    stored.call("lanes", "pause", "--all")
    return stored


def test_what_the_target_has_is_not_sent_again(restored: Workplace) -> None:
    """
    Exports that the target has become accepted, and only the others are sent when the lanes resume.
    """
    ran = restored.call("exports", "verify", "--since", "1h", "--json")
    restored.call("lanes", "resume", "--all")
    restored.call("worker", "--until-idle")

    assert [("A1", "queued", "found", "accepted"), ("A2", "queued", "absent", "queued")] == [
        (export["orderId"], export["was"], export["target"], export["state"])
        for export in ran.json()
    ]
    assert 0 == ran.code
    assert ["A1", "A2"] == restored.taken


def test_the_table_ends_with_a_count(restored: Workplace) -> None:
    """
    The table ends with the number of exports that are left for an operator.
    """
    ran = restored.call("exports", "verify", "--since", "2020-01-01")

    lines = ran.text.splitlines()
    assert ["A1", "able/default", "queued", "found", "accepted"] == lines[2].split()[1:]
    assert "Exports verified: 2. Left for an operator: 0." == lines[-1]
    assert 0 == ran.code


def test_an_export_that_the_target_lost_is_exit_code_1(restored: Workplace) -> None:
    """
    An accepted export that the target does not have is exit code 1.
    """
    restored.call("exports", "verify", "--since", "1h")
    restored.write("taken", "")

    ran = restored.call("exports", "verify", "--since", "1h")

    assert 1 == ran.code
    assert "Exports verified: 2. Left for an operator: 1." in ran.text
    assert "the ledger has it as accepted" in ran.text


def test_lanes_have_to_be_paused(restored: Workplace) -> None:
    """
    The command requires that the lanes are paused.
    """
    restored.call("lanes", "resume", "--all")

    ran = restored.call("exports", "verify", "--since", "1h")

    assert 2 == ran.code
    assert "run `orderferry lanes pause --all` first" in ran.err


def test_the_time_has_to_be_given(restored: Workplace) -> None:
    """
    The option --since is required.
    """
    assert 2 == restored.call("exports", "verify").code


def test_nothing_to_verify_is_exit_code_0(stored: Workplace) -> None:
    """
    The exit code is 0 if there are no exports to verify.
    """
    ran = stored.call("exports", "verify", "--since", "1h")

    assert 0 == ran.code
    assert "No exports may have been sent since then.\n" == ran.text
