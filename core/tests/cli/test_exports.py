"""
Tests of `orderferry exports list` and `show`.
"""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from .conftest import Site, Workplace, workflow_of

KEYS = [
    *("id", "orderId", "shipmentId", "connector", "connectorId", "operation", "state", "attempts"),
    *("remoteIds", "error", "reason", "due", "created", "changed", "generation", "status"),
    "version",
]


@pytest.fixture
def ledger(stored: Workplace) -> Workplace:
    """
    Three orders: the instance east accepted A1 and A2, and the instance west rejected A3.
    """
    stored.configure(
        {"id": "east"},
        {"id": "west", "does": "reject"},
        workflow=workflow_of(
            {"connector": ["acme/east"], "enabledForMarkets": ["E"]},
            {"connector": ["acme/west"], "disabledForMarkets": ["E"]},
        ),
    )
    markets = {"A1": "E", "A2": "E", "A3": "W"}
    names = [stored.order(name, marketId=market) for name, market in markets.items()]
    stored.call("run", "--status", "New", *names)
    return stored


def test_json_has_an_object_an_export(ledger: Workplace) -> None:
    """
    Each export is an object with all documented names, in the order of creation.
    """
    exports = ledger.call("exports", "list", "--json").json()

    assert [KEYS] * 3 == [list(export) for export in exports]
    assert [("A1", "accepted"), ("A2", "accepted"), ("A3", "rejected")] == [
        (export["orderId"], export["state"]) for export in exports
    ]
    first, _, last = exports
    assert "acme" == first["connector"]
    assert "east" == first["connectorId"]
    assert "export_order" == first["operation"]
    assert 1 == first["attempts"]
    assert {"order": "R-A1"} == first["remoteIds"]
    assert 0 == first["generation"]
    assert "New" == first["status"]
    assert "RejectedError" == last["error"]["type"]
    assert "is negative" == last["error"]["problems"][0]["cause"]


@pytest.mark.parametrize(
    ("arguments", "orders"),
    [
        ((), "A1 A2 A3"),
        (("--order", "A2"), "A2"),
        (("--connector", "acme"), "A1 A2 A3"),
        (("--connector", "acme", "--connector-id", "west"), "A3"),
        (("--connector", "other"), ""),
        (("--state", "rejected"), "A3"),
        (("--state", "rejected", "--state", "accepted"), "A1 A2 A3"),
        (("--operation", "cancel_order"), ""),
        (("--since", "1h"), "A1 A2 A3"),
        (("--since", "2999-01-01"), ""),
        (("--overdue",), ""),
        (("--limit", "2"), "A2 A3"),
    ],
)
def test_exports_are_filtered(ledger: Workplace, arguments: tuple[str, ...], orders: str) -> None:
    """
    Each option restricts the list, and --limit keeps the last exports.
    """
    exports = ledger.call("exports", "list", "--json", *arguments).json()

    assert orders.split() == [export["orderId"] for export in exports]


def test_the_table_has_notes_below_each_row(ledger: Workplace) -> None:
    """
    Notes are printed below each row, and the number of omitted exports on standard error.
    """
    ran = ledger.call("exports", "list", "--limit", "1")

    lines = ran.text.splitlines()
    assert ["A3", "acme/west", "rejected", "1"] == lines[2].split()[1:]
    assert "    RejectedError: the target said no" == lines[3]
    assert lines[4].startswith("    - line 2, quantity '-1': is negative")
    assert "Earlier exports not shown: 2. Use --limit to show more.\n" == ran.err
    assert 0 == ran.code


def test_an_empty_list_is_no_error(stored: Workplace) -> None:
    """
    The list of an empty database is empty, and the exit code is 0.
    """
    ran = stored.call("exports", "list")

    assert 0 == ran.code
    assert "No matching exports.\n" == ran.text
    assert [] == stored.call("exports", "list", "--json").json()


def test_an_export_is_shown_with_its_history(ledger: Workplace) -> None:
    """
    An export is shown with its order, its history and its predecessor.
    """
    export_id = ledger.call("exports", "list", "--json", "--order", "A3").json()[0]["id"]

    details = ledger.call("exports", "show", export_id, "--json").json()

    assert KEYS == list(details)[: len(KEYS)]
    assert ["sending", "rejected"] == [event["state"] for event in details["history"]]
    assert details["predecessor"] is None
    assert "A3" == details["order"]["id"]
    text = ledger.call("exports", "show", export_id).text
    assert "export_order of order A3 to acme/west is rejected" == text.splitlines()[0]
    assert "export_order to acme/west is rejected: the target said" in text


@pytest.mark.parametrize("later", [True, False])
def test_requests_are_shown_without_secrets(stored: Workplace, later: bool) -> None:
    """
    The requests of an attempt are shown without secrets, both of a lane and of a transition.
    """
    stored.configure(
        {"does": "post", "token": "s3cr3t-token"},
        workflow=workflow_of({"runAfterOrderIsSaved": later}),
        runtime="inline_deadline_seconds = 0.4",
    )
    stored.call("run", "--status", "New", stored.order())
    (export,) = stored.call("exports", "list", "--json").json()

    ran = stored.call("exports", "show", export["id"])
    details = stored.call("exports", "show", export["id"], "--json")

    attempt, *_ = details.json()["attemptsMade"]
    assert 1 == attempt["number"]
    assert "retrying" == attempt["state"]
    assert "TransientError" == attempt["error"]["type"]
    document, *_ = details.json()["documents"]
    assert "POST http://127.0.0.1:9/" in document["request"]
    assert "1. " in ran.text
    assert "Request of attempt 1" in ran.text
    assert "s3cr3t" not in json.dumps(details.json()) + ran.text


def test_an_unknown_export_is_wrong_usage(stored: Workplace) -> None:
    """
    An unknown id and an invalid id are exit code 2.
    """
    export_id = str(uuid4())

    unknown = stored.call("exports", "show", export_id)
    no_id = stored.call("exports", "show", "A1")

    assert 2 == unknown.code
    assert f"Error: there is no export {export_id}\n" == unknown.err
    assert 2 == no_id.code


def test_reading_loads_no_connector(stored: Workplace, site: Site) -> None:
    """
    Lists work with a configured connector that cannot be imported.
    """
    site.connector("broken", "raise SystemExit('imported')")
    stored.configure({}, {"name": "broken"}, workflow=workflow_of({}))

    for command in (("exports", "list"), ("orders", "list"), ("lanes", "list"), ("reconcile",)):
        ran = stored.call(*command, "--json")
        assert 0 == ran.code
        assert "" == ran.err
