"""
Tests of `orderferry connectors counter`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orderferry.connectors import FileState, InstanceName, State
from orderferry.storage import SqlState, open_engine

from .conftest import Workplace

COUNTER = ("connectors", "counter", "acme", "interchange")


@pytest.fixture
def memory(stored: Workplace) -> Iterator[State]:
    """
    What acme/default remembers, in the database.
    """
    assert stored.database is not None
    engine = open_engine(stored.database)
    yield SqlState(engine, InstanceName("acme", "default"))
    engine.dispose()


def test_a_counter_is_shown_and_raised(stored: Workplace, memory: State) -> None:
    """
    The connector continues counting from the number that was set.
    """
    memory.next("interchange")

    shown = stored.call(*COUNTER)
    done = stored.call(*COUNTER, "--set", "2000", "--reason", "restored")

    assert 0 == shown.code
    assert "acme/default: interchange is at 1, the next is 2\n" == shown.text
    assert 0 == done.code
    assert "acme/default: interchange is now at 2000, was at 1; the next is 2001\n" == done.text
    assert 2001 == memory.next("interchange")


def test_a_counter_is_never_lowered(stored: Workplace, memory: State) -> None:
    """
    A counter cannot be lowered, and setting it to its present number is no error.
    """
    for _ in range(3):
        memory.next("interchange")

    back = stored.call(*COUNTER, "--set", "2", "--reason", "a mistake")
    same = stored.call(*COUNTER, "--set", "3", "--reason", "to be sure")

    assert 2 == back.code
    assert 0 == same.code
    assert "interchange is at 3 and can only be raised" in back.err
    assert 4 == memory.next("interchange")


def test_a_counter_in_a_file_is_raised(stored: Workplace) -> None:
    """
    A counter can be raised if the configuration stores the connectors' state in files.
    """
    stored.configure({}, runtime='state_directory = "state"')

    done = stored.call(*COUNTER, "--set", "7", "--reason", "restored")

    state = FileState(stored.folder / "state" / "acme-default.json")
    assert 0 == done.code
    assert 8 == state.next("interchange")


def test_the_instance_is_required_if_there_are_several(stored: Workplace) -> None:
    """
    A connector's name alone selects its only instance.
    """
    stored.configure({"id": "east"}, {"id": "west"})

    either = stored.call(*COUNTER)
    west = stored.call("connectors", "counter", "acme/west", "interchange")
    none = stored.call("connectors", "counter", "acme/north", "interchange")

    assert 2 == either.code
    assert 0 == west.code
    assert 2 == none.code
    assert "acme has several instances; configured instances: acme/east, acme/west" in either.err
    assert "acme/north is not configured" in none.err


@pytest.mark.parametrize(
    "arguments", [("--set", "7"), ("--reason", "restored"), ("--set", "7", "--reason", "")]
)
def test_setting_a_counter_needs_a_reason(stored: Workplace, arguments: tuple[str, ...]) -> None:
    """
    The options --set and --reason require each other.
    """
    ran = stored.call(*COUNTER, *arguments)

    assert 2 == ran.code
    assert "--set and --reason must be passed together" in ran.err


def test_what_is_no_number_is_no_counter(stored: Workplace, memory: State) -> None:
    """
    Stored state that is not a number is reported, and is not changed.
    """
    memory.compare_and_set("interchange", None, "a token")

    ran = stored.call(*COUNTER, "--set", "7", "--reason", "restored")

    assert 1 == ran.code
    assert "a token" == memory.get("interchange")
    assert "'interchange' is not a counter" in ran.err
