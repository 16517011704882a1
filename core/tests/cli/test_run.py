"""
Tests of `orderferry run`.
"""

import json
import os
import signal
from pathlib import Path

import pytest

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


def test_an_order_is_exported_and_told_of(workplace: Workplace) -> None:
    """
    The target receives the order, the table shows it, and the exit code is 0.
    """
    ran = workplace.call("run", "--status", "New", workplace.order())

    assert (0, ["A1"], "") == (ran.code, workplace.taken, ran.err)
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
    assert (RESULT_KEYS, STEP_KEYS, EXPORT_KEYS) == (list(result), list(step), list(export))
    assert ("A1", "New", "Success", "accepted", {"order": "R-A1"}) == (
        result["orderId"],
        result["order"]["status"],
        result["outcome"],
        export["state"],
        export["remoteIds"],
    )
    assert ("", 0) == (ran.err, ran.code)


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

    ran = workplace.call("run", "--status", "New", "--json", *names, given=b'{"id": "D1"}')

    wanted = ["A1", "B1", "B2", "C1", "C2", "D1", "A2"]
    assert (wanted, wanted) == (workplace.taken, [each["orderId"] for each in ran.json()])


def test_one_bad_order_and_nothing_is_sent(workplace: Workplace) -> None:
    """
    One invalid order prevents all exports, and each fault is reported with file, line and path.
    """
    bad = workplace.write("bad.json", {"id": "B", "orderForm": {"lineItems": [{"quantity": True}]}})
    lines = workplace.write("lines.jsonl", '{"id": "C1"}\n{"id": 7}\n{\n')

    ran = workplace.call("run", "--status", "New", workplace.order(), bad.name, lines.name)

    assert (2, [], b"") == (ran.code, workplace.taken, ran.out)
    found = ran.err.splitlines()
    assert found[1].startswith("  bad.json: ")
    assert "$.orderForm.lineItems[0].quantity" in found[1]
    assert ["  lines.jsonl:2: ", "  lines.jsonl:3: "] == [line[:17] for line in found[2:]]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--status", "Lost"), "has no status 'Lost'"),
        (("--status", "New", "--shipment", "S9"), "no shipment 'S9'"),
    ],
)
def test_a_place_that_is_not_there_sends_nothing(
    workplace: Workplace, arguments: tuple[str, ...], told: str
) -> None:
    """
    An unknown status or shipment is exit code 2 before the first order is run.
    """
    ran = workplace.call("run", *arguments, workplace.order("A1"), workplace.order("A2"))

    assert (2, []) == (ran.code, workplace.taken)
    assert 2 == ran.err.count(told)


def test_an_unknown_order_type_sends_nothing(workplace: Workplace) -> None:
    """
    An unknown order type is exit code 2, and no other order is sent.
    """
    names = workplace.order("A1"), workplace.order("A2", orderType="Sea")

    ran = workplace.call("run", "--status", "New", *names)

    assert (2, [], True) == (ran.code, workplace.taken, "A2.json: order A2" in ran.err)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"not json", "B.json: "), (b"", "B.json: "), (b'{"id": "B", "x": NaN}', "B.json: ")],
)
def test_what_is_no_json_is_no_order(workplace: Workplace, content: bytes, told: str) -> None:
    """
    Invalid JSON is exit code 2, and the message names the file.
    """
    ran = workplace.call("run", "--status", "New", workplace.write("B.json", content).name)

    assert (2, True, False) == (ran.code, told in ran.err, "Traceback" in ran.err)


def test_a_file_that_is_not_there_is_a_fault_of_usage(workplace: Workplace) -> None:
    """
    A missing file is exit code 2, and no order of another file is sent.
    """
    ran = workplace.call("run", "--status", "New", workplace.order(), "gone.json")

    assert (2, [], True) == (ran.code, workplace.taken, "gone.json" in ran.err)


def test_no_orders_are_no_fault(workplace: Workplace) -> None:
    """
    An empty list of orders gives an empty array and exit code 0.
    """
    ran = workplace.call("run", "--status", "New", "--json", "-", given=b"[]")

    assert (0, []) == (ran.code, ran.json())


def test_a_refusal_that_stops_ends_with_one(workplace: Workplace) -> None:
    """
    A rejection that stops the workflow is exit code 1, with each problem and the steps not run.
    """
    workplace.configure({"does": "reject"}, workflow=workflow_of({"stopOnError": True}, {}))

    ran = workplace.call("run", "--status", "New", workplace.order())

    assert 1 == ran.code
    assert "    RejectedError: the target said no" in ran.text.splitlines()
    assert "    - line 2, quantity '-1': is negative; take the line out" in ran.text.splitlines()
    assert "not run" in ran.text


