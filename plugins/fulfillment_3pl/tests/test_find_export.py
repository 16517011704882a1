"""
The hook `find_export`: the answer from the instance's state, or from the partner's folders.
"""

from pathlib import Path

import pytest

from orderferry import Absent, CannotTell, Found
from orderferry.connectors import FileState, MemoryState
from orderferry.errors import ExportError
from orderferry.testing.harness import run_simulator
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance, MakeOrder
from .faulty import Failure, FaultyWarehouse


def test_a_confirmed_file_is_found_without_a_connection(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The instance's state has the ids of a file that the server has confirmed.
    """
    instance = load_instance(simulator)
    (result,) = instance.export_order(make_order())
    simulator.stop()

    assert Found(result.remote_ids) == instance.find_export(make_order())


def test_a_file_is_found_in_the_folder_without_state(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The control number is read from the file if the state does not have it.
    """
    state = MemoryState({"interchange": "41"})
    (result,) = load_instance(simulator, state).export_order(make_order())

    assert Found(result.remote_ids) == load_instance(simulator).find_export(make_order())
    assert "000000042" == result.remote_ids["interchange"]


def test_an_archived_file_is_found(load_instance: LoadInstance, make_order: MakeOrder) -> None:
    """
    The archive folders are searched as well as the folder.
    """
    with run_simulator(ThreePlSimulator(archives_files=True)) as warehouse:
        (result,) = load_instance(warehouse).export_order(make_order())

        assert [] == warehouse.names("/inbound")
        assert 1 == len(warehouse.names("/archive"))
        assert Found(result.remote_ids) == load_instance(warehouse).find_export(make_order())


def test_a_missing_file_is_absent(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    A file in none of the folders was not uploaded, unless the partner removes files.
    """
    assert Absent() == load_instance(simulator).find_export(make_order())


@pytest.mark.parametrize(
    ("failure", "kind"), [(Failure.CUT_BEFORE, CannotTell), (Failure.CUT_AFTER, Found)]
)
def test_a_missing_file_proves_nothing_if_the_partner_removes_files(
    load_instance: LoadInstance,
    make_order: MakeOrder,
    failure: Failure,
    kind: type[CannotTell | Found],
) -> None:
    """
    After a rename without a response, only a file that is in the folder gives an answer.
    """
    with run_simulator(FaultyWarehouse("posix_rename", failure)) as warehouse:
        instance = load_instance(warehouse, target_removes_files=True)
        with pytest.raises(ExportError):
            instance.export_order(make_order())

        answer = instance.find_export(make_order())

    assert kind is type(answer)
    if isinstance(answer, CannotTell):
        assert "the partner removes the files" in answer.reason


def test_a_file_that_was_never_renamed_is_absent(
    load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The partner cannot have removed a file that never had its final name.
    """
    with run_simulator(FaultyWarehouse("write", Failure.CUT_BEFORE)) as warehouse:
        instance = load_instance(warehouse, target_removes_files=True)
        with pytest.raises(ExportError):
            instance.export_order(make_order())

        assert Absent() == instance.find_export(make_order())


def test_state_from_a_backup_does_not_hide_an_uploaded_file(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The folder is searched even if the state, which may be older, says that nothing was renamed.
    """
    state = MemoryState()
    (result,) = load_instance(simulator, state).export_order(make_order())
    key = f"document:{result.remote_ids['file']}"
    record = state.get(key)
    assert record is not None
    restored = MemoryState({"interchange": "1", key: record.replace("put", "made")})

    assert Found(result.remote_ids) == load_instance(simulator, restored).find_export(make_order())


def test_an_export_of_several_documents_is_found_if_all_are(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The answer has the ids of every document, and is absent while one of them is missing.
    """
    instance = load_instance(simulator)
    order = make_order("S1", "S2")
    instance.export_order(order, order.shipment("S1"))

    assert Absent() == instance.find_export(order)
    instance.export_order(order, order.shipment("S2"))
    answer = instance.find_export(order)

    assert isinstance(answer, Found)
    assert "WEB-1-S1" == answer.remote_ids["order/S1"]
    assert "WEB-1-S2" == answer.remote_ids["order/S2"]
    assert [answer.remote_ids["file/S1"], answer.remote_ids["file/S2"]] == [
        received.remote_id for received in simulator.received()
    ]


def test_an_unreadable_folder_gives_no_answer(
    load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    A folder to which access is denied does not count as empty.
    """
    with run_simulator(FaultyWarehouse("stat", Failure.DENY)) as warehouse:
        answer = load_instance(warehouse).find_export(make_order())

    assert isinstance(answer, CannotTell)
    assert "access denied" in answer.reason


def test_an_unreachable_server_is_an_error(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The error lets orderferry call `find_export` again later.
    """
    instance = load_instance(simulator)
    simulator.stop()

    with pytest.raises(ExportError, match="connect to"):
        instance.find_export(make_order())


def test_a_found_file_is_still_found_after_its_removal(
    load_instance: LoadInstance, make_order: MakeOrder, tmp_path: Path
) -> None:
    """
    The state records a file that was found, so the answer is the same without the server.
    """
    with run_simulator(FaultyWarehouse("posix_rename", Failure.CUT_AFTER)) as warehouse:
        instance = load_instance(warehouse, FileState(tmp_path / "state.json"))
        with pytest.raises(ExportError):
            instance.export_order(make_order())
        answer = instance.find_export(make_order())

    assert isinstance(answer, Found)
    assert answer == instance.find_export(make_order())
