"""
Tests of `orderferry.cli._rows`.
"""

from orderferry.cli._rows import rows_of


def export(**changes):
    """
    An export as `run --json` has it.
    """
    return {
        "id": "e1",
        "connector": "acme",
        "connectorId": "default",
        "shipmentId": None,
        "state": "accepted",
        "reason": None,
        "remoteIds": {"order": "4711"},
        "attempts": 1,
        "error": None,
    } | changes


def step(**changes):
    """
    A step as `run --json` has it.
    """
    return {
        "name": "ExportOrder",
        "outcome": "Success",
        "skipped": False,
        "reason": None,
        "message": "created",
        "durationMs": 3,
        "deferred": False,
        "exports": [export()],
    } | changes


def result(**changes):
    """
    An order's result as `run --json` has it.
    """
    return {
        "orderId": "A1",
        "status": "New",
        "newStatus": None,
        "outcome": "Success",
        "cancelled": False,
        "steps": [step()],
        "unrun": [],
        "followed": [],
        "order": {},
    } | changes


REFUSAL = {
    "type": "InvalidOrderError",
    "message": "cannot be sent",
    "problems": [
        {"lineItemId": "2", "field": "quantity", "value": "-1", "cause": "negative", "remedy": "fix"}
    ],
}


def test_an_accepted_export_is_one_row():
    """
    Order, step, outcome, connector, state, remote ids, and the message under it.
    """
    (row,) = rows_of([result()])

    assert ("A1", "ExportOrder", "Success", "acme/default", "accepted", "order 4711") == row.cells
    assert ("created",) == row.notes


def test_a_refusal_names_each_problem():
    """
    The error's type and message come first, then line, field, value, cause and remedy.
    """
    refused = export(state="rejected", remoteIds={}, error=REFUSAL)
    (row,) = rows_of(
        [result(outcome="Error", steps=[step(outcome="Error", exports=[refused])])]
    )

    assert (
        "InvalidOrderError: cannot be sent",
        "- line 2, quantity '-1': negative; fix",
    ) == row.notes


def test_each_export_of_a_step_is_a_row():
    """
    One failing does not hide the other, and a shipment is named.
    """
    exports = [export(shipmentId="S1"), export(connector="other", state="dead", error=REFUSAL)]
    rows = rows_of([result(steps=[step(outcome="Warning", exports=exports)])])

    assert ["acme/default/S1", "other/default"] == [row.connector for row in rows]
    assert [0, 2] == [len(row.notes) for row in rows]


def test_a_step_left_out_says_why():
    """
    A skipped step has its reason under it.
    """
    (row,) = rows_of(
        [result(steps=[step(skipped=True, reason="test mode", message="", exports=[])])]
    )

    assert ("skipped", ("test mode",)) == (row.state, row.notes)


def test_a_cancelled_workflow_lists_what_it_left_unrun():
    """
    Steps that were not reached are rows too, and so is the status that was set.
    """
    rows = rows_of([result(unrun=["ExportPayments"], newStatus="ExportFailed")])

    assert [("ExportPayments", "not run")] == [(rows[1].step, rows[1].outcome)]
    assert ("the order's status is now ExportFailed",) == rows[2].notes


def test_what_the_new_status_ran_follows():
    """
    The run of the error status stands after the run that led to it.
    """
    followed = result(status="ExportFailed", steps=[step(name="Alert", exports=[])])
    rows = rows_of([result(newStatus="ExportFailed", followed=[followed])])

    assert "Alert" == rows[-1].step


def test_a_status_without_steps_says_so():
    """
    Success with nothing done is not an empty table.
    """
    (row,) = rows_of([result(steps=[])])

    assert ("status New has no steps",) == row.notes


def test_an_order_that_could_not_be_run_shows_its_error():
    """
    A conflict has no steps, only the error.
    """
    error = {"type": "ConflictError", "message": "order A1 is under way", "problems": []}
    (row,) = rows_of([result(outcome="Error", steps=[], error=error)])

    assert ("Error", ("ConflictError: order A1 is under way",)) == (row.outcome, row.notes)


def test_an_export_that_is_deferred_says_so():
    """
    Success alone would look as if the target had answered.
    """
    deferred = step(deferred=True, message="", exports=[export(state="queued", remoteIds={})])
    (row,) = rows_of([result(steps=[deferred])])

    assert ("queued", ("runs after the order is saved",)) == (row.state, row.notes)
