"""
Tests of `orderferry export`, `orderferry cancel` and `orderferry exports cancel`.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Ran, Workplace, workflow_of

WHY = ("--reason", "the warehouse lost it", "--user", "ann")


def exports(place: Workplace) -> list[dict[str, Any]]:
    """
    The stored exports, as JSON objects.
    """
    documents: list[dict[str, Any]] = place.call("exports", "list", "--json").json()
    return documents


def export_again(place: Workplace, *arguments: str) -> Ran:
    """
    Export to acme again.
    """
    return place.call("export", *arguments, "--connector", "acme", *WHY)


@pytest.fixture
def exported(stored: Workplace) -> Workplace:
    """
    A1 and A2 were taken by acme.
    """
    stored.call("run", "--status", "New", stored.order("A1"), stored.order("A2"))
    return stored


def test_a_re_export_is_sent_with_yes(exported: Workplace) -> None:
    """
    A re-export is a new export that names the one it repeats, and is delivered before the command
    ends.
    """
    ran = export_again(exported, "A1", "--yes", "--json")

    (export,) = ran.json()
    assert 0 == ran.code
    assert "accepted" == export["state"]
    assert 1 == export["generation"]
    assert ["A1", "A2", "A1"] == exported.taken
    assert "Warning: acme/default has order A1 already (order R-A1)\n" == ran.err
    details = exported.call("exports", "show", export["id"], "--json").json()
    assert exports(exported)[0]["id"] == details["predecessor"]
    assert "by ann: the warehouse lost it" in details["history"][0]["message"]


def test_the_command_prompts_if_the_target_may_have_the_order(exported: Workplace) -> None:
    """
    Without a terminal to prompt on, nothing is sent.
    """
    ran = export_again(exported, "A1")

    assert 2 == ran.code
    assert ["A1", "A2"] == exported.taken
    assert 2 == len(exports(exported))
    assert "Warning: acme/default has order A1 already (order R-A1)" in ran.err
    assert "aborted: cannot prompt without a terminal; pass --yes to confirm" in ran.err


@pytest.mark.parametrize(("answer", "code", "count"), [("y\n", 0, 3), ("n\n", 1, 2)])
def test_the_user_confirms_or_declines(
    exported: Workplace, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, count: int
) -> None:
    """
    The order is sent only if the user confirms.
    """
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True)

    ran = exported.call("export", "A1", "--connector", "acme", *WHY, stdin=answer.encode())

    assert code == ran.code
    assert count == len(exported.taken)
    assert "Continue?" in ran.err


def test_all_orders_are_checked_first(exported: Workplace) -> None:
    """
    No order is exported if one of them cannot be exported.
    """
    ran = export_again(exported, "A1", "A9", "A2", "--yes")

    assert 2 == ran.code
    assert ["A1", "A2"] == exported.taken
    assert "there is no order A9" in ran.err


def test_several_are_exported_again(exported: Workplace) -> None:
    """
    An order is exported once, even if it is named twice.
    """
    ran = export_again(exported, "A1", "A2", "A1", "--yes")

    assert 0 == ran.code
    assert ["A1", "A1", "A2", "A2"] == sorted(exported.taken)


def test_an_export_can_be_left_to_a_worker(exported: Workplace) -> None:
    """
    The option --no-wait leaves the export queued for a worker.
    """
    ran = export_again(exported, "A1", "--yes", "--no-wait", "--json")

    assert "queued" == ran.json()[0]["state"]
    assert 2 == len(exported.taken)
    exported.call("worker", "--until-idle")
    assert 3 == len(exported.taken)


@pytest.mark.parametrize(
    "arguments",
    [("--reason", "r"), ("--connector", "acme"), ("--connector", "acme", "--reason", "")],
)
def test_what_is_required_is_asked_for(exported: Workplace, arguments: tuple[str, ...]) -> None:
    """
    The command sends nothing without a connector and a non-empty reason.
    """
    ran = exported.call("export", "A1", "--yes", *arguments)

    assert 2 == ran.code
    assert ["A1", "A2"] == exported.taken


def test_a_rejected_export_is_retried_instead(stored: Workplace) -> None:
    """
    The message for a rejected export names the command that retries it.
    """
    stored.configure({"does": "reject"})
    stored.call("run", "--status", "New", stored.order("A1"))

    ran = export_again(stored, "A1", "--yes")

    export_id = exports(stored)[0]["id"]
    assert 2 == ran.code
    assert f"retry it with `orderferry exports retry {export_id}`" in ran.err


def test_what_fails_is_exit_code_1(exported: Workplace) -> None:
    """
    A failed re-export is exit code 1, and its error is in the table.
    """
    exported.configure({"does": "reject"})

    ran = export_again(exported, "A1", "--yes")

    assert 1 == ran.code
    assert "RejectedError: the target said no" in ran.text


def test_an_order_is_cancelled_at_its_target(stored: Workplace, able: str) -> None:
    """
    An order is cancelled once, and its own status does not change.
    """
    stored.configure({"name": able}, workflow=workflow_of({"connector": able}))
    stored.call("run", "--status", "New", stored.order("A1"))

    ran = stored.call("cancel", "A1", "--connector", able, *WHY, "--json")
    second = stored.call("cancel", "A1", "--connector", able, *WHY)

    (export,) = ran.json()
    assert 0 == ran.code
    assert "cancel_order" == export["operation"]
    assert "accepted" == export["state"]
    assert {"cancellation": "C1"} == export["remoteIds"]
    assert ["A1", "cancelled-R-A1"] == stored.taken
    assert 2 == second.code
    assert "nothing to cancel there" in second.err
    assert "New" == stored.call("orders", "show", "A1", "--json").json()["status"]


def test_a_connector_that_cannot_cancel_is_named(exported: Workplace) -> None:
    """
    A connector without cancel_order is exit code 2, and nothing is stored.
    """
    ran = exported.call("cancel", "A1", "--connector", "acme", *WHY)

    assert 2 == ran.code
    assert 2 == len(exports(exported))
    assert (
        "Error: acme/default (orderferry-acme 1.0) cannot cancel orders: cancel order A1"
        " manually in the target\n"
    ) == ran.err


def test_cancelling_needs_a_reason(exported: Workplace) -> None:
    """
    The option --reason is required.
    """
    ran = exported.call("cancel", "A1", "--connector", "acme")

    assert 2 == ran.code
    assert "Missing option '--reason'" in ran.err


def test_a_waiting_export_is_cancelled(stored: Workplace) -> None:
    """
    A queued export is cancelled and never sent, and cannot be cancelled twice.
    """
    stored.configure({}, workflow=workflow_of({"runAfterOrderIsSaved": True}))
    stored.call("run", "--status", "New", "--no-wait", stored.order("A1"))
    (waiting,) = exports(stored)

    ran = stored.call("exports", "cancel", waiting["id"], *WHY, "--json")
    stored.call("worker", "--until-idle")
    again = stored.call("exports", "cancel", waiting["id"], *WHY)

    (export,) = ran.json()
    assert 0 == ran.code
    assert "skipped" == export["state"]
    assert [] == stored.taken
    assert "cancelled by ann: the warehouse lost it" == export["reason"]
    assert 2 == again.code
    assert "only queued and retrying exports are cancelled" in again.err


def test_cancelling_nothing_is_wrong_usage(workplace: Workplace) -> None:
    """
    The command requires at least one export id.
    """
    ran = workplace.call("exports", "cancel", *WHY)

    assert 2 == ran.code
    assert "Error: no exports selected: pass at least one export id\n" == ran.err
