"""
What instances remember, between threads and processes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core.tests.databases import Database
from orderferry.connectors import InstanceName
from orderferry.errors import StateError
from orderferry.storage import SqlState, open_engine

from .together import together


@pytest.fixture
def state(database: Database) -> SqlState:
    """
    The memory of 3pl/main.
    """
    return SqlState(database.engine, InstanceName("3pl", "main"))


def test_a_value_is_set_only_where_it_is_the_expected_one(state: SqlState) -> None:
    """
    None stands for no value, on both sides.
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
    for expected, value, done, left in steps:
        assert done is state.compare_and_set("token", expected, value)
        assert left == state.get("token")


def test_each_instance_has_its_own_memory(database: Database, state: SqlState) -> None:
    """
    The same key means another value to another instance.
    """
    state.compare_and_set("k", None, "mine")
    for name in (InstanceName("3pl", "other"), InstanceName("wms", "main")):
        other = SqlState(database.engine, name)
        assert None is other.get("k")
        assert 1 == other.next("n")
    assert 1 == state.next("n")
    assert "SqlState(3pl/main)" == repr(state)


def test_a_counter_begins_at_one_or_where_it_was_set(state: SqlState) -> None:
    """
    It is a value like any other, as in the other memories.
    """
    assert [1, 2, 3] == [state.next("n") for _ in range(3)]
    assert "3" == state.get("n")
    assert state.compare_and_set("n", "3", "99999999999999999999")
    assert 100_000_000_000_000_000_000 == state.next("n")


def test_a_value_that_is_no_number_does_not_count(state: SqlState) -> None:
    """
    It stays as it is.
    """
    state.compare_and_set("n", None, "many")
    with pytest.raises(StateError, match="'n' cannot count"):
        state.next("n")
    assert "many" == state.get("n")


def test_no_number_is_given_twice_between_processes(database: Database, state: SqlState) -> None:
    """
    Three processes begin together, each with an engine of its own; none is left out either.
    """
    given = together("numbers", database.url)

    assert [sorted(each) for each in given] == given
    numbers = [number for each in given for number in each]
    assert list(range(1, 121)) == sorted(numbers)
    assert 121 == state.next("interchange")


def test_of_threads_that_begin_a_counter_or_set_a_value_one_is_first(state: SqlState) -> None:
    """
    Where there is no row to lock yet.
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
def test_what_was_given_stays_given(database: Database, state: SqlState) -> None:
    """
    Whatever the caller's own transaction rolls back.
    """
    with database.engine.connect() as connection, connection.begin() as transaction:
        assert 1 == state.next("n")
        transaction.rollback()
    assert 2 == state.next("n")


def test_a_database_that_does_not_answer_is_told_as_such() -> None:
    """
    With the instance, and what the database said.
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
