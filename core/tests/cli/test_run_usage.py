"""
Tests of `orderferry run` with wrong usage, or an invalid order or configuration: nothing is sent.
"""

import pytest

from .conftest import Workplace, workflow_of


def test_one_bad_order_and_nothing_is_sent(workplace: Workplace) -> None:
    """
    One invalid order prevents all exports, and each fault is reported with file, line and path.
    """
    bad = workplace.write("bad.json", {"id": "B", "orderForm": {"lineItems": [{"quantity": True}]}})
    jsonl = workplace.write("lines.jsonl", '{"id": "C1"}\n{"id": 7}\n{\n')

    ran = workplace.call("run", "--status", "New", workplace.order(), bad.name, jsonl.name)

    assert 2 == ran.code
    assert [] == workplace.taken
    assert b"" == ran.out
    lines = ran.err.splitlines()
    assert lines[1].startswith("  bad.json: ")
    assert "$.orderForm.lineItems[0].quantity" in lines[1]
    assert ["  lines.jsonl:2: ", "  lines.jsonl:3: "] == [line[:17] for line in lines[2:]]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--status", "Lost"), "has no status 'Lost'"),
        (("--status", "New", "--shipment", "S9"), "no shipment 'S9'"),
    ],
)
def test_an_unknown_status_or_shipment_sends_nothing(
    workplace: Workplace, arguments: tuple[str, ...], message: str
) -> None:
    """
    An unknown status or shipment is exit code 2 before the first order is run.
    """
    ran = workplace.call("run", *arguments, workplace.order("A1"), workplace.order("A2"))

    assert 2 == ran.code
    assert [] == workplace.taken
    assert 2 == ran.err.count(message)


def test_an_unknown_order_type_sends_nothing(workplace: Workplace) -> None:
    """
    An unknown order type is exit code 2, and no other order is sent.
    """
    names = workplace.order("A1"), workplace.order("A2", orderType="Sea")

    ran = workplace.call("run", "--status", "New", *names)

    assert 2 == ran.code
    assert [] == workplace.taken
    assert "A2.json: order A2" in ran.err


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"not json", "B.json: "), (b"", "B.json: "), (b'{"id": "B", "x": NaN}', "B.json: ")],
)
def test_what_is_no_json_is_no_order(workplace: Workplace, content: bytes, message: str) -> None:
    """
    Invalid JSON is exit code 2, and the message names the file.
    """
    ran = workplace.call("run", "--status", "New", workplace.write("B.json", content).name)

    assert 2 == ran.code
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_file_is_wrong_usage(workplace: Workplace) -> None:
    """
    A missing file is exit code 2, and no order of another file is sent.
    """
    ran = workplace.call("run", "--status", "New", workplace.order(), "gone.json")

    assert 2 == ran.code
    assert [] == workplace.taken
    assert "gone.json" in ran.err


def test_every_fault_of_the_configuration_has_a_line(workplace: Workplace) -> None:
    """
    Each fault of the configuration has a line, and the exit code is 2.
    """
    name = workplace.order()
    workflow = workflow_of({"stopOnErorr": True}, {"connector": None}, {"stopOnError": "yes"})
    workplace.configure({}, workflow=workflow, text="orders = 1")

    ran = workplace.call("run", "--status", "New", name)

    faults = [line for line in ran.err.splitlines() if " @ " in line]
    assert 2 == ran.code
    assert [] == workplace.taken
    assert 4 == len(faults)
    assert "Traceback" not in ran.err


def test_without_a_configuration_it_says_how_to_get_one(workplace: Workplace) -> None:
    """
    The message for a missing configuration names the file and `orderferry init`.
    """
    ran = workplace.call("run", "--status", "New", "--config", "no.toml", workplace.order())

    assert 2 == ran.code
    assert "no.toml" in ran.err
    assert "orderferry init" in ran.err
