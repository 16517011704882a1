"""
The table of states, and the kinds of failures.
"""

import pytest

from orderferry import errors
from orderferry.connectors import ExportState
from orderferry.errors import ConflictError, ExportError
from orderferry.exports import (
    FAILED,
    PENDING,
    RECEIVED,
    TRANSITIONS,
    Failure,
    FailureKind,
    export_document,
    is_allowed,
)

from .conftest import NOW, MakeExport


def test_every_state_but_the_final_ones_has_a_way_out() -> None:
    """
    Only acknowledged and skipped exports are final.
    """
    leaving = {transition.source for transition in TRANSITIONS}

    assert {ExportState.ACKNOWLEDGED, ExportState.SKIPPED} == set(ExportState) - leaving


def test_every_state_but_the_first_can_be_reached() -> None:
    """
    Every state can be reached from `queued`.
    """
    reached = {ExportState.QUEUED}
    while True:
        more = {
            transition.target for transition in TRANSITIONS if transition.source in reached
        } - reached
        if not more:
            break
        reached |= more

    assert set(ExportState) == reached


def test_a_received_export_is_never_sent_again() -> None:
    """
    No path leads from accepted to sending but through a rejection.
    """
    assert not any(
        is_allowed(received, state)
        for received in RECEIVED
        for state in PENDING | {ExportState.DEAD}
    )


def test_a_transition_is_in_the_table_once_with_its_reason() -> None:
    """
    The table has each pair of states once, with a description.
    """
    pairs = [(transition.source, transition.target) for transition in TRANSITIONS]

    assert len(pairs) == len(set(pairs))
    assert all(transition.when for transition in TRANSITIONS)
    assert not FAILED & RECEIVED


def test_a_transition_that_is_not_in_the_table_is_an_error(make_export: MakeExport) -> None:
    """
    A fault of the program raises an error at once.
    """
    with pytest.raises(RuntimeError, match="from accepted to sending"):
        make_export(ExportState.ACCEPTED).to(ExportState.SENDING, NOW)


def test_every_error_of_an_export_is_a_kind_of_failure() -> None:
    """
    The kinds of failures are `ExportError` and the classes that extend it.
    """
    public = [getattr(errors, name) for name in errors.__all__]

    assert {error.__name__ for error in public if issubclass(error, ExportError)} == {
        kind.value for kind in FailureKind
    }


@pytest.mark.parametrize("kind", FailureKind)
def test_the_error_of_a_kind_is_recorded_as_that_kind(kind: FailureKind) -> None:
    """
    A failure that is made of an error has the kind that the error's class names.
    """
    error = getattr(errors, kind.value)("it failed")

    assert kind is Failure.of(error).kind


def test_an_error_of_another_sort_has_no_kind() -> None:
    """
    An error that no export can fail with has a type, and no kind.
    """
    failure = Failure.of(ConflictError("order W1 is already entering New"))

    assert "ConflictError" == failure.type
    assert failure.kind is None


def test_the_type_of_a_failure_is_plain_text(make_export: MakeExport) -> None:
    """
    A failure of a kind is stored and shown as one of the class's name.
    """
    failure = Failure(type=FailureKind.TRANSIENT, message="away")
    export = make_export(ExportState.RETRYING, failure=failure)

    assert str is type(failure.type)
    assert "TransientError" == export_document(export)["error"]["type"]
