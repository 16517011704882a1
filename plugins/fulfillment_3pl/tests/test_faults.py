"""
What each failure of the server leads to, and what the partner saw of it.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from orderferry import Absent, ExportResult, Found
from orderferry.connectors import MemoryState
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import ExporterOf, OrderOf, exported, found
from .faulty import Fault, FaultyWarehouse, Way

CASES = [
    ("open", Way.CUT_BEFORE, TransientError),
    ("open", Way.CUT_AFTER, TransientError),
    ("open", Way.DENY, AuthenticationError),
    ("open", Way.FAIL, TransientError),
    ("open", Way.STALL, TransientError),
    ("write", Way.CUT_BEFORE, TransientError),
    ("write", Way.CUT_AFTER, TransientError),
    ("write", Way.FAIL, TransientError),
    ("write", Way.STALL, TransientError),
    ("close", Way.CUT_BEFORE, TransientError),
    ("stat", Way.CUT_AFTER, TransientError),
    ("posix_rename", Way.CUT_BEFORE, UnknownOutcomeError),
    ("posix_rename", Way.CUT_AFTER, UnknownOutcomeError),
    ("posix_rename", Way.STALL, UnknownOutcomeError),
    ("posix_rename", Way.DENY, AuthenticationError),
    ("posix_rename", Way.FAIL, TransientError),
]


@pytest.mark.parametrize(("operation", "way", "kind"), CASES)
def test_a_failure_has_its_type_and_the_next_attempt_mends_it(
    exporter_of: ExporterOf,
    order_of: OrderOf,
    operation: str,
    way: Way,
    kind: type[ExportError],
) -> None:
    """
    Whatever failed and however: after another attempt the partner has the order exactly once,
    and no temporary file is left.
    """
    warehouse = FaultyWarehouse(operation, way)
    warehouse.start()
    try:
        exporter = exporter_of(warehouse, timeout_seconds=0.5)

        with pytest.raises(ExportError) as raised:
            exported(exporter, order_of())

        assert kind is type(raised.value)
        taken = way is Way.CUT_AFTER and operation == "posix_rename"
        assert (1 if taken else 0) == len(warehouse.received())
        warehouse.fault = None
        asked = found(exporter, order_of())
        assert (Found if taken else Absent) is type(asked)
        if not taken:
            exported(exporter, order_of(), attempt=2)
        (received,) = warehouse.received()
        assert [received.remote_id] == warehouse.names("/inbound")
        assert b"000000001" == received.content[90:99]
    finally:
        warehouse.stop()


def test_a_server_without_posix_rename_is_served_too(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    By the plain rename of the protocol's third version.
    """
    warehouse = FaultyWarehouse("posix_rename", Way.UNSUPPORTED)
    warehouse.start()
    try:
        assert isinstance(exported(exporter_of(warehouse), order_of()), ExportResult)
        assert 1 == len(warehouse.received())
    finally:
        warehouse.stop()


def test_parts_that_were_put_before_a_failure_are_kept(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The error has their results, and the next attempt puts only the others.
    """
    warehouse = FaultyWarehouse("posix_rename", Way.CUT_AFTER)
    warehouse.fault = None
    warehouse.start()
    try:
        state = MemoryState()
        order = order_of("S1", "S2")
        exporter = exporter_of(warehouse, state)
        exported(exporter, order, shipment="S1")
        # The whole order, under the same key: its first part is there already.
        warehouse.fault = Fault("open", Way.FAIL)

        with pytest.raises(TransientError) as raised:
            exported(exporter, order)

        assert ["S1"] == [each.shipment_id for each in raised.value.accepted]
        warehouse.fault = None
        results = exported(exporter, order, attempt=2)
        assert isinstance(results, tuple)
        assert ["S1", "S2"] == [each.shipment_id for each in results]
        assert ["S1", "S2"] == [each.shipment_id for each in warehouse.received()]
    finally:
        warehouse.stop()


def test_a_refused_connection_is_transient(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    It names server and port.
    """
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

        with pytest.raises(TransientError, match=f"connect to 127.0.0.1:{port}"):
            exported(exporter_of(simulator, port=port), order_of())


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100])
def test_something_else_on_the_port_is_transient_within_the_deadline(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf, greeting: bytes
) -> None:
    """
    A server that never answers, and one that speaks another protocol.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        exporter = exporter_of(simulator, port=listener.getsockname()[1])

        def greet() -> socket.socket:
            connection, _ = listener.accept()
            connection.sendall(greeting)
            return connection

        greeted = pool.submit(greet)
        began = monotonic()
        with pytest.raises(TransientError):
            exported(exporter, order_of(), seconds=0.4)
        assert monotonic() - began < 2
        greeted.result().close()


def test_no_time_left_sends_nothing(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    It is said before a connection is made.
    """
    with pytest.raises(TransientError, match="no time left"):
        exported(exporter_of(simulator), order_of(), seconds=0)

    assert [] == simulator.received()


def test_connections_that_are_all_busy_are_waited_for_until_the_deadline(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    No more than the settings allow are opened.
    """
    warehouse = FaultyWarehouse("posix_rename", Way.STALL)
    warehouse.start()
    try:
        exporter = exporter_of(warehouse, max_connections=1)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(exported, exporter, order_of(), seconds=1.0)
            assert warehouse.met.wait(10)

            with pytest.raises(TransientError, match="all 1 connections to"):
                exported(exporter, order_of(), key="second", seconds=0.1)

            assert isinstance(first.exception(), UnknownOutcomeError)
    finally:
        warehouse.stop()


@pytest.mark.parametrize("setting", ["folder", "archive_folders"])
def test_a_folder_that_is_not_there_is_the_configurations_fault(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf, setting: str
) -> None:
    """
    Exporting pauses, and no order is blamed; nothing is called absent.
    """
    changes = {setting: "/nowhere" if setting == "folder" else ["/nowhere"]}
    exporter = exporter_of(simulator, **changes)

    if setting == "folder":
        with pytest.raises(AuthenticationError, match="see the setting folder"):
            exported(exporter, order_of())
    asked = found(exporter, order_of(), key="other")

    assert "No such file" in getattr(asked, "reason", "")


def test_state_that_cannot_be_written_is_transient(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Without a control number nothing is sent.
    """
    state = MemoryState({"interchange": "no number"})

    with pytest.raises(TransientError, match="no control number"):
        exported(exporter_of(simulator, state), order_of())

    assert [] == simulator.received()
