"""
The stored state of connectors, between threads and processes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core.tests.databases import Database
from orderferry.connectors import InstanceName
from orderferry.errors import StateError
from orderferry.storage import SqlState, open_engine

from .together import run_together


@pytest.fixture
def state(database: Database) -> SqlState:
    """
    The stored state of 3pl/main.
    """
    return SqlState(database.engine, InstanceName("3pl", "main"))


def test_a_value_is_set_only_where_it_is_the_expected_one(state: SqlState) -> None:
    """
    A value is set only if the present one is as expected, where `None` means that there is none.
    """
    steps: list[tuple[str | None, str | None, bool, str | None]] = [
        (None, None, True, None),
        ("x", "y", False, None),
        ("x", None, False, None),
        (None, "a", True, "a"),
        (None, "b", False, "a"),
        (None, None, False, "a"),
        ("b", "c", False, "a"),
        ("a", "\N{SNOWMAN}", True, "\N{SNOWMAN}"),
        ("a", None, False, "\N{SNOWMAN}"),
        ("\N{SNOWMAN}", None, True, None),
    ]
    for expected, value, is_set, present in steps:
        assert is_set is state.compare_and_set("token", expected, value)
        assert present == state.get("token")


def test_each_instance_has_its_own_state(database: Database, state: SqlState) -> None:
    """
    The same key has separate values and counters for each instance.
    """
    state.compare_and_set("k", None, "mine")
    for name in (InstanceName("3pl", "other"), InstanceName("wms", "main")):
        separate = SqlState(database.engine, name)
        assert None is separate.get("k")
        assert 1 == separate.next("n")
    assert 1 == state.next("n")
    assert "SqlState(3pl/main)" == repr(state)


def test_a_counter_begins_at_one_or_where_it_was_set(state: SqlState) -> None:
    """
    A counter is the value of a key like any other, which can be read and set.
    """
    assert [1, 2, 3] == [state.next("n") for _ in range(3)]
    assert "3" == state.get("n")
    assert state.compare_and_set("n", "3", "99999999999999999999")
    assert 100_000_000_000_000_000_000 == state.next("n")


def test_a_value_that_is_no_number_does_not_count(state: SqlState) -> None:
    """
    A counter whose value is not a number is an error, and keeps its value.
    """
    state.compare_and_set("n", None, "many")
    with pytest.raises(StateError, match="'n' cannot count"):
        state.next("n")
    assert "many" == state.get("n")


def test_no_number_is_returned_twice_between_processes(database: Database, state: SqlState) -> None:
    """
    Three processes that count at the same time get all numbers, each of them once.
    """
    results = run_together("take_numbers", database.url)

    assert [sorted(numbers) for numbers in results] == results
    numbers = [number for result in results for number in result]
    assert list(range(1, 121)) == sorted(numbers)
    assert 121 == state.next("interchange")


def test_one_of_eight_threads_begins_a_counter_or_sets_a_value(state: SqlState) -> None:
    """
    Threads that use a key for the first time get different numbers, and one of them sets a value.
    """
    barrier = Barrier(8)

    def race(thread: int) -> tuple[int, bool]:
        barrier.wait(60)
        number = state.next("n")
        barrier.wait(60)
        return number, state.compare_and_set("k", None, str(thread))

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(race, range(8)))

    assert list(range(1, 9)) == sorted(number for number, _ in results)
    (winner,) = (thread for thread, (_, first) in enumerate(results) if first)
    assert str(winner) == state.get("k")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_number_is_used_up_where_the_caller_rolls_back(
    database: Database, state: SqlState
) -> None:
    """
    A number of a counter is not returned again after a rollback of the caller's transaction.
    """
    with database.engine.connect() as connection, connection.begin() as transaction:
        assert 1 == state.next("n")
        transaction.rollback()
    assert 2 == state.next("n")


def test_an_unreachable_database_is_a_state_error() -> None:
    """
    The error names the instance and the database's message.
    """
    engine = open_engine("postgresql://me@127.0.0.1:1/nowhere")
    state = SqlState(engine, InstanceName("3pl", "main"))
    for call in (
        lambda: state.get("k"),
        lambda: state.next("n"),
        lambda: state.compare_and_set("k", None, "v"),
    ):
        with pytest.raises(StateError, match="the stored state of 3pl/main: connection fail"):
            call()
    engine.dispose()
