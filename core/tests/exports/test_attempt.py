"""
What a connector's answer leads to.
"""

import pytest

from orderferry.connectors import ExportResult, ExportState
from orderferry.errors import (
    AuthenticationError,
    ConnectorError,
    ExportError,
    InvalidOrderError,
    Problem,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.exports._attempt import answer_to_error, answer_to_result


@pytest.mark.parametrize(
    ("error", "state", "counts"),
    [
        (TransientError("down"), ExportState.RETRYING, True),
        (ThrottledError("slow", retry_after=7), ExportState.RETRYING, True),
        (AuthenticationError("who"), ExportState.RETRYING, False),
        (InvalidOrderError("bad"), ExportState.REJECTED, True),
        (RejectedError("no"), ExportState.REJECTED, True),
        (UnknownOutcomeError("lost"), ExportState.UNKNOWN, True),
        (ConnectorError("odd"), ExportState.DEAD, True),
    ],
)
def test_each_error_leads_to_its_state(
    error: ExportError, state: ExportState, counts: bool
) -> None:
    """
    The table of the specification's section 4.
    """
    answer = answer_to_error(error)

    assert (state, counts) == (answer.state, answer.counts)
    assert answer.failure is not None
    assert type(error).__name__ == answer.failure.type


def test_a_throttled_export_waits_as_long_as_the_target_says() -> None:
    """
    `Retry-After` travels with the answer.
    """
    assert 7 == answer_to_error(ThrottledError("slow", retry_after=7)).retry_after


def test_an_error_of_a_connectors_own_kind_is_recorded_under_the_public_name() -> None:
    """
    Operators read names that the documentation has.
    """

    class AcmeBusyError(TransientError):
        pass

    failure = answer_to_error(AcmeBusyError("busy")).failure

    assert failure is not None
    assert "TransientError" == failure.type


def test_parts_accepted_before_a_failure_are_kept() -> None:
    """
    What a split order's target has already is not lost with the error.
    """
    part = ExportResult({"order": "1"}, shipment_id="S1")

    assert (part,) == answer_to_error(TransientError("down", accepted=[part])).results


def test_a_split_result_with_a_refused_part_is_rejected_and_keeps_the_others() -> None:
    """
    One export, all results; the refusal names its shipment and problems.
    """
    problem = Problem(cause="unknown article", field="ItemId")
    good = ExportResult({"order": "1"}, shipment_id="S1")
    bad = ExportResult(
        message="refused", state=ExportState.REJECTED, problems=[problem], shipment_id="S2"
    )

    answer = answer_to_result([good, bad])

    assert ExportState.REJECTED is answer.state
    assert (good, bad) == answer.results
    assert answer.failure is not None
    assert "shipment S2: refused; ItemId: unknown article" == str(answer.failure)


def test_a_result_that_is_confirmed_at_once_is_acknowledged() -> None:
    """
    All of its parts are.
    """
    done = ExportResult(state=ExportState.ACKNOWLEDGED)

    assert ExportState.ACKNOWLEDGED is answer_to_result(done).state
    assert ExportState.ACCEPTED is answer_to_result([done, ExportResult()]).state


@pytest.mark.parametrize(
    "raw", [None, [], "ok", {"order": "1"}, [ExportResult(), None], True, ExportState.ACCEPTED]
)
def test_anything_else_is_no_answer(raw: object) -> None:
    """
    A step never reports Success because nothing was raised.
    """
    with pytest.raises(ConnectorError, match="where an ExportResult is due"):
        answer_to_result(raw)


def test_a_result_in_a_state_that_is_no_answer_is_refused() -> None:
    """
    A connector cannot say `queued`.
    """
    with pytest.raises(ConnectorError, match="queued"):
        answer_to_result(ExportResult(state=ExportState.QUEUED))
