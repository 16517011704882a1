"""
Tests of `orderferry exports retry` and `resolve`.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Ran, Workplace

WHY = ("--reason", "the target is fixed", "--user", "ann")


def exports(place: Workplace, *arguments: str) -> list[dict[str, Any]]:
    """
    The stored exports, as JSON objects.
    """
    documents: list[dict[str, Any]] = place.call("exports", "list", "--json", *arguments).json()
    return documents


def failing(place: Workplace, does: str, *orders: str) -> list[str]:
    """
    Run orders while the target does this, then have it take orders again; gives the exports' ids.
    """
    place.configure({"does": does})
    place.call("run", "--status", "New", *(place.order(order_id) for order_id in orders))
    place.configure({})
    return [export["id"] for export in exports(place)]


def retry(place: Workplace, *arguments: str) -> Ran:
    """
    Retry for a reason.
    """
    return place.call("exports", "retry", *arguments, *WHY)


def test_a_rejected_export_is_tried_again(stored: Workplace) -> None:
    """
    The export is delivered before the command ends, and the history names the operator.
    """
    (export_id,) = failing(stored, "reject", "A1")

    ran = retry(stored, export_id, "--json")

    (export,) = ran.json()
    assert 0 == ran.code
    assert export_id == export["id"]
    assert "accepted" == export["state"]
    assert 2 == export["attempts"]
    assert ["A1"] == stored.taken
    history = stored.call("orders", "show", "A1", "--json").json()["history"]
    assert "ann" == history[-3]["user"]
    assert (
        "export_order to acme/default is queued: retried by ann: the target is fixed"
        == history[-3]["message"]
    )


@pytest.mark.parametrize(
    "selection",
    [
        ("--connector", "acme"),
        ("--connector", "acme", "--connector-id", "default", "--state", "rejected"),
        ("--state", "rejected", "--state", "dead"),
        ("--since", "1h"),
    ],
)
def test_all_of_a_choice_are_tried_again(stored: Workplace, selection: tuple[str, ...]) -> None:
    """
    All failed exports of a connector, state or time are retried, and accepted ones are not.
    """
    stored.call("run", "--status", "New", stored.order("A0"))
    failing(stored, "reject", "A1", "A2")

    ran = retry(stored, *selection)

    assert 0 == ran.code
    assert ["A0", "A1", "A2"] == sorted(stored.taken)


@pytest.mark.parametrize(
    "selection", [("--state", "dead"), ("--connector", "other"), ("--since", "2999-01-01")]
)
def test_nothing_else_is_tried_again(workplace: Workplace, selection: tuple[str, ...]) -> None:
    """
    Nothing is retried if no export matches.
    """
    failing(workplace, "reject", "A1")

    ran = retry(workplace, *selection, "--json")

    assert 0 == ran.code
    assert [] == ran.json()
    assert [] == workplace.taken


def test_what_fails_again_is_exit_code_1(stored: Workplace) -> None:
    """
    A retry that fails is exit code 1, and its error is in the table.
    """
    (export_id,) = failing(stored, "reject", "A1")
    stored.configure({"does": "reject"})

    ran = retry(stored, export_id)

    assert 1 == ran.code
    assert "RejectedError: the target said no" in ran.text


def test_a_retry_can_be_left_to_a_worker(stored: Workplace) -> None:
    """
    The option --no-wait leaves the export queued, with the reason of the retry.
    """
    (export_id,) = failing(stored, "reject", "A1")

    ran = retry(stored, export_id, "--no-wait", "--json")

    (export,) = ran.json()
    assert 0 == ran.code
    assert "queued" == export["state"]
    assert [] == stored.taken
    assert "retried by ann: the target is fixed" == export["reason"]


def test_what_cannot_be_tried_now_is_not_waited_for(stored: Workplace) -> None:
    """
    The command reports why the export cannot be sent, and ends.
    """
    (export_id,) = failing(stored, "reject", "A1")
    stored.call("lanes", "pause", "--all", "--reason", "stocktaking", "--user", "bo")

    ran = retry(stored, export_id, "--json")

    (export,) = ran.json()
    assert 0 == ran.code
    assert "queued" == export["state"]
    assert "lane acme/default is paused: paused by bo: stocktaking" == export["reason"]


def test_what_fails_for_now_is_tried_once(stored: Workplace) -> None:
    """
    The command ends after one attempt, and a worker makes the next one.
    """
    (export_id,) = failing(stored, "reject", "A1")
    stored.configure({"does": "away"})

    ran = retry(stored, export_id, "--json")
    stored.configure({})
    stored.call("worker", "--until-idle")

    (export,) = ran.json()
    assert 0 == ran.code
    assert ["A1"] == stored.taken
    assert export["state"] in {"retrying", "sending"}  # the next attempt may have begun


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "select exports either by id, or with --connector, --state or --since"),
        (("9f0a0bb5-7b1e-5a4c-8a61-0b7b3d3a5b11",), "there is no export 9f0a0bb5"),
        (("9f0a0bb5-7b1e-5a4c-8a61-0b7b3d3a5b11", "--state", "dead"), "exports either by id"),
        (("--since", "yesterday"), "'yesterday' is not a time"),
        (("no id",), "'no id' is not a valid UUID"),
    ],
)
def test_wrong_usage_is_reported(
    workplace: Workplace, arguments: tuple[str, ...], message: str
) -> None:
    """
    Wrong usage is exit code 2, and nothing is sent.
    """
    failing(workplace, "reject", "A1")

    ran = retry(workplace, *arguments)

    assert 2 == ran.code
    assert message in ran.err
    assert [] == workplace.taken


@pytest.mark.parametrize("command", ["retry", "resolve", "cancel"])
def test_an_action_requires_a_reason(workplace: Workplace, command: str) -> None:
    """
    A missing or empty reason is wrong usage.
    """
    (export_id,) = failing(workplace, "reject", "A1")

    without = workplace.call("exports", command, export_id)
    how = ["--give-up"] if command == "resolve" else []
    empty = workplace.call("exports", command, export_id, "--reason", " ", *how)

    assert 2 == without.code
    assert 2 == empty.code
    assert "requires a non-empty reason" in empty.err
    assert "Missing option '--reason'" in without.err
    assert ["rejected"] == [export["state"] for export in exports(workplace)]


def test_an_error_of_one_export_does_not_stop_the_others(stored: Workplace) -> None:
    """
    An export that cannot be retried is reported with the remedy, and the others are retried.
    """
    stored.call("run", "--status", "New", stored.order("A1"))
    accepted, rejected = failing(stored, "reject", "A2")

    both = retry(stored, accepted, rejected)
    alone = retry(stored, accepted)

    assert 1 == both.code
    assert 2 == alone.code
    assert ["A1", "A2"] == stored.taken
    assert f"Error: export {accepted} is accepted: only rejected and dead" in both.err
    assert "`orderferry export A1 --connector acme --connector-id default` exports it" in both.err


def test_an_unknown_export_is_sent_again_only_if_confirmed(stored: Workplace) -> None:
    """
    An export of unknown outcome is sent again only with --yes or --state unknown.
    """
    stored.configure({"does": "lose"})
    stored.call("run", "--status", "New", stored.order("A1"), stored.order("A2"))
    stored.configure({})
    first, _ = (export["id"] for export in exports(stored))

    asked = retry(stored, first)
    assert 2 == asked.code
    assert [] == stored.taken
    assert "Warning: acme/default may have order A1: the outcome of export" in asked.err
    assert "pass --yes" in asked.err

    assert 0 == retry(stored, first, "--yes").code
    assert ["A1"] == stored.taken
    assert 0 == retry(stored, "--state", "unknown").code
    assert ["A1", "A2"] == stored.taken


def resolve(place: Workplace, *arguments: str) -> Ran:
    """
    Resolve for a reason.
    """
    return place.call("exports", "resolve", *arguments, *WHY, "--json")


@pytest.mark.parametrize(
    ("how", "state", "remote_ids"),
    [
        (("--remote-id", "order=4711"), "accepted", {"order": "4711"}),
        (
            ("--remote-id", "order=4711", "--remote-id", "delivery=8=1"),
            "accepted",
            {"order": "4711", "delivery": "8=1"},
        ),
        (("--not-taken",), "retrying", {}),
        (("--give-up",), "skipped", {}),
    ],
)
def test_an_operator_records_the_outcome(
    stored: Workplace, how: tuple[str, ...], state: str, remote_ids: dict[str, str]
) -> None:
    """
    Each option records its outcome, and nothing is sent.
    """
    (export_id,) = failing(stored, "lose", "A1")

    ran = resolve(stored, export_id, *how)

    (export,) = ran.json()
    assert 0 == ran.code
    assert state == export["state"]
    assert remote_ids == export["remoteIds"]
    assert [] == stored.taken


def test_an_export_that_was_not_received_is_sent_by_a_worker(stored: Workplace) -> None:
    """
    A worker sends an export that the target did not receive exactly once.
    """
    (export_id,) = failing(stored, "lose", "A1")
    resolve(stored, export_id, "--not-taken")

    stored.call("worker", "--until-idle")

    assert ["A1"] == stored.taken
    assert ["accepted"] == [export["state"] for export in exports(stored)]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ((), "pass exactly one of --remote-id, --not-taken and --give-up"),
        (("--not-taken", "--give-up"), "pass exactly one of"),
        (("--remote-id", "4711"), "--remote-id 4711: expected KIND=VALUE"),
        (("--remote-id", "order= "), "expected KIND=VALUE"),
    ],
)
def test_exactly_one_outcome_is_required(
    workplace: Workplace, how: tuple[str, ...], message: str
) -> None:
    """
    Nothing changes unless exactly one outcome is given.
    """
    (export_id,) = failing(workplace, "lose", "A1")

    ran = resolve(workplace, export_id, *how)

    assert 2 == ran.code
    assert message in ran.err
    assert ["unknown"] == [export["state"] for export in exports(workplace)]


def test_only_an_unknown_outcome_is_resolved(workplace: Workplace) -> None:
    """
    The message for an export whose outcome is known names its state.
    """
    (export_id,) = failing(workplace, "reject", "A1")

    ran = resolve(workplace, export_id, "--give-up")

    assert 2 == ran.code
    assert f"export {export_id} is rejected: only exports of unknown outcome" in ran.err
