"""
The error for each failure of the server, and what the partner has received by then.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from orderferry import Absent, CannotTell, Found
from orderferry.connectors import MemoryState
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.testing.harness import run_simulator
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance, MakeOrder
from .faulty import Failure, Fault, FaultyWarehouse

CASES = [
    ("open", Failure.CUT_BEFORE, TransientError),
    ("open", Failure.CUT_AFTER, TransientError),
    ("open", Failure.DENY, AuthenticationError),
    ("open", Failure.FAIL, TransientError),
    ("open", Failure.STALL, TransientError),
    ("write", Failure.CUT_BEFORE, TransientError),
    ("write", Failure.CUT_AFTER, TransientError),
    ("write", Failure.FAIL, TransientError),
    ("write", Failure.STALL, TransientError),
    ("close", Failure.CUT_BEFORE, TransientError),
    ("stat", Failure.CUT_AFTER, TransientError),
    ("posix_rename", Failure.CUT_BEFORE, UnknownOutcomeError),
    ("posix_rename", Failure.CUT_AFTER, UnknownOutcomeError),
    ("posix_rename", Failure.STALL, UnknownOutcomeError),
    ("posix_rename", Failure.DENY, AuthenticationError),
    ("posix_rename", Failure.FAIL, TransientError),
]


@pytest.mark.parametrize(("operation", "failure", "kind"), CASES)
def test_a_failure_has_its_error_and_the_next_attempt_succeeds(
    load_instance: LoadInstance,
    make_order: MakeOrder,
    operation: str,
    failure: Failure,
    kind: type[ExportError],
) -> None:
    """
    After the next attempt, the partner has the order exactly once and no temporary file is left.
    """
    with run_simulator(FaultyWarehouse(operation, failure)) as warehouse:
        instance = load_instance(warehouse, timeout_seconds=0.5)

        with pytest.raises(ExportError) as raised:
            instance.export_order(make_order())

        assert kind is type(raised.value)
        is_received = failure is Failure.CUT_AFTER and operation == "posix_rename"
        assert (1 if is_received else 0) == len(warehouse.received())
        warehouse.fault = None
        answer = instance.find_export(make_order())
        assert (Found if is_received else Absent) is type(answer)
        if not is_received:
            instance.export_order(make_order(), attempt=2)
        (received,) = warehouse.received()
        assert [received.remote_id] == warehouse.names("/inbound")
        assert b"000000001" == received.content[90:99]


def test_a_server_without_posix_rename_is_supported(
    load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The file is renamed with the plain rename of the protocol's version 3.
    """
    with run_simulator(FaultyWarehouse("posix_rename", Failure.UNSUPPORTED)) as warehouse:
        assert 1 == len(load_instance(warehouse).export_order(make_order()))
        assert 1 == len(warehouse.received())


def test_files_uploaded_before_a_failure_are_not_uploaded_again(
    load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The error has the results of the uploaded files, and the next attempt uploads the others.
    """
    warehouse = FaultyWarehouse("posix_rename", Failure.CUT_AFTER)
    warehouse.fault = None
    with run_simulator(warehouse):
        order = make_order("S1", "S2")
        instance = load_instance(warehouse, MemoryState())
        instance.export_order(order, order.shipment("S1"))
        # The whole order has the same key, so its first file is uploaded already.
        warehouse.fault = Fault("open", Failure.FAIL)

        with pytest.raises(TransientError) as raised:
            instance.export_order(order)

        assert ["S1"] == [result.shipment_id for result in raised.value.accepted]
        warehouse.fault = None
        results = instance.export_order(order, attempt=2)
        assert ["S1", "S2"] == [result.shipment_id for result in results]
        assert ["S1", "S2"] == [received.shipment_id for received in warehouse.received()]


def test_a_refused_connection_is_transient(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The error names the server and the port.
    """
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

        with pytest.raises(TransientError, match=f"connect to 127.0.0.1:{port}"):
            load_instance(simulator, port=port).export_order(make_order())


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100])
def test_another_protocol_on_the_port_is_transient_within_the_deadline(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder, greeting: bytes
) -> None:
    """
    A server that does not respond, or speaks another protocol, raises the error in time.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        instance = load_instance(simulator, port=listener.getsockname()[1])

        def greet() -> socket.socket:
            connection, _ = listener.accept()
            connection.sendall(greeting)
            return connection

        connection = pool.submit(greet)
        start = monotonic()
        with pytest.raises(TransientError):
            instance.export_order(make_order(), seconds=0.4)
        assert monotonic() - start < 2
        connection.result().close()


def test_nothing_is_sent_after_the_deadline(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    An export without time left raises an error before it connects.
    """
    with pytest.raises(TransientError, match="no time left"):
        load_instance(simulator).export_order(make_order(), seconds=0)

    assert [] == simulator.received()


def test_an_export_waits_for_a_connection_until_its_deadline(
    load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    An instance never opens more connections at once than its settings allow.
    """
    with run_simulator(FaultyWarehouse("posix_rename", Failure.STALL)) as warehouse:
        instance = load_instance(warehouse, max_connections=1)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(instance.export_order, make_order(), seconds=1.0)
            assert warehouse.reached.wait(10)

            with pytest.raises(TransientError, match="all 1 connections to"):
                instance.export_order(make_order(), key="second", seconds=0.1)

            assert isinstance(first.exception(), UnknownOutcomeError)


@pytest.mark.parametrize("setting", ["folder", "archive_folders"])
def test_a_missing_folder_is_a_fault_of_the_configuration(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder, setting: str
) -> None:
    """
    A missing folder is an authentication error, and no export is reported as absent.
    """
    changes = {setting: "/nowhere" if setting == "folder" else ["/nowhere"]}
    instance = load_instance(simulator, **changes)

    if setting == "folder":
        with pytest.raises(AuthenticationError, match="check the setting folder"):
            instance.export_order(make_order())
    answer = instance.find_export(make_order(), key="another")

    assert isinstance(answer, CannotTell)
    assert "No such file" in answer.reason


def test_unreadable_state_is_transient(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    Nothing is sent if no control number can be assigned.
    """
    state = MemoryState({"interchange": "no number"})

    with pytest.raises(TransientError, match="cannot assign a control number"):
        load_instance(simulator, state).export_order(make_order())

    assert [] == simulator.received()
