"""
A memory in a file: between processes, and when things go wrong.
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


def counting(path: Path, times: int) -> subprocess.Popen[str]:
    """
    A process that takes numbers when it is told to begin.
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
    Where the file is to be.
    """
    return tmp_path / "state" / "acme-main.json"


def test_processes_get_different_numbers(path: Path) -> None:
    """
    Four of them, 250 each: 1 to 1000, none twice and none left out.
    """
    processes = [counting(path, 250) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    numbers = [int(line) for each in processes for line in each.communicate(timeout=120)[0].split()]

    assert list(range(1, 1001)) == sorted(numbers)


def test_a_number_that_was_given_survives_a_kill(path: Path) -> None:
    """
    It is on the disk before it is told, and a dead holder's lock is free.
    """
    process = counting(path, 100_000)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    told = [int(process.stdout.readline()) for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    # `communicate` would lose the lines that were read ahead.
    told += [int(line) for line in process.stdout.read().split()]
    process.communicate(timeout=60)

    assert FileState(path).next("isa") in {told[-1] + 1, told[-1] + 2}


def test_a_second_object_sees_what_the_first_one_wrote(path: Path) -> None:
    """
    The file is the memory.
    """
    FileState(path).next("isa")
    FileState(path).compare_and_set("since", None, "ä")

    assert {"format": 1, "values": {"isa": "1", "since": "ä"}} == json.loads(path.read_text())
    assert "ä" == FileState(path).get("since")
    assert repr(str(path)) in repr(FileState(path))


def test_the_file_is_its_owner_s_alone(path: Path) -> None:
    """
    A connector may keep a token there.
    """
    FileState(path).next("isa")

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_reading_makes_no_file(path: Path) -> None:
    """
    The first change does.
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
def test_a_damaged_file_is_an_error_and_no_new_beginning(path: Path, content: bytes) -> None:
    """
    Control numbers must never repeat; the file is left for a person to look at.
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
            StateError, match=r"acme-main\.json is damaged .* restore it, or remove"
        ):
            use()
    assert content == path.read_bytes()


def test_a_draft_that_a_killed_process_left_does_no_harm(path: Path) -> None:
    """
    It never took the file's place.
    """
    state = FileState(path)
    state.next("isa")
    path.with_name("acme-main.json.new").write_text("half of")

    assert 2 == state.next("isa")


def test_a_place_that_cannot_be_written_is_told_plainly(path: Path) -> None:
    """
    No number is given.
    """
    path.parent.write_text("a file where the folder should be")

    with pytest.raises(StateError, match=r"acme-main\.json cannot be used: .*; make it readable"):
        FileState(path).next("isa")
