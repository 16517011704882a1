"""
Tests of the states of an instance: in memory, in a file, and for previews.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orderferry.connectors import FileState, MemoryState, State
from orderferry.connectors.instances._state import PreviewState
from orderferry.errors import StateError

KINDS: dict[str, Callable[[Path], State]] = {
    "memory": lambda _: MemoryState(),
    "file": lambda path: FileState(path / "deep" / "acme-main.json"),
    "preview": lambda _: PreviewState(MemoryState()),
}


@pytest.fixture(params=KINDS)
def state(request: pytest.FixtureRequest, tmp_path: Path) -> State:
    """
    Return an empty state of each kind.
    """
    return KINDS[request.param](tmp_path)


def test_a_counter_starts_at_one_and_never_repeats(state: State) -> None:
    """
    A counter starts at 1 and never repeats a number, and counters do not affect each other.
    """
    assert [1, 2, 3] == [state.next("isa") for _ in range(3)]
    assert 1 == state.next("gs")


def test_a_value_is_set_only_if_it_is_the_expected_one(state: State) -> None:
    """
    A value is set, changed or removed only if it is still the expected one.
    """
    assert state.get("since") is None
    assert not state.compare_and_set("since", "x", "a")
    assert state.compare_and_set("since", None, "a")
    assert not state.compare_and_set("since", None, "b")
    assert state.compare_and_set("since", "a", "b")
    assert "b" == state.get("since")
    assert state.compare_and_set("since", "b", None)
    assert state.get("since") is None
    assert state.compare_and_set("since", None, "c")


def test_a_counter_can_be_read_and_set(state: State) -> None:
    """
    A counter is a value, the last number that was used, and continues after it when it is set.
    """
    state.compare_and_set("isa", None, "4999")

    assert 5000 == state.next("isa")
    assert "5000" == state.get("isa")


def test_a_value_that_is_not_a_number_does_not_count(state: State) -> None:
    """
    A value that is not a number is an error that names it.
    """
    state.compare_and_set("since", None, "2026-11-24")

    with pytest.raises(StateError, match="'since' cannot count: its value is not a whole number"):
        state.next("since")
    assert "2026-11-24" == state.get("since")


def test_threads_get_different_numbers(state: State) -> None:
    """
    Threads that use one counter get all numbers once, without a gap.
    """
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: state.next("isa"), range(100)))

    assert list(range(1, 101)) == sorted(numbers)


def test_one_of_several_threads_sets_a_value(state: State) -> None:
    """
    One of several threads that set a value sets it, and the others get `False`.
    """
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda n: state.compare_and_set("k", None, str(n)), range(20)))

    assert 1 == results.count(True)
    assert str(results.index(True)) == state.get("k")


def test_a_state_in_memory_can_start_with_values() -> None:
    """
    A state in memory may have initial values.
    """
    assert 8 == MemoryState({"isa": "7"}).next("isa")


def test_a_state_for_previews_changes_nothing() -> None:
    """
    A state for previews reads the values of another one, and does not change them.
    """
    known = MemoryState({"isa": "7", "since": "a"})
    state = PreviewState(known)

    assert [8, 9] == [state.next("isa"), state.next("isa")]
    assert state.compare_and_set("since", "a", None)
    assert state.get("since") is None
    assert "a" == known.get("since")
    assert "7" == known.get("isa")
