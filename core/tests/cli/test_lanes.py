"""
Tests of `orderferry lanes`.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Workplace, workflow_of

LATER = workflow_of({"connector": ["acme/east", "acme/west"], "runAfterOrderIsSaved": True})


@pytest.fixture
def lanes(stored: Workplace) -> Workplace:
    """
    Two instances, each with an export that waits.
    """
    stored.configure({"id": "east"}, {"id": "west"}, workflow=LATER)
    stored.call("run", "--status", "New", "--no-wait", stored.order("A1"))
    return stored


def lanes_by_name(place: Workplace) -> dict[str, dict[str, Any]]:
    """
    The lanes by name.
    """
    return {lane["name"]: lane for lane in place.call("lanes", "list", "--json").json()}


def test_json_has_an_object_a_lane(lanes: Workplace) -> None:
    """
    Each lane is an object with its exports by state, and is not running without a worker.
    """
    east = lanes_by_name(lanes)["acme/east"]

    assert {
        "name": "acme/east",
        "connector": "acme",
        "connectorId": "east",
        "running": False,
        "paused": False,
        "cause": None,
        "reason": None,
        "until": None,
        "counts": {"queued": 1},
        "oldest": east["oldest"],
        "overdue": 0,
    } == east
    assert east["oldest"] is not None


def test_the_table_shows_the_state_of_each_lane(lanes: Workplace) -> None:
    """
    The table shows why a lane is paused, and which lane has no worker.
    """
    lanes.call("lanes", "pause", "acme/west", "--reason", "stocktaking", "--user", "bo")

    lines = lanes.call("lanes", "list").text.splitlines()

    assert lines[2].startswith("acme/east  no worker  1 queued  ")
    assert ["acme/west", "paused"] == lines[3].split()[:2]
    assert "    person: paused by bo: stocktaking" == lines[4]


@pytest.mark.parametrize(
    ("selection", "paused"),
    [
        (("acme/east",), {"acme/east"}),
        (("acme",), {"acme/east", "acme/west"}),
        (("--all",), {"acme/east", "acme/west"}),
        (("acme/west", "acme"), {"acme/east", "acme/west"}),
    ],
)
def test_lanes_pause_and_resume(
    lanes: Workplace, selection: tuple[str, ...], paused: set[str]
) -> None:
    """
    One lane, all lanes of a connector, or all lanes pause and resume, and the others deliver.
    """
    lanes.call("lanes", "pause", *selection)
    assert paused == {name for name, lane in lanes_by_name(lanes).items() if lane["paused"]}

    lanes.call("worker", "--until-idle")
    assert 2 - len(paused) == len(lanes.taken)

    assert 0 == lanes.call("lanes", "resume", *selection).code
    assert not any(lane["paused"] for lane in lanes_by_name(lanes).values())
    lanes.call("worker", "--until-idle")
    assert ["A1", "A1"] == lanes.taken


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "pass either names of lanes or --all"),
        (("acme/east", "--all"), "pass either names of lanes or --all"),
        (("acme/north",), "there is no lane acme/north; there are acme/east, acme/west"),
    ],
)
def test_the_selection_of_lanes_has_to_be_clear(
    lanes: Workplace, command: str, arguments: tuple[str, ...], message: str
) -> None:
    """
    An ambiguous or unknown selection is exit code 2, and no lane changes.
    """
    ran = lanes.call("lanes", command, *arguments)

    assert 2 == ran.code
    assert f"Error: {message}\n" == ran.err
    assert not any(lane["paused"] for lane in lanes_by_name(lanes).values())


def test_overdue_exports_are_reported(lanes: Workplace) -> None:
    """
    Overdue exports are counted in the table, and can be listed.
    """
    lanes.configure(
        {"id": "east"},
        {"id": "west"},
        workflow=LATER,
        runtime="age_limits = { queued = 0.001 }",
    )

    text = lanes.call("lanes", "list").text

    assert 2 == text.count("1 overdue: `orderferry exports list --overdue`")
    assert 2 == len(lanes.call("exports", "list", "--overdue", "--json").json())


def test_a_configuration_without_connectors_has_no_lanes(stored: Workplace) -> None:
    """
    The message states why there are no lanes.
    """
    stored.configure(workflow={"name": "Online", "orderStatuses": []})

    assert (
        "No lanes: no connector is configured, or the database has not been used yet.\n"
        == stored.call("lanes", "list").text
    )
