"""
Tests of `orderferry.connectors.FileState`: several processes, and faults of the file.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from orderferry.connectors import FileState
from orderferry.errors import StateError

COUNT = """
import sys
from pathlib import Path
from orderferry.connectors import FileState

state = FileState(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    print(state.next("isa"), flush=True)
"""


def start_counting(path: Path, times: int) -> subprocess.Popen[str]:
    """
    Start a process that uses numbers of a counter when a line is written to it.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT, str(path), str(times)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "ready\n" == process.stdout.readline()
    return process


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """
    Return the path of the state file, which does not exist.
    """
    return tmp_path / "state" / "acme-main.json"


def test_processes_get_different_numbers(path: Path) -> None:
    """
    Four processes that use one counter get all numbers once, without a gap.
    """
    processes = [start_counting(path, 250) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    numbers = [
        int(line) for process in processes for line in process.communicate(timeout=120)[0].split()
    ]

    assert list(range(1, 1001)) == sorted(numbers)


def test_a_number_survives_a_kill(path: Path) -> None:
    """
    A number is on the disk before it is returned, and the lock of a killed process is free.
    """
    process = start_counting(path, 100_000)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    numbers = [int(process.stdout.readline()) for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    # `communicate` would lose the lines that were read ahead.
    numbers += [int(line) for line in process.stdout.read().split()]
    process.communicate(timeout=60)

    assert FileState(path).next("isa") in {numbers[-1] + 1, numbers[-1] + 2}


def test_states_of_one_file_share_its_values(path: Path) -> None:
    """
    Two states of one file share its values.
    """
    FileState(path).next("isa")
    FileState(path).compare_and_set("since", None, "ä")

    assert {"format": 1, "values": {"isa": "1", "since": "ä"}} == json.loads(path.read_text())
    assert "ä" == FileState(path).get("since")
    assert repr(str(path)) in repr(FileState(path))


def test_only_its_owner_can_read_the_file(path: Path) -> None:
    """
    Only the owner can read the file, because a connector may store a token in it.
    """
    FileState(path).next("isa")

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_reading_creates_no_file(path: Path) -> None:
    """
    The file is created by the first change, and not by reading.
    """
    assert FileState(path).get("isa") is None
    assert not FileState(path).compare_and_set("isa", "1", "2")
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"format": 1, "values": {"isa": "7"',
        b"\x00\xff\xfe",
        b"[]",
        b"{}",
        b'{"format": 2, "values": {}}',
        b'{"format": 1}',
        b'{"format": 1, "values": []}',
        b'{"format": 1, "values": {"isa": 7}}',
    ],
)
def test_a_damaged_file_is_an_error_and_is_not_changed(path: Path, content: bytes) -> None:
    """
    A damaged file is an error, and is not changed, because control numbers must never repeat.
    """
    path.parent.mkdir()
    path.write_bytes(content)
    state = FileState(path)

    for use in (
        lambda: state.next("isa"),
        lambda: state.get("isa"),
        lambda: state.compare_and_set("isa", None, "1"),
    ):
        with pytest.raises(
            StateError, match=r"acme-main\.json is damaged .* restore it, or find out"
        ):
            use()
    assert content == path.read_bytes()


def test_a_draft_that_a_killed_process_left_does_no_harm(path: Path) -> None:
    """
    A draft that a killed process left is overwritten by the next change.
    """
    state = FileState(path)
    state.next("isa")
    path.with_name("acme-main.json.new").write_text("half of")

    assert 2 == state.next("isa")


def test_a_file_that_cannot_be_written_is_an_error(path: Path) -> None:
    """
    A file that cannot be written is an error that names it.
    """
    path.parent.write_text("a file where the folder should be")

    with pytest.raises(StateError, match=r"acme-main\.json cannot be used: .*; make it readable"):
        FileState(path).next("isa")
