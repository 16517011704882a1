"""
The Export Order step's error table and scenarios, through `Ferry` and through `orderferry run`. The
rows and names are those of docs.omnium.no/docs/Order/workflow-steps/export/export-order.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.tests.databases import Database
from orderferry.cli import main
from orderferry.orders import EntityError, Order, order_document, write_json
from orderferry.workflow import result_document

from ..conftest import Install, MakeFerry, export_to, order, write_configuration

Enter = Callable[..., dict[str, Any]]


@pytest.fixture(params=["Ferry", "orderferry run"])
def enter(
    request: pytest.FixtureRequest, make_ferry: MakeFerry, tmp_path: Path, database: Database
) -> Enter:
    """
    Let an order enter New, and return the result as `run --json` prints it.
    """

    def through_ferry(
        connectors: list[dict[str, Any]], order: Order, *, test: bool = False, **statuses: Any
    ) -> dict[str, Any]:
        ferry = make_ferry(connectors, **statuses)
        (result,) = ferry.settle([ferry.transition(order, "New", test=test)])
        return result_document(result)

    def through_run(
        connectors: list[dict[str, Any]], order: Order, *, test: bool = False, **statuses: Any
    ) -> dict[str, Any]:
        write_configuration(tmp_path, connectors, statuses, database=database.url)
        (tmp_path / "order.json").write_bytes(write_json(order_document(order)))
        arguments = ["run", "--config", str(tmp_path / "orderferry.toml"), "--status", "New"]
        arguments += ["--json", *(["--test"] if test else []), str(tmp_path / "order.json")]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code in (0, 1), done.output
        (document,) = json.loads(done.stdout)
        assert (document["outcome"] == "Error") == (done.exit_code == 1)
        result: dict[str, Any] = document
        return result

    return through_ferry if request.param == "Ferry" else through_run


SAP = {"name": "sap", "id": "main"}
REFUSING = {**SAP, "settings": {"answers": ["reject"]}}
AFTER = {"name": "ExportOrder", "active": True, "Connector": "wms"}
WMS = {"name": "wms", "id": "main"}
OLD_ERROR = EntityError(key="ExportOrder", reference_id="sap/main", message="refused before")


def test_row_test_mode_is_success_skipped_and_goes_on(enter: Enter, install: Install) -> None:
    """
    In test mode nothing leaves the process, no status is set, and no error is cleared.
    """
    calls = install("sap", order_saved=True)
    draft = order(errors=(OLD_ERROR,), status="Draft")

    document = enter([dict(SAP)], draft, test=True, New=[export_to("sap"), export_to("sap")])

    assert [("Success", True, "test mode")] * 2 == [
        (step["outcome"], step["skipped"], step["reason"]) for step in document["steps"]
    ]
    assert [] == calls.exports
    assert [] == calls.saved
    assert "Draft" == document["order"]["status"]
    assert document["newStatus"] is None
    assert 1 == len(document["order"]["errors"])
    assert [] == document["order"]["history"]


def test_row_export_succeeded_is_success_and_goes_on(enter: Enter, install: Install) -> None:
    """
    The remote id is in the result and in the history.
    """
    install("sap")

    document = enter([dict(SAP)], order(), New=[export_to("sap"), export_to("sap")])

    assert "Success" == document["outcome"]
    assert document["cancelled"] is False
    (export,) = document["steps"][0]["exports"]
    assert "accepted" == export["state"]
    assert {"order": "R1"} == export["remoteIds"]
    assert 1 == export["attempts"]
    assert export["error"] is None
    assert {"order": "R1"} == document["order"]["history"][-1]["remoteIds"]


@pytest.mark.parametrize("stop", [False, True])
def test_row_exporter_not_found_is_error_and_goes_on_unless_stopped(
    enter: Enter, install: Install, stop: bool
) -> None:
    """
    The error names the connector, which is not installed, and the remedy.
    """
    install("wms")
    steps = [export_to("sap", StopOnError=stop), AFTER]

    document = enter([dict(WMS)], order(), New=steps)

    step = document["steps"][0]
    assert "Error" == step["outcome"]
    assert stop == document["cancelled"]
    assert ["ExportOrder"] * stop == document["unrun"]
    assert "ExporterNotFoundError" == step["exports"][0]["error"]["type"]
    assert "'sap'" in step["message"]
    (error,) = document["order"]["errors"]
    assert "ExportOrder" == error["key"]
    assert "sap" == error["referenceId"]
    assert "Error" == error["severity"]


def test_row_export_failed_with_stop_on_error_is_error_and_stops(
    enter: Enter, install: Install
) -> None:
    """
    The remaining steps are unrun, and listed.
    """
    install("sap")
    install("wms")

    document = enter(
        [dict(REFUSING), dict(WMS)], order(), New=[export_to("sap", StopOnError=True), AFTER]
    )

    assert "Error" == document["outcome"]
    assert document["cancelled"] is True
    assert ["ExportOrder"] == document["unrun"]


def test_row_export_failed_without_stop_on_error_is_warning_and_goes_on(
    enter: Enter, install: Install
) -> None:
    """
    The next step runs.
    """
    install("sap")
    wms = install("wms")

    document = enter([dict(REFUSING), dict(WMS)], order(), New=[export_to("sap"), AFTER])

    assert ["Warning", "Success"] == [step["outcome"] for step in document["steps"]]
    assert "Warning" == document["outcome"]
    assert document["cancelled"] is False
    assert 1 == len(wms.exports)


def test_scenario_1_successful_export_clears_previous_errors(
    enter: Enter, install: Install
) -> None:
    """
    A successful export clears the earlier errors of its instance.
    """
    install("sap")
    other = EntityError(key="ExportOrder", reference_id="wms/main", message="still open")

    document = enter([dict(SAP)], order(errors=(OLD_ERROR, other)), New=[export_to("sap")])

    assert "Success" == document["outcome"]
    assert ["wms/main"] == [error["referenceId"] for error in document["order"]["errors"]]


def test_scenario_2_export_failure_with_stop_on_error_sets_the_error_status(
    enter: Enter, install: Install
) -> None:
    """
    The workflow is cancelled, the error is on the order, and the status is the error status.
    """
    install("sap")

    document = enter(
        [dict(REFUSING)],
        order(),
        New=[export_to("sap", StopOnError=True, ErrorStatus="ExportFailed")],
        ExportFailed=[],
    )

    assert "Error" == document["outcome"]
    assert document["cancelled"] is True
    assert "ExportFailed" == document["newStatus"]
    assert "ExportFailed" == document["order"]["status"]
    (error,) = document["order"]["errors"]
    assert "sap/main" == error["referenceId"]
    assert "the target refused the order" == error["message"]
    assert "Error" == error["severity"]
    assert "New" == error["status"]
    assert "line 1, Material 'X': unknown; add it" == error["details"]


def test_scenario_3_export_failure_without_stop_on_error_warns_and_continues(
    enter: Enter, install: Install
) -> None:
    """
    The error is on the order, which stays at the status that it entered.
    """
    install("sap")

    document = enter([dict(REFUSING)], order(), New=[export_to("sap")])

    assert "Warning" == document["outcome"]
    assert document["newStatus"] is None
    assert "New" == document["order"]["status"]
    assert ["sap/main"] == [error["referenceId"] for error in document["order"]["errors"]]


def test_scenario_4_export_after_the_order_is_saved(enter: Enter, install: Install) -> None:
    """
    The caller gets a deferred Success with the export's id, and the export is made after the
    save.
    """
    calls = install("sap")

    document = enter([dict(SAP)], order(), New=[export_to("sap", RunAfterOrderIsSaved=True)])

    (step,) = document["steps"]
    assert "Success" == step["outcome"]
    assert step["deferred"] is True
    assert "accepted" == step["exports"][0]["state"]
    assert {"order": "R1"} == step["exports"][0]["remoteIds"]
    assert 1 == len(calls.exports)
    assert step["exports"][0]["id"] == document["order"]["history"][-1]["exportId"]
