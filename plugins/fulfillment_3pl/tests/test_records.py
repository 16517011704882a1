"""
The control numbers and stages of documents, in the state of an instance.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orderferry.connectors import FileState, MemoryState, State
from orderferry_fulfillment_3pl._records import MAX_FINISHED, Record, Records, Stage

NOW = datetime(2026, 11, 24, 8, 5, 30, 125, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "file"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> State:
    """
    An instance's state, in memory or in a file.
    """
    return MemoryState() if request.param == "memory" else FileState(tmp_path / "state.json")


def test_documents_have_different_numbers(state: State) -> None:
    """
    Documents are numbered consecutively, from 1.
    """
    records = Records(state)

    assert [1, 2] == [records.assign(document, NOW).number for document in ("a", "b")]


def test_a_later_attempt_has_the_number_and_the_time_of_the_first(state: State) -> None:
    """
    A later attempt is assigned the record of the first, so it sends the same file.
    """
    first = Records(state).assign("a", NOW)

    assert Record(1, NOW) == first
    assert Record(1, NOW) == Records(state).assign("a", LATER)


def test_numbers_restart_after_nine_nines() -> None:
    """
    The number after 999999999 is 1.
    """
    records = Records(MemoryState({"interchange": "999999998"}))

    numbers = [records.assign(document, NOW).number for document in ("a", "b")]
    assert [999_999_999, 1] == numbers


def test_a_document_advances_through_its_stages(state: State) -> None:
    """
    The record of a document has the stage that the document has reached.
    """
    records = Records(state)
    record = records.assign("a", NOW)

    record = records.advance("a", record, Stage.RENAMING)
    assert Record(1, NOW, Stage.RENAMING) == records.find("a")
    records.advance("a", record, Stage.PUT)
    assert Record(1, NOW, Stage.PUT) == records.find("a")


def test_an_outdated_record_does_not_change_the_stage(state: State) -> None:
    """
    A late attempt with an old record does not make a finished document unfinished.
    """
    records = Records(state)
    record = records.assign("a", NOW)
    records.advance("a", record, Stage.PUT)

    records.advance("a", record, Stage.RENAMING)

    assert Record(1, NOW, Stage.PUT) == records.find("a")


def test_the_oldest_finished_records_are_removed() -> None:
    """
    The records of unfinished documents, and of the last finished ones, are kept.
    """
    records = Records(MemoryState())
    records.assign("unfinished", NOW)
    documents = [str(number) for number in range(MAX_FINISHED + 3)]
    for document in documents:
        records.advance(document, records.assign(document, NOW), Stage.PUT)

    assert documents[3:] == [
        document for document in documents if records.find(document) is not None
    ]
    assert records.find("unfinished") is not None


def test_threads_are_assigned_different_numbers(tmp_path: Path) -> None:
    """
    Each document has one number, and no number is assigned twice, with eight threads at once.
    """
    path = tmp_path / "state.json"

    def assign(document: int) -> int:
        return Records(FileState(path)).assign(f"{document % 40}", NOW).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(assign, range(80)))

    assert numbers[:40] == numbers[40:]
    assert 40 == len(set(numbers))


def test_processes_are_assigned_different_numbers(tmp_path: Path) -> None:
    """
    No number is assigned twice by three processes that share one file.
    """
    program = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from orderferry.connectors import FileState
from orderferry_fulfillment_3pl._records import Records
records = Records(FileState(Path(sys.argv[1])))
for document in range(20):
    print(records.assign(f"{sys.argv[2]}-{document}", datetime.now(UTC)).number)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "state.json")]
    processes = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in "abc"
    ]
    outputs = [process.communicate()[0] for process in processes]

    numbers = [int(line) for output in outputs for line in output.splitlines()]
    assert list(range(1, 61)) == sorted(numbers)
