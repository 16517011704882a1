"""
Tests of `orderferry.cli._results`.
"""

from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from orderferry.cli._results import Row, failed_row, result_rows, table_lines
from orderferry.connectors import ExportResult, ExportState, Properties
from orderferry.errors import ConflictError, ExporterNotFoundError, Problem
from orderferry.exports import Export, ExportKey, Failure, Operation, Origin
from orderferry.orders import Order
from orderferry.steps import Outcome
from orderferry.workflow import StepReport, TransitionResult

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORDER = Order(id="A1")
CREATED = ExportResult(remote_ids={"order": "4711"}, message="created")
REFUSAL = Failure(
    type="InvalidOrderError",
    message="cannot be sent",
    problems=(
        Problem(line_item_id="2", field="quantity", value="-1", cause="negative", remedy="fix"),
    ),
)


def export(
    state: ExportState = ExportState.ACCEPTED,
    *results: ExportResult,
    connector: str = "acme",
    shipment_id: str | None = None,
    failure: Failure | None = None,
    reason: str | None = None,
) -> Export:
    """
    An export of the order A1.
    """
    key = ExportKey(
        order_id="A1",
        shipment_id=shipment_id,
        connector=connector,
        connector_id="default",
        operation=Operation.EXPORT_ORDER,
        status="New",
        version="1",
    )
    return Export(
        key=key,
        order=ORDER,
        properties=Properties(),
        origin=Origin(step="ExportOrder"),
        created=NOW,
        changed=NOW,
        state=state,
        results=results,
        failure=failure,
        reason=reason,
    )


def step(
    *exports: Export, outcome: Outcome | None = Outcome.SUCCESS, **fields: object
) -> StepReport:
    """
    A step of a run.
    """
    further: dict[str, Any] = fields
    return StepReport(name="ExportOrder", outcome=outcome, exports=exports, **further)


def rows(*steps: StepReport, **fields: object) -> list[Row]:
    """
    The rows of a run of these steps.
    """
    further: dict[str, Any] = fields
    result = TransitionResult(order=ORDER, run="r", status="New", steps=steps, **further)
    return list(result_rows(result))


def test_an_accepted_export_is_one_row() -> None:
    """
    The row contains the export, and the notes below it the target's ids and message.
    """
    (row,) = rows(step(export(ExportState.ACCEPTED, CREATED)))

    assert ("A1", "ExportOrder", "Success", "acme/default", "accepted") == row.cells
    assert ("order 4711; created",) == row.notes


def test_a_rejection_names_each_problem() -> None:
    """
    The error's type and message come first, then a line per problem.
    """
    (row,) = rows(
        step(export(ExportState.REJECTED, failure=REFUSAL), outcome=Outcome.ERROR),
        outcome=Outcome.ERROR,
    )

    assert (
        "InvalidOrderError: cannot be sent",
        "- line 2, quantity '-1': negative; fix",
    ) == row.notes


def test_a_message_that_repeats_the_problems_is_cut() -> None:
    """
    A message does not repeat the problems that are listed below it.
    """
    message = f"order A1 cannot be sent: {REFUSAL.problems[0]}"
    failure = evolve(REFUSAL, message=message)
    (row,) = rows(step(export(ExportState.REJECTED, failure=failure), outcome=Outcome.ERROR))

    assert (
        "InvalidOrderError: order A1 cannot be sent",
        "- line 2, quantity '-1': negative; fix",
    ) == row.notes


def test_each_export_of_a_step_is_a_row() -> None:
    """
    Each export of a step has a row, with its shipment and its own notes.
    """
    table = rows(
        step(
            export(ExportState.ACCEPTED, CREATED, shipment_id="S1"),
            export(ExportState.DEAD, connector="other", failure=REFUSAL),
            outcome=Outcome.WARNING,
        )
    )

    assert ["acme/default/S1", "other/default"] == [row.connector for row in table]
    assert [1, 2] == [len(row.notes) for row in table]


def test_the_parts_of_a_split_order_are_distinguished() -> None:
    """
    The message of each part names its shipment.
    """
    parts = (
        ExportResult(remote_ids={"order": "1"}, message="saved", shipment_id="S1"),
        ExportResult(remote_ids={"order": "2"}, message="saved", shipment_id="S2"),
    )
    (row,) = rows(step(export(ExportState.ACCEPTED, *parts)))

    assert ("shipment S1: order 1; saved", "shipment S2: order 2; saved") == row.notes


def test_a_connector_that_was_not_found_is_a_row() -> None:
    """
    A connector that was not found is a row with the reason.
    """
    error = ExporterNotFoundError(
        "no connector acme is configured", connector="acme", reason="not configured"
    )
    (row,) = rows(step(outcome=Outcome.ERROR, not_found=(error,)))

    assert "acme" == row.connector
    assert "not found" == row.state
    assert ("ExporterNotFoundError: no connector acme is configured",) == row.notes


def test_a_step_left_out_says_why() -> None:
    """
    A skipped step has no outcome, and its reason is below the row.
    """
    (row,) = rows(step(outcome=None, skipped=True, reason="not active"))

    assert "-" == row.outcome
    assert "skipped" == row.state
    assert ("not active",) == row.notes


def test_a_cancelled_workflow_lists_what_it_left_unrun() -> None:
    """
    Steps that were not run are rows, and so is the new status.
    """
    table = rows(unrun=("ExportPayments",), new_status="ExportFailed")

    assert "ExportPayments" == table[0].step
    assert "not run" == table[0].outcome
    assert ("status set to ExportFailed",) == table[1].notes


def test_what_the_new_status_ran_follows() -> None:
    """
    The run of the error status follows the run that caused it.
    """
    followed = TransitionResult(
        order=ORDER, run="r", status="ExportFailed", steps=(StepReport(name="Alert"),)
    )
    table = rows(step(), new_status="ExportFailed", followed=(followed,))

    assert ["ExportOrder", "", "Alert"] == [row.step for row in table]


def test_a_status_without_steps_says_so() -> None:
    """
    A status without steps is a row that says so.
    """
    (row,) = rows()

    assert "Success" == row.outcome
    assert ("status New has no steps",) == row.notes


def test_an_order_that_could_not_be_run_shows_its_error() -> None:
    """
    An order whose run did not start is a row with the error.
    """
    row = failed_row("A1", ConflictError("order A1 is under way"))

    assert "Error" == row.outcome
    assert ("ConflictError: order A1 is under way",) == row.notes


def test_an_order_is_named_once_over_its_rows() -> None:
    """
    Only the first row of an order contains its id.
    """
    table = [
        Row(order="A1", step="One"),
        Row(order="A1", step="Two"),
        Row(order="A1", notes=("status set to Failed",)),
        Row(order="A2", step="One"),
    ]

    assert ["A1", "", "", "A2"] == [line.cells[0] for line in table_lines(table)]


def test_a_targets_message_stays_on_its_line() -> None:
    """
    Control characters in a target's message are escaped.
    """
    answer = ExportResult(message="ok\x1b[1A\nhidden")
    (row,) = rows(step(export(ExportState.ACCEPTED, answer)))

    assert (r"ok\x1b[1A hidden",) == row.notes
