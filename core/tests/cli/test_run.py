"""
Tests of `orderferry run`.
"""

import json
import os
import signal
from pathlib import Path

from .conftest import Workplace, workflow_of

EXPORT_KEYS = (
    "id connector connectorId shipmentId state reason remoteIds attempts error".split()  # noqa: SIM905
)
STEP_KEYS = "name outcome skipped reason message durationMs deferred exports".split()  # noqa: SIM905
RESULT_KEYS = (
    "orderId status newStatus outcome cancelled steps unrun followed order".split()  # noqa: SIM905
)


INTERRUPTIBLE = """
import signal
from orderferry.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
"""A process that a shell started in the background ignores SIGINT, and so would its children."""


def test_an_order_is_exported_and_reported(workplace: Workplace) -> None:
    """
    The target receives the order, the table shows it, and the exit code is 0.
    """
    ran = workplace.call("run", "--status", "New", workplace.order())

    assert 0 == ran.code
    assert ["A1"] == workplace.taken
    assert "" == ran.err
    assert ["A1", "ExportOrder", "Success", "acme/default", "accepted"] == (
        ran.text.splitlines()[2].split()
    )
    assert "    order R-A1; created" == ran.text.splitlines()[3]


def test_json_has_an_object_an_order(workplace: Workplace) -> None:
    """
    Each result has all documented names, and standard output is only JSON.
    """
    ran = workplace.call("run", "--status", "New", "--json", workplace.order())

    (result,) = ran.json()
    (step,) = result["steps"]
    (export,) = step["exports"]
    assert RESULT_KEYS == list(result)
    assert STEP_KEYS == list(step)
    assert EXPORT_KEYS == list(export)
    assert "A1" == result["orderId"]
    assert "New" == result["order"]["status"]
    assert "Success" == result["outcome"]
    assert "accepted" == export["state"]
    assert {"order": "R-A1"} == export["remoteIds"]
    assert "" == ran.err
    assert 0 == ran.code


def test_amounts_come_back_exactly_as_they_went_in(workplace: Workplace) -> None:
    """
    A number that no float can represent is unchanged in the JSON.
    """
    text = '{"id": "A1", "orderForm": {"total": 12345678901234567890.120}}'
    path = workplace.write("A1.json", text)

    ran = workplace.call("run", "--status", "New", "--json", path.name)

    assert b"12345678901234567890.120" in ran.out


def test_orders_are_run_in_input_order(workplace: Workplace) -> None:
    """
    Orders of files, lists, lines and standard input are run in the order of the input.
    """
    names = (
        workplace.order("A1"),
        workplace.write("list.json", [{"id": "B1"}, {"id": "B2"}]).name,
        workplace.write("lines.jsonl", '{"id": "C1"}\n\n{"id": "C2"}\n').name,
        "-",
        workplace.order("A2"),
    )

    ran = workplace.call("run", "--status", "New", "--json", *names, stdin=b'{"id": "D1"}')

    order_ids = ["A1", "B1", "B2", "C1", "C2", "D1", "A2"]
    assert order_ids == workplace.taken
    assert order_ids == [result["orderId"] for result in ran.json()]


def test_an_empty_list_of_orders_is_no_error(workplace: Workplace) -> None:
    """
    An empty list of orders gives an empty array and exit code 0.
    """
    ran = workplace.call("run", "--status", "New", "--json", "-", stdin=b"[]")

    assert 0 == ran.code
    assert [] == ran.json()


def test_a_rejection_that_stops_is_exit_code_1(workplace: Workplace) -> None:
    """
    A rejection that stops the workflow is exit code 1, with each problem and the steps not run.
    """
    workplace.configure({"does": "reject"}, workflow=workflow_of({"stopOnError": True}, {}))

    ran = workplace.call("run", "--status", "New", workplace.order())

    assert 1 == ran.code
    assert "    RejectedError: the target said no" in ran.text.splitlines()
    assert "    - line 2, quantity '-1': is negative; take the line out" in ran.text.splitlines()
    assert "not run" in ran.text


def test_a_rejection_that_does_not_stop_is_a_warning(workplace: Workplace) -> None:
    """
    A rejection that does not stop the workflow is a warning with exit code 0.
    """
    workplace.configure({"does": "reject"})

    ran = workplace.call("run", "--status", "New", "--json", workplace.order())

    assert 0 == ran.code
    assert "Warning" == ran.json()[0]["outcome"]
    assert "rejected" == ran.json()[0]["steps"][0]["exports"][0]["state"]


def test_the_status_of_a_failure_is_reported(workplace: Workplace) -> None:
    """
    The result's `newStatus` is the status that the failure set.
    """
    workflow = workflow_of({"errorStatus": "Failed"}, Failed=[])
    workplace.configure({"does": "reject"}, workflow=workflow)
    name = workplace.order()

    (result,) = workplace.call("run", "--status", "New", "--json", name).json()

    assert "Failed" == result["newStatus"]
    assert "Failed" == result["order"]["status"]
    assert "status set to Failed" in workplace.call("run", "--status", "New", name).text


def test_an_export_after_the_save_is_waited_for(workplace: Workplace) -> None:
    """
    The command waits for a deferred export, whose state decides the exit code.
    """
    workflow = workflow_of({"runAfterOrderIsSaved": True})

    workplace.configure({}, workflow=workflow)
    good = workplace.call("run", "--status", "New", "--json", workplace.order("A1"))
    workplace.configure({"does": "reject"}, workflow=workflow)
    bad = workplace.call("run", "--status", "New", "--json", workplace.order("A2"))

    states = [ran.json()[0]["steps"][0]["exports"][0]["state"] for ran in (good, bad)]
    assert [0, 1] == [good.code, bad.code]
    assert ["accepted", "rejected"] == states


def test_a_test_run_sends_nothing(workplace: Workplace) -> None:
    """
    A test run is a skipped success that sends nothing.
    """
    ran = workplace.call("run", "--status", "New", "--test", "--json", workplace.order())

    (step,) = ran.json()[0]["steps"]
    assert 0 == ran.code
    assert [] == workplace.taken
    assert "Success" == step["outcome"]
    assert step["skipped"] is True


def test_a_conflict_is_one_orders_own(workplace: Workplace) -> None:
    """
    A conflict is an error of one order, and the others are run.
    """
    orders = [
        {"id": "A1", "versionId": 1, "customerName": "one"},
        {"id": "A1", "versionId": 1, "customerName": "two"},
        {"id": "A2"},
    ]
    name = workplace.write("orders.json", orders).name

    ran = workplace.call("run", "--status", "New", "--json", name)

    outcomes = [(result["orderId"], result["outcome"]) for result in ran.json()]
    assert [("A1", "Success"), ("A1", "Error"), ("A2", "Success")] == outcomes
    assert 1 == ran.code
    assert ["A1", "A2"] == workplace.taken
    error = ran.json()[1]["error"]
    assert "ConflictError" == error["type"]
    assert "version 1" in error["message"]
    assert [] == error["problems"]
    assert "ConflictError: " in workplace.call("run", "--status", "New", name).text


def test_an_interruption_reports_what_was_run(workplace: Workplace) -> None:
    """
    An interruption is exit code 130, names the order in progress, and starts no other.
    """
    workplace.configure({"does": "wait"})
    fifo = Path(workplace.folder / "taken.fifo")
    os.mkfifo(fifo)
    names = [workplace.order(order_id) for order_id in ("A1", "WAIT", "A2")]

    arguments = ("run", "--status", "New", "--json", *names)

    with workplace.start(*arguments, program=("-c", INTERRUPTIBLE)) as process:
        assert "here" == fifo.read_text()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert 130 == process.returncode
    assert ["A1"] == workplace.taken
    assert ["A1"] == [result["orderId"] for result in json.loads(out)]
    assert "1 of 3 orders were run" in err.decode()
    assert "Order WAIT was in progress" in err.decode()
    assert "Traceback" not in err.decode()


def test_a_pipe_gets_plain_text_in_any_encoding(workplace: Workplace) -> None:
    """
    A pipe gets no colours, and characters that its encoding lacks are escaped.
    """
    ran = workplace.run(
        *("run", "--status", "New", workplace.order("Ørder")),
        FORCE_COLOR="1",
        PYTHONIOENCODING="ascii",
    )

    assert 0 == ran.code
    assert ["Ørder"] == workplace.taken
    assert "" == ran.err
    assert rb"\xd8rder" in ran.out
    assert b"\x1b" not in ran.out


def test_the_log_goes_to_standard_error(workplace: Workplace) -> None:
    """
    The option -v logs to standard error, and standard output is only JSON.
    """
    ran = workplace.call("run", "-v", "--status", "New", "--json", workplace.order())

    assert 1 == len(ran.json())
    assert 0 == ran.code
    assert "INFO orderferry.connectors.acme asked" in ran.err
