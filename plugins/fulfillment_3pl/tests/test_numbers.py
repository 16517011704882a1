"""
What the connector remembers of its documents.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orderferry.connectors import FileState, MemoryState, State
from orderferry_fulfillment_3pl._numbers import KEPT, Numbers, Record, Stage

NOW = datetime(2026, 11, 24, 8, 5, 30, 125, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "file"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> State:
    """
    An instance's memory, of either kind.
    """
    return MemoryState() if request.param == "memory" else FileState(tmp_path / "state.json")


def test_each_document_has_a_number_of_its_own(state: State) -> None:
    """
    From 1 on.
    """
    numbers = Numbers(state)

    assert [1, 2] == [numbers.take(each, NOW).number for each in ("a", "b")]


def test_another_attempt_finds_the_number_and_the_time_of_the_first(state: State) -> None:
    """
    So that the file is the same.
    """
    first = Numbers(state).take("a", NOW)

    assert Record(1, NOW) == first == Numbers(state).take("a", LATER)


def test_numbers_begin_again_after_nine_nines() -> None:
    """
    ISA13 has nine digits.
    """
    numbers = Numbers(MemoryState({"interchange": "999999998"}))

    assert [999_999_999, 1] == [numbers.take(each, NOW).number for each in ("a", "b")]


def test_a_document_goes_through_its_stages(state: State) -> None:
    """
    Each is found again.
    """
    numbers = Numbers(state)
    record = numbers.take("a", NOW)

    record = numbers.reach("a", record, Stage.RENAMING)
    assert Record(1, NOW, Stage.RENAMING) == numbers.find("a")
    numbers.reach("a", record, Stage.PUT)
    assert Record(1, NOW, Stage.PUT) == numbers.find("a")


def test_what_another_process_has_noted_is_not_taken_back(state: State) -> None:
    """
    A late attempt does not make a finished document unfinished.
    """
    numbers = Numbers(state)
    record = numbers.take("a", NOW)
    numbers.reach("a", record, Stage.PUT)

    numbers.reach("a", record, Stage.RENAMING)

    assert Record(1, NOW, Stage.PUT) == numbers.find("a")


def test_the_oldest_finished_documents_are_forgotten() -> None:
    """
    Unfinished ones never are.
    """
    numbers = Numbers(MemoryState())
    numbers.take("unfinished", NOW)
    for each in range(KEPT + 3):
        numbers.reach(str(each), numbers.take(str(each), NOW), Stage.PUT)

    found = [each for each in range(KEPT + 3) if numbers.find(str(each)) is not None]
    assert list(range(3, KEPT + 3)) == found
    assert numbers.find("unfinished") is not None


def test_threads_never_get_the_same_number(tmp_path: Path) -> None:
    """
    Nor two numbers for one document.
    """
    path = tmp_path / "state.json"

    def take(document: int) -> int:
        return Numbers(FileState(path)).take(f"{document % 40}", NOW).number

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(80)))

    assert taken[:40] == taken[40:]
    assert 40 == len(set(taken))


def test_processes_never_get_the_same_number(tmp_path: Path) -> None:
    """
    Three of them at once on one file.
    """
    program = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from orderferry.connectors import FileState
from orderferry_fulfillment_3pl._numbers import Numbers
numbers = Numbers(FileState(Path(sys.argv[1])))
for each in range(20):
    print(numbers.take(f"{sys.argv[2]}-{each}", datetime.now(UTC)).number)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "state.json")]
    running = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in "abc"
    ]
    taken = [int(line) for each in running for line in each.communicate()[0].splitlines()]

    assert list(range(1, 61)) == sorted(taken)
