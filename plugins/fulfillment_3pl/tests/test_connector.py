"""
The connector against a warehouse on a real socket, called as the core calls it.
"""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from orderferry import Document, ExportResult, Properties
from orderferry.connectors import Exporter, MemoryState
from orderferry.errors import InvalidOrderError
from orderferry.orders import Order
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import ExporterOf, OrderOf, exported


def test_an_order_arrives_as_one_file(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Under its last name only, and the result names what the partner has.
    """
    result = exported(exporter_of(simulator), order_of())

    assert isinstance(result, ExportResult)
    (received,) = simulator.received()
    assert ("WEB-1", None) == (received.order_id, received.shipment_id)
    assert {"order": "WEB-1", "file": received.remote_id, "interchange": "000000001"} == dict(
        result.remote_ids
    )
    assert [received.remote_id] == simulator.names("/inbound")
    assert received.remote_id in result.message


def test_the_only_shipment_is_taken_where_none_is_given(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    One document, and it says which shipment.
    """
    result = exported(exporter_of(simulator), order_of("S1"))

    assert isinstance(result, ExportResult)
    assert "S1" == result.shipment_id
    assert [("WEB-1", "S1")] == [(r.order_id, r.shipment_id) for r in simulator.received()]


def test_several_shipments_are_a_document_each(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A split result, in the order of the shipments.
    """
    results = exported(exporter_of(simulator), order_of("S1", "S2", "S3"))

    assert isinstance(results, tuple)
    assert ["S1", "S2", "S3"] == [each.shipment_id for each in results]
    assert [each.remote_ids["file"] for each in results] == [
        each.remote_id for each in simulator.received()
    ]


def test_a_given_shipment_goes_alone(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The others stay.
    """
    exported(exporter_of(simulator), order_of("S1", "S2"), shipment="S2")

    assert ["S2"] == [each.shipment_id for each in simulator.received()]


def test_an_order_that_does_not_fit_sends_nothing_and_uses_no_number(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Of three shipments, one is wrong: none is sent.
    """
    state = MemoryState()
    exporter = exporter_of(simulator, state)

    with pytest.raises(InvalidOrderError):
        exported(exporter, order_of("S1", "S*2", "S3"))

    assert ([], None) == (simulator.received(), state.get("interchange"))


def test_a_repeat_of_one_export_is_the_same_file(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    And another export of the order is another one.
    """
    exporter = exporter_of(simulator)

    first = exported(exporter, order_of())
    again = exported(exporter, order_of(), attempt=2)
    other = exported(exporter, order_of(), key="another")

    assert isinstance(first, ExportResult)
    assert isinstance(other, ExportResult)
    assert first == again
    assert [first.remote_ids["file"], other.remote_ids["file"]] == [
        each.remote_id for each in simulator.received()
    ]


def preview(exporter: Exporter, order: Order) -> Document:
    """
    What would be sent.
    """
    answer = exporter.call(
        "preview_order",
        exporter.preview_context(),
        order=order,
        shipment=None,
        properties=Properties(),
    )
    assert isinstance(answer, Document)
    return answer


def test_a_preview_shows_the_next_number_and_does_not_use_it(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Twice the same, and then sent under that number.
    """
    exporter = exporter_of(simulator)

    documents = [preview(exporter, order_of()) for _ in range(2)]
    exported(exporter, order_of())

    assert [b"000000001", b"000000001"] == [each.content[90:99] for each in documents]
    assert b"000000001" == simulator.received()[0].content[90:99]
    assert "application/EDI-X12" == documents[0].media_type
    assert (documents[0].filename or "").endswith(".edi")


def test_a_preview_of_several_shipments_asks_for_one(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    It names the option and the shipments.
    """
    with pytest.raises(InvalidOrderError, match=r"--shipment \(S1, S2\)"):
        preview(exporter_of(simulator), order_of("S1", "S2"))


def test_importing_the_connector_loads_no_ssh() -> None:
    """
    What reaches the network is imported where a connection is made.
    """
    program = """
import sys
import orderferry_fulfillment_3pl
print("asyncssh" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "False\n" == done.stdout


def test_sixteen_threads_send_sixteen_files(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    No number is used twice.
    """
    exporter = exporter_of(simulator)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: exported(exporter, order_of(id=f"W{n}"), key=f"{n}"), range(16)))

    received = simulator.received()
    assert {f"W{n}" for n in range(16)} == {each.order_id for each in received}
    assert 16 == len({each.content[90:99] for each in received})


def test_a_caller_inside_an_event_loop_is_served_too(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    A host may call from a coroutine.
    """
    exporter = exporter_of(simulator)

    async def host() -> object:
        return exported(exporter, order_of())

    assert isinstance(asyncio.run(host()), ExportResult)
    assert 1 == len(simulator.received())
