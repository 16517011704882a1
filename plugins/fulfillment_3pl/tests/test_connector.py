"""
The connector's exports and previews, with a simulator on a real socket.
"""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from orderferry import ExportResult
from orderferry.connectors import MemoryState
from orderferry.errors import InvalidOrderError
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance, MakeOrder


def test_an_order_is_uploaded_as_one_file(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The file has its final name only, and the result names the partner's ids.
    """
    (result,) = load_instance(simulator).export_order(make_order())

    (received,) = simulator.received()
    assert "WEB-1" == received.order_id
    assert received.shipment_id is None
    assert {"order": "WEB-1", "file": received.remote_id, "interchange": "000000001"} == dict(
        result.remote_ids
    )
    assert [received.remote_id] == simulator.names("/inbound")
    assert received.remote_id in result.message


def test_an_order_with_one_shipment_is_one_document(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The result and the file name the order's only shipment, even if the export does not.
    """
    (result,) = load_instance(simulator).export_order(make_order("S1"))

    assert "S1" == result.shipment_id
    assert ["S1"] == [received.shipment_id for received in simulator.received()]


def test_an_order_with_several_shipments_is_several_documents(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The results are in the order of the shipments, with a file for each.
    """
    results = load_instance(simulator).export_order(make_order("S1", "S2", "S3"))

    assert ["S1", "S2", "S3"] == [result.shipment_id for result in results]
    assert [result.remote_ids["file"] for result in results] == [
        received.remote_id for received in simulator.received()
    ]


def test_a_given_shipment_is_uploaded_alone(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    An export of one shipment does not upload the others.
    """
    order = make_order("S1", "S2")

    load_instance(simulator).export_order(order, order.shipment("S2"))

    assert ["S2"] == [received.shipment_id for received in simulator.received()]


def test_an_invalid_order_uploads_nothing_and_uses_no_control_number(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    No shipment is uploaded if one of three is invalid.
    """
    state = MemoryState()
    instance = load_instance(simulator, state)

    with pytest.raises(InvalidOrderError):
        instance.export_order(make_order("S1", "S*2", "S3"))

    assert [] == simulator.received()
    assert state.get("interchange") is None


def test_a_repeated_export_uploads_the_same_file(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    A second attempt of one export has the first's file, and another export has another.
    """
    instance = load_instance(simulator)

    first = instance.export_order(make_order())
    repeat = instance.export_order(make_order(), attempt=2)
    another = instance.export_order(make_order(), key="another")

    assert first == repeat
    assert [first[0].remote_ids["file"], another[0].remote_ids["file"]] == [
        received.remote_id for received in simulator.received()
    ]


def test_a_preview_shows_the_next_number_and_does_not_use_it(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    Two previews have the control number with which the order is then sent.
    """
    instance = load_instance(simulator)

    documents = [instance.preview_order(make_order()) for _ in range(2)]
    instance.export_order(make_order())

    assert [b"000000001", b"000000001"] == [document.content[90:99] for document in documents]
    assert b"000000001" == simulator.received()[0].content[90:99]
    assert "application/EDI-X12" == documents[0].media_type
    assert (documents[0].filename or "").endswith(".edi")


def test_a_preview_of_several_shipments_requires_a_choice(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The error names the option and the shipments to choose from.
    """
    with pytest.raises(InvalidOrderError, match=r"--shipment \(S1, S2\)"):
        load_instance(simulator).preview_order(make_order("S1", "S2"))


def test_importing_the_connector_does_not_import_asyncssh() -> None:
    """
    The library is imported when a connection is opened.
    """
    program = """
import sys
import orderferry_fulfillment_3pl
print("asyncssh" in sys.modules)
"""
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "False\n" == process.stdout


def test_sixteen_threads_upload_sixteen_files(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    No control number is used twice by concurrent exports.
    """
    instance = load_instance(simulator)

    def export(number: int) -> tuple[ExportResult, ...]:
        return instance.export_order(make_order(id=f"W{number}"), key=f"{number}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(export, range(16)))

    files = simulator.received()
    assert {f"W{number}" for number in range(16)} == {file.order_id for file in files}
    assert 16 == len({file.content[90:99] for file in files})


def test_a_caller_inside_an_event_loop_can_export(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    A host may call the connector from a coroutine.
    """
    instance = load_instance(simulator)

    async def export() -> tuple[ExportResult, ...]:
        return instance.export_order(make_order())

    assert 1 == len(asyncio.run(export()))
    assert 1 == len(simulator.received())
