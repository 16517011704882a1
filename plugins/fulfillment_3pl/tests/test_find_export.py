"""
Whether the partner has an export, told by memory or by the folders.
"""

from pathlib import Path

import pytest

from orderferry import Absent, CannotTell, ExportResult, Found, Order
from orderferry.connectors import Exporter, FileState, MemoryState
from orderferry.errors import ExportError
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import ExporterOf, OrderOf, exported, found
from .faulty import FaultyWarehouse, Way


def sent(exporter: Exporter, order: Order) -> ExportResult:
    """
    Export an order of one document.
    """
    result = exported(exporter, order)
    assert isinstance(result, ExportResult)
    return result


def test_what_the_server_confirmed_is_found_without_asking_it(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Our memory is enough, and the ids are the same.
    """
    exporter = exporter_of(simulator)
    result = sent(exporter, order_of())
    simulator.stop()

    assert Found(result.remote_ids) == found(exporter, order_of())


def test_without_a_memory_the_file_is_found_in_the_folder(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The control number is read from the file.
    """
    state = MemoryState({"interchange": "41"})
    result = sent(exporter_of(simulator, state), order_of())

    assert Found(result.remote_ids) == found(exporter_of(simulator), order_of())
    assert "000000042" == result.remote_ids["interchange"]


def test_a_file_that_the_partner_has_archived_is_found(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Where the settings name the archive folder.
    """
    warehouse = ThreePlSimulator(takes_files=True)
    warehouse.start()
    try:
        result = sent(exporter_of(warehouse), order_of())

        assert ([], 1) == (warehouse.names("/inbound"), len(warehouse.names("/archive")))
        assert Found(result.remote_ids) == found(exporter_of(warehouse), order_of())
    finally:
        warehouse.stop()


def test_a_file_that_is_nowhere_is_absent(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Where the partner leaves files, or moves them to where we can see them.
    """
    assert Absent() == found(exporter_of(simulator), order_of())


@pytest.mark.parametrize("way", [Way.CUT_BEFORE, Way.CUT_AFTER])
def test_a_partner_that_removes_files_cannot_be_asked(
    exporter_of: ExporterOf, order_of: OrderOf, way: Way
) -> None:
    """
    After a rename without an answer, a missing file shows nothing; one that is there does.
    """
    warehouse = FaultyWarehouse("posix_rename", way)
    warehouse.start()
    try:
        exporter = exporter_of(warehouse, target_removes_files=True)
        with pytest.raises(ExportError):
            exported(exporter, order_of())

        asked = found(exporter, order_of())

        if way is Way.CUT_AFTER:
            assert isinstance(asked, Found)
        else:
            assert isinstance(asked, CannotTell)
            assert "the partner removes the files" in asked.reason
    finally:
        warehouse.stop()


def test_what_was_never_renamed_is_absent_even_there(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Our memory says that the file never had its name, and it is not in the folder.
    """
    warehouse = FaultyWarehouse("write", Way.CUT_BEFORE)
    warehouse.start()
    exporter = exporter_of(warehouse, target_removes_files=True)
    try:
        with pytest.raises(ExportError):
            exported(exporter, order_of())

        assert Absent() == found(exporter, order_of())
    finally:
        warehouse.stop()


def test_a_memory_from_a_backup_does_not_hide_a_file_that_is_there(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The backup was made between the making of the file and its renaming.
    """
    state = MemoryState()
    result = sent(exporter_of(simulator, state), order_of())
    key = f"document:{result.remote_ids['file']}"
    record = state.get(key)
    assert record is not None
    restored = MemoryState({"interchange": "1", key: record.replace("put", "made")})

    assert Found(result.remote_ids) == found(exporter_of(simulator, restored), order_of())


def test_of_several_documents_all_must_be_there(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Found with the ids of each; absent as long as one is missing.
    """
    exporter = exporter_of(simulator)
    order = order_of("S1", "S2")
    exported(exporter, order, shipment="S1")

    assert Absent() == found(exporter, order)
    exported(exporter, order, shipment="S2")
    asked = found(exporter, order)

    assert isinstance(asked, Found)
    assert {"WEB-1-S1", "WEB-1-S2"} == {
        asked.remote_ids["order/S1"],
        asked.remote_ids["order/S2"],
    }
    assert [asked.remote_ids["file/S1"], asked.remote_ids["file/S2"]] == [
        each.remote_id for each in simulator.received()
    ]


def test_a_folder_that_may_not_be_looked_into_cannot_tell(
    exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    It is not taken for empty.
    """
    warehouse = FaultyWarehouse("stat", Way.DENY)
    warehouse.start()
    try:
        asked = found(exporter_of(warehouse), order_of())

        assert isinstance(asked, CannotTell)
        assert "not here" in asked.reason
    finally:
        warehouse.stop()


def test_a_server_that_cannot_be_reached_is_an_error(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The core asks again later.
    """
    exporter = exporter_of(simulator)
    simulator.stop()

    with pytest.raises(ExportError, match="connect to"):
        found(exporter, order_of())


def test_what_was_found_once_stays_found(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf, tmp_path: Path
) -> None:
    """
    Also when the partner takes the file away afterwards.
    """
    warehouse = FaultyWarehouse("posix_rename", Way.CUT_AFTER)
    warehouse.start()
    try:
        exporter = exporter_of(warehouse, FileState(tmp_path / "state.json"))
        with pytest.raises(ExportError):
            exported(exporter, order_of())
        asked = found(exporter, order_of())
    finally:
        warehouse.stop()

    assert isinstance(asked, Found)
    assert asked == found(exporter, order_of())
