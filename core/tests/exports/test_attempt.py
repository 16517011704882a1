"""
What a connector returns or raises, and the state that follows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from attrs import field, frozen

from orderferry.connectors import (
    Capabilities,
    Context,
    Exporter,
    ExportResult,
    ExportState,
    InstanceName,
    Redactor,
)
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
from orderferry.exports import Attempt, Clock, Operation
from orderferry.exports._attempt import answer_to_error, answer_to_result, make_attempt

from .conftest import MakeExport


@frozen
class CalledExporter:
    """
    Names the hook that an attempt calls; it makes no context, and calls no connector.
    """

    calls: list[str]
    name: InstanceName = field(factory=lambda: InstanceName("sap", "main"))
    distribution: str = "orderferry-sap"
    version: str = "1.0"
    capabilities: Capabilities = field(factory=lambda: Capabilities(records=True))
    redactor: Redactor = field(factory=Redactor)

    def context(self, **_: object) -> Context:
        """
        No context: no hook needs one here.
        """
        return cast("Context", None)

    def __getattr__(self, hook: str) -> Callable[..., object]:
        def call(*_: object) -> object:
            self.calls.append(hook)
            return ExportResult()

        return call


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
    Each error of the specification's section 4 leads to its state.
    """
    answer = answer_to_error(error)

    assert state == answer.state
    assert counts == answer.counts
    assert answer.failure is not None
    assert type(error).__name__ == answer.failure.type


def test_the_answer_to_a_throttled_export_has_the_wait() -> None:
    """
    The answer to a throttled export has the seconds of `Retry-After`.
    """
    assert 7 == answer_to_error(ThrottledError("slow", retry_after=7)).retry_after


def test_an_error_of_a_connectors_own_kind_is_recorded_under_the_public_name() -> None:
    """
    A failure has the name of the public error class, which the documentation describes.
    """

    class AcmeBusyError(TransientError):
        pass

    failure = answer_to_error(AcmeBusyError("busy")).failure

    assert failure is not None
    assert "TransientError" == failure.type


def test_parts_accepted_before_a_failure_are_kept() -> None:
    """
    The accepted parts of a split order are not lost with the error.
    """
    part = ExportResult({"order": "1"}, shipment_id="S1")

    assert (part,) == answer_to_error(TransientError("down", accepted=[part])).results


def test_a_split_result_with_a_refused_part_is_rejected_and_keeps_the_others() -> None:
    """
    One rejected part rejects the export, which keeps all results; the failure names the part's
    shipment and problems.
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
    An export is acknowledged at once where all of its parts are.
    """
    done = ExportResult(state=ExportState.ACKNOWLEDGED)

    assert ExportState.ACKNOWLEDGED is answer_to_result(done).state
    assert ExportState.ACCEPTED is answer_to_result([done, ExportResult()]).state


@pytest.mark.parametrize(
    "raw", [None, [], "ok", {"order": "1"}, [ExportResult(), None], True, ExportState.ACCEPTED]
)
def test_anything_else_is_no_answer(raw: object) -> None:
    """
    A hook that returns no result has not succeeded.
    """
    with pytest.raises(ConnectorError, match="instead of an ExportResult"):
        answer_to_result(raw)


def test_a_result_in_a_state_of_the_ledger_is_an_error() -> None:
    """
    A connector cannot return a result in the state `queued`.
    """
    with pytest.raises(ConnectorError, match="queued"):
        answer_to_result(ExportResult(state=ExportState.QUEUED))


def attempt(make_export: MakeExport, operation: Operation) -> tuple[list[str], Attempt]:
    """
    Make an attempt; return the hooks that it called, and the attempt.
    """
    export = make_export(ExportState.SENDING, operation=operation)
    exporter = CalledExporter([])
    result = make_attempt(
        export,
        cast("Exporter", exporter),
        was=make_export(operation=operation),
        accepted=(),
        clock=Clock(),
        seconds=1,
    )
    return exporter.calls, result


@pytest.mark.parametrize(
    "operation", [Operation.EXPORT_ORDER, Operation.CANCEL_ORDER, Operation.ORDER_SAVED]
)
def test_an_attempt_calls_the_hook_of_its_operation(
    make_export: MakeExport, operation: Operation
) -> None:
    """
    An attempt calls the hook that its operation names, once.
    """
    calls, result = attempt(make_export, operation)

    assert [operation.value] == calls
    assert ExportState.ACCEPTED is result.export.state


@pytest.mark.parametrize("operation", [Operation.EXPORT_PAYMENTS, Operation.EXPORT_INVOICES])
def test_an_operation_that_no_step_makes_calls_no_hook(
    make_export: MakeExport, operation: Operation
) -> None:
    """
    An export of payments or invoices is dead, and no order is sent in its place.
    """
    calls, result = attempt(make_export, operation)

    assert [] == calls
    assert ExportState.DEAD is result.export.state
