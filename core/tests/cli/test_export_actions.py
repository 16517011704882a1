"""
Tests of `orderferry exports retry`, `resolve` and `cancel`.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Ran, Workplace, workflow_of

WHY = ("--reason", "the target is mended", "--user", "ann")
LATER = workflow_of({"runAfterOrderIsSaved": True})


def exports(place: Workplace, *arguments: str) -> list[dict[str, Any]]:
    """
    The exports of the ledger.
    """
    found: list[dict[str, Any]] = place.call("exports", "list", "--json", *arguments).json()
    return found


def failing(place: Workplace, does: str, *orders: str) -> list[str]:
    """
    Run orders while the target does this, then have it take orders again; gives the exports' ids.
    """
    place.configure({"does": does})
    place.call("run", "--status", "New", *(place.order(each) for each in orders))
    place.configure({})
    return [each["id"] for each in exports(place)]


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

    (found,) = ran.json()
    assert (0, export_id, "accepted", 2, ["A1"]) == (
        ran.code,
        found["id"],
        found["state"],
        found["attempts"],
        stored.taken,
    )
    history = stored.call("orders", "show", "A1", "--json").json()["history"]
    assert (
        "ann",
        "export_order to acme/default is queued: retried by ann: the target is mended",
    ) == (
        history[-3]["user"],
        history[-3]["message"],
    )


@pytest.mark.parametrize(
    "chosen",
    [
        ("--connector", "acme"),
        ("--connector", "acme", "--connector-id", "default", "--state", "rejected"),
        ("--state", "rejected", "--state", "dead"),
        ("--since", "1h"),
    ],
)
def test_all_of_a_choice_are_tried_again(stored: Workplace, chosen: tuple[str, ...]) -> None:
    """
    All failed exports of a connector, state or time are retried, and accepted ones are not.
    """
    stored.call("run", "--status", "New", stored.order("A0"))
    failing(stored, "reject", "A1", "A2")

    ran = retry(stored, *chosen)

    assert (0, ["A0", "A1", "A2"]) == (ran.code, sorted(stored.taken))


@pytest.mark.parametrize(
    "chosen", [("--state", "dead"), ("--connector", "other"), ("--since", "2999-01-01")]
)
def test_nothing_else_is_tried_again(workplace: Workplace, chosen: tuple[str, ...]) -> None:
    """
    Nothing is retried if no export matches.
    """
    failing(workplace, "reject", "A1")

    ran = retry(workplace, *chosen, "--json")

    assert (0, [], []) == (ran.code, ran.json(), workplace.taken)


def test_what_fails_again_is_exit_code_1(stored: Workplace) -> None:
    """
    A retry that fails is exit code 1, and its error is in the table.
    """
    (export_id,) = failing(stored, "reject", "A1")
    stored.configure({"does": "reject"})

    ran = retry(stored, export_id)

    assert (1, True) == (ran.code, "RejectedError: the target said no" in ran.text)


def test_it_can_be_left_to_a_worker(stored: Workplace) -> None:
    """
    The option --no-wait leaves the export queued, with the reason of the retry.
    """
    (export_id,) = failing(stored, "reject", "A1")

    ran = retry(stored, export_id, "--no-wait", "--json")

    (found,) = ran.json()
    assert (0, "queued", []) == (ran.code, found["state"], stored.taken)
    assert "retried by ann: the target is mended" == found["reason"]


def test_what_cannot_be_tried_now_is_not_waited_for(stored: Workplace) -> None:
    """
    The command reports why the export cannot be sent, and ends.
    """
    (export_id,) = failing(stored, "reject", "A1")
    stored.call("lanes", "pause", "--all", "--reason", "stocktaking", "--user", "bo")

    ran = retry(stored, export_id, "--json")

    (found,) = ran.json()
    assert (0, "queued", "lane acme/default is paused: paused by bo: stocktaking") == (
        ran.code,
        found["state"],
        found["reason"],
    )


def test_what_fails_for_now_is_tried_once(stored: Workplace) -> None:
    """
    The command ends after one attempt, and a worker makes the next one.
    """
    (export_id,) = failing(stored, "reject", "A1")
    stored.configure({"does": "away"})

    ran = retry(stored, export_id, "--json")
    stored.configure({})
    stored.call("worker", "--until-idle")

    (found,) = ran.json()
    assert (0, ["A1"]) == (ran.code, stored.taken)
    assert found["state"] in {"retrying", "sending"}  # the next attempt may have begun


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "select exports either by id, or with --connector, --state or --since"),
        (("9f0a0bb5-7b1e-5a4c-8a61-0b7b3d3a5b11",), "there is no export 9f0a0bb5"),
        (("9f0a0bb5-7b1e-5a4c-8a61-0b7b3d3a5b11", "--state", "dead"), "exports either by id"),
        (("--since", "yesterday"), "'yesterday' is not a time"),
        (("no id",), "'no id' is not a valid UUID"),
    ],
)
def test_wrong_usage_is_told(workplace: Workplace, arguments: tuple[str, ...], told: str) -> None:
    """
    Wrong usage is exit code 2, and nothing is sent.
    """
    failing(workplace, "reject", "A1")

    ran = retry(workplace, *arguments)

    assert (2, True, []) == (ran.code, told in ran.err, workplace.taken)


@pytest.mark.parametrize("command", ["retry", "resolve", "cancel"])
def test_an_act_needs_a_reason(workplace: Workplace, command: str) -> None:
    """
    A missing or empty reason is wrong usage.
    """
    (export_id,) = failing(workplace, "reject", "A1")

    without = workplace.call("exports", command, export_id)
    how = ["--give-up"] if command == "resolve" else []
    empty = workplace.call("exports", command, export_id, "--reason", " ", *how)

    assert (2, 2) == (without.code, empty.code)
    assert "needs a reason" in empty.err
    assert "Missing option '--reason'" in without.err
    assert ["rejected"] == [each["state"] for each in exports(workplace)]


def test_one_that_is_refused_leaves_the_others_alone(stored: Workplace) -> None:
    """
    An export that cannot be retried is reported with the remedy, and the others are retried.
    """
    stored.call("run", "--status", "New", stored.order("A1"))
    accepted, rejected = failing(stored, "reject", "A2")

    both = retry(stored, accepted, rejected)
    alone = retry(stored, accepted)

    assert (1, 2, ["A1", "A2"]) == (both.code, alone.code, stored.taken)
    assert f"Error: export {accepted} is accepted: only rejected and dead" in both.err
    assert "`orderferry export A1 --connector acme --connector-id default` exports it" in both.err


def test_an_unknown_export_is_sent_again_after_a_question_only(stored: Workplace) -> None:
    """
    An export of unknown outcome is sent again only with --yes or --state unknown.
    """
    stored.configure({"does": "lose"})
    stored.call("run", "--status", "New", stored.order("A1"), stored.order("A2"))
    stored.configure({})
    first, _ = (each["id"] for each in exports(stored))

    asked = retry(stored, first)
    assert (2, []) == (asked.code, stored.taken)
    assert "Warning: acme/default may have order A1: the outcome of export" in asked.err
    assert "pass --yes" in asked.err

    assert (0, ["A1"]) == (retry(stored, first, "--yes").code, stored.taken)
    assert (0, ["A1", "A2"]) == (retry(stored, "--state", "unknown").code, stored.taken)


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
def test_a_person_says_what_became_of_it(
    stored: Workplace, how: tuple[str, ...], state: str, remote_ids: dict[str, str]
) -> None:
    """
    Each option records its outcome, and nothing is sent.
    """
    (export_id,) = failing(stored, "lose", "A1")

    ran = resolve(stored, export_id, *how)

    (found,) = ran.json()
    assert (0, state, remote_ids, []) == (
        ran.code,
        found["state"],
        found["remoteIds"],
        stored.taken,
    )


def test_what_was_not_taken_is_sent_by_a_worker(stored: Workplace) -> None:
    """
    A worker sends an export that the target did not receive exactly once.
    """
    (export_id,) = failing(stored, "lose", "A1")
    resolve(stored, export_id, "--not-taken")

    stored.call("worker", "--until-idle")

    assert (["A1"], ["accepted"]) == (stored.taken, [each["state"] for each in exports(stored)])


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ((), "pass exactly one of --remote-id, --not-taken and --give-up"),
        (("--not-taken", "--give-up"), "pass exactly one of"),
        (("--remote-id", "4711"), "--remote-id 4711: expected KIND=VALUE"),
        (("--remote-id", "order= "), "expected KIND=VALUE"),
    ],
)
def test_how_it_is_settled_has_to_be_clear(
    workplace: Workplace, how: tuple[str, ...], told: str
) -> None:
    """
    Nothing changes unless exactly one outcome is given.
    """
    (export_id,) = failing(workplace, "lose", "A1")

    ran = resolve(workplace, export_id, *how)

    assert (2, True) == (ran.code, told in ran.err)
    assert ["unknown"] == [each["state"] for each in exports(workplace)]


def test_only_what_is_unknown_is_settled(workplace: Workplace) -> None:
    """
    The message for an export whose outcome is known names its state.
    """
    (export_id,) = failing(workplace, "reject", "A1")

    ran = resolve(workplace, export_id, "--give-up")

    assert 2 == ran.code
    assert f"export {export_id} is rejected: only exports of unknown outcome" in ran.err


def test_a_waiting_export_is_cancelled(stored: Workplace) -> None:
    """
    A queued export is cancelled and never sent, and cannot be cancelled twice.
    """
    stored.configure({}, workflow=LATER)
    stored.call("run", "--status", "New", "--no-wait", stored.order("A1"))
    (waiting,) = exports(stored)

    ran = stored.call("exports", "cancel", waiting["id"], *WHY, "--json")
    stored.call("worker", "--until-idle")
    again = stored.call("exports", "cancel", waiting["id"], *WHY)

    (found,) = ran.json()
    assert (0, "skipped", []) == (ran.code, found["state"], stored.taken)
    assert "cancelled by ann: the target is mended" == found["reason"]
    assert (2, True) == (again.code, "only queued and retrying exports are cancelled" in again.err)


def test_cancelling_nothing_is_wrong_usage(workplace: Workplace) -> None:
    """
    The command requires at least one export id.
    """
    ran = workplace.call("exports", "cancel", *WHY)

    assert (2, "Error: no exports selected: give at least one export id\n") == (ran.code, ran.err)