def test_a_refusal_that_does_not_stop_is_a_warning(workplace: Workplace) -> None:
    """
    A rejection that does not stop the workflow is a warning with exit code 0.
    """
    workplace.configure({"does": "reject"})

    ran = workplace.call("run", "--status", "New", "--json", workplace.order())

    assert (0, "Warning", "rejected") == (
        ran.code,
        ran.json()[0]["outcome"],
        ran.json()[0]["steps"][0]["exports"][0]["state"],
    )


def test_the_status_of_a_failure_is_told(workplace: Workplace) -> None:
    """
    The result's `newStatus` is the status that the failure set.
    """
    workflow = workflow_of({"errorStatus": "Failed"}, Failed=[])
    workplace.configure({"does": "reject"}, workflow=workflow)
    name = workplace.order()

    (result,) = workplace.call("run", "--status", "New", "--json", name).json()

    assert ("Failed", "Failed") == (result["newStatus"], result["order"]["status"])
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
    assert ([0, 1], ["accepted", "rejected"]) == ([good.code, bad.code], states)


def test_a_test_run_sends_nothing(workplace: Workplace) -> None:
    """
    A test run is a skipped success that sends nothing.
    """
    ran = workplace.call("run", "--status", "New", "--test", "--json", workplace.order())

    (step,) = ran.json()[0]["steps"]
    assert (0, [], "Success", True) == (
        ran.code,
        workplace.taken,
        step["outcome"],
        step["skipped"],
    )


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

    outcomes = [(each["orderId"], each["outcome"]) for each in ran.json()]
    assert [("A1", "Success"), ("A1", "Error"), ("A2", "Success")] == outcomes
    assert (1, ["A1", "A2"]) == (ran.code, workplace.taken)
    error = ran.json()[1]["error"]
    assert ("ConflictError", True, []) == (
        error["type"],
        "version 1" in error["message"],
        error["problems"],
    )
    assert "ConflictError: " in workplace.call("run", "--status", "New", name).text


def test_the_keyboard_stops_it_and_what_was_done_is_told(workplace: Workplace) -> None:
    """
    An interruption is exit code 130, names the order in progress, and starts no other.
    """
    workplace.configure({"does": "wait"})
    fifo = Path(workplace.folder / "taken.fifo")
    os.mkfifo(fifo)
    names = [workplace.order(each) for each in ("A1", "WAIT", "A2")]

    arguments = ("run", "--status", "New", "--json", *names)

    with workplace.start(*arguments, program=("-c", INTERRUPTIBLE)) as process:
        assert "here" == fifo.read_text()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert (130, ["A1"]) == (process.returncode, workplace.taken)
    assert ["A1"] == [each["orderId"] for each in json.loads(out)]
    assert "1 of 3 orders were run" in err.decode()
    assert "Order WAIT was in progress" in err.decode()
    assert "Traceback" not in err.decode()


def test_every_fault_of_the_configuration_has_a_line(workplace: Workplace) -> None:
    """
    Each fault of the configuration has a line, and the exit code is 2.
    """
    name = workplace.order()
    workflow = workflow_of({"stopOnErorr": True}, {"connector": None}, {"stopOnError": "yes"})
    workplace.configure({}, workflow=workflow, text="orders = 1")

    ran = workplace.call("run", "--status", "New", name)

    faults = [line for line in ran.err.splitlines() if " @ " in line]
    assert (2, [], 4, False) == (ran.code, workplace.taken, len(faults), "Traceback" in ran.err)


def test_without_a_configuration_it_says_how_to_get_one(workplace: Workplace) -> None:
    """
    The message for a missing configuration names the file and `orderferry init`.
    """
    ran = workplace.call("run", "--status", "New", "--config", "no.toml", workplace.order())

    assert (2, True, True) == (ran.code, "no.toml" in ran.err, "orderferry init" in ran.err)


def test_a_pipe_gets_plain_text_in_any_encoding(workplace: Workplace) -> None:
    """
    A pipe gets no colours, and characters that its encoding lacks are escaped.
    """
    ran = workplace.run(
        *("run", "--status", "New", workplace.order("Ørder")),
        FORCE_COLOR="1",
        PYTHONIOENCODING="ascii",
    )

    assert (0, ["Ørder"], "") == (ran.code, workplace.taken, ran.err)
    assert rb"\xd8rder" in ran.out
    assert b"\x1b" not in ran.out


def test_the_log_goes_to_standard_error(workplace: Workplace) -> None:
    """
    The option -v logs to standard error, and standard output is only JSON.
    """
    ran = workplace.call("run", "-v", "--status", "New", "--json", workplace.order())

    assert (1, 0) == (len(ran.json()), ran.code)
    assert "INFO orderferry.connectors.acme asked" in ran.err
