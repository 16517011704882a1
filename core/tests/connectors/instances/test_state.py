"""
The memory of an instance, of each kind.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orderferry.connectors import FileState, MemoryState, State
from orderferry.connectors.instances._state import ForgetfulState
from orderferry.errors import StateError

KINDS: dict[str, Callable[[Path], State]] = {
    "memory": lambda _: MemoryState(),
    "file": lambda path: FileState(path / "deep" / "acme-main.json"),
    "forgetful": lambda _: ForgetfulState(MemoryState()),
}


@pytest.fixture(params=KINDS)
def state(request: pytest.FixtureRequest, tmp_path: Path) -> State:
    """
    An empty memory of each kind.
    """
    return KINDS[request.param](tmp_path)


def test_a_counter_starts_at_one_and_never_repeats(state: State) -> None:
    """
    Counters do not know of each other.
    """
    assert [1, 2, 3] == [state.next("isa") for _ in range(3)]
    assert 1 == state.next("gs")


def test_a_value_is_set_only_where_it_is_still_the_expected_one(state: State) -> None:
    """
    Made, changed and removed.
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


def test_a_counter_can_be_read_and_made_to_start_elsewhere(state: State) -> None:
    """
    It is a value, the last number that was given.
    """
    state.compare_and_set("isa", None, "4999")

    assert (5000, "5000") == (state.next("isa"), state.get("isa"))


def test_what_is_no_number_does_not_count(state: State) -> None:
    """
    The message names it.
    """
    state.compare_and_set("since", None, "2026-11-24")

    with pytest.raises(StateError, match="'since' cannot count: its value is no whole number"):
        state.next("since")
    assert "2026-11-24" == state.get("since")


def test_threads_get_different_numbers(state: State) -> None:
    """
    All of them, with no gap.
    """
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: state.next("isa"), range(100)))

    assert list(range(1, 101)) == sorted(numbers)


def test_of_threads_that_set_one_value_one_wins(state: State) -> None:
    """
    The others are told that they did not.
    """
    with ThreadPoolExecutor(4) as threads:
        won = list(threads.map(lambda n: state.compare_and_set("k", None, str(n)), range(20)))

    assert 1 == won.count(True)
    assert str(won.index(True)) == state.get("k")


def test_a_memory_can_start_with_values() -> None:
    """
    For tests and demonstrations.
    """
    assert 8 == MemoryState({"isa": "7"}).next("isa")


def test_a_forgetful_memory_leaves_the_other_one_as_it_is() -> None:
    """
    It sees the other's values until it changes them itself.
    """
    known = MemoryState({"isa": "7", "since": "a"})
    state = ForgetfulState(known)

    assert (8, 9) == (state.next("isa"), state.next("isa"))
    assert state.compare_and_set("since", "a", None)
    assert (None, "a", "7") == (state.get("since"), known.get("since"), known.get("isa"))
