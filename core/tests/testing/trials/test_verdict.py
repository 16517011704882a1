"""
The verdict on a trial: the errors that are allowed under each fault, and the objections.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from orderferry import ExportResult, ExportState, Properties
from orderferry.connectors import Received, Redactor, Timeline
from orderferry.exports import Attempt, Export, ExportKey, Failure, Operation, Origin
from orderferry.exports._attempt import Answer
from orderferry.testing import GUARANTEES, Fault, example_order
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._observation import Output
from orderferry.testing.trials._recorded_traffic import Position
from orderferry.testing.trials._trial import Case, Trial
from orderferry.testing.trials._verdict import RULES, faults_of, objections

LOST = [
    Fault.DROP_REQUEST,
    Fault.STALL_REQUEST,
    Fault.LOSE_ANSWER,
    Fault.LOSE_ANSWER_STALLED,
    Fault.TRUNCATED,
    Fault.GARBAGE,
    Fault.GARBAGE_BODY,
    Fault.FLOOD,
    Fault.STATUS_500,
    Fault.STATUS_502,
    Fault.STATUS_500_AFTER,
    Fault.STATUS_502_AFTER,
    Fault.OK_EMPTY,
]

NOW = datetime(2026, 1, 15, tzinfo=UTC)
RECEIVED = Received(order_id="A1", shipment_id=None, remote_id="R1", content=b"{}")
DUPLICATE = evolve(RECEIVED, remote_id="R2")


def export(state: ExportState, failure: str | None = None, remote_id: str = "R1") -> Export:
    """
    An export in a state.
    """
    key = ExportKey(
        order_id="A1",
        shipment_id=None,
        connector="acme",
        connector_id="main",
        operation=Operation.EXPORT_ORDER,
        status="New",
        version="1",
    )
    accepted = state is ExportState.ACCEPTED
    return Export(
        key=key,
        order=example_order("A1"),
        properties=Properties(),
        origin=Origin(step="ExportOrder"),
        created=NOW,
        changed=NOW,
        state=state,
        results=(ExportResult({"order": remote_id}),) if accepted else (),
        failure=None if failure is None else Failure(type=failure, message="it failed"),
    )


UNKNOWN = export(ExportState.UNKNOWN, "UnknownOutcomeError")
RETRYING = export(ExportState.RETRYING, "TransientError")
ACCEPTED = export(ExportState.ACCEPTED)


def trial(
    after: Export,
    *,
    received_by_attempt: tuple[Received, ...] = (),
    end: Export = ACCEPTED,
    received: tuple[Received, ...] = (RECEIVED,),
    met: int = 1,
    wait: float | None = None,
    position: Position = Position.AT,
    took: float = 0.1,
) -> Trial:
    """
    A trial with a fault at the write; by default its export ends accepted.
    """
    answer = Answer(state=after.state, failure=after.failure, retry_after=wait)
    return Trial(
        case=Case(fault="a fault", place="POST /orders", position=position),
        met=met,
        requests="POST /orders",
        attempt=Attempt(export=after, answer=answer, timeline=Timeline(Redactor())),
        seconds=10,
        took=took,
        late=False,
        received_by_attempt=received_by_attempt,
        end=end,
        received=received,
        calls=(),
        output=Output(),
        text="",
        mutations=[],
        secrets=Redactor(),
    )


def judge(record: Trial, fault: Fault = Fault.LOSE_ANSWER, *, determines: bool = True) -> list[str]:
    """
    The objections to a trial at a target that makes one document of one order.
    """
    return list(objections(record, RULES[fault], copies=1, determines=determines))


def test_each_fault_has_a_rule() -> None:
    """
    Each fault has a rule, with a guarantee that exists.
    """
    assert {*Fault, *FolderFault} == set(RULES)
    assert {rule.guarantee for rule in RULES.values()} <= set(GUARANTEES)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
def test_a_write_without_a_response_is_unknown(fault: Fault) -> None:
    """
    A lost response at the write allows only an unknown outcome, and one before it only errors that
    state that nothing was received.
    """
    rule = RULES[fault]

    assert {"UnknownOutcomeError"} == rule.allowed(Position.AT, start=False)
    assert {"UnknownOutcomeError"} == rule.allowed(Position.AFTER, start=False)
    before = rule.allowed(Position.BEFORE, start=False)
    assert "TransientError" in before
    assert "UnknownOutcomeError" not in before


def test_an_unknown_position_allows_both_kinds_of_errors() -> None:
    """
    Transient and unknown outcomes are allowed at an unknown position, but only transient ones at
    the first byte of a connection.
    """
    rule = RULES[Fault.CUT]

    assert {"TransientError", "ThrottledError", "UnknownOutcomeError"} == rule.allowed(
        None, start=False
    )
    assert {"TransientError", "ThrottledError"} == rule.allowed(None, start=True)


@pytest.mark.parametrize("position", [Position.AT, Position.BEFORE])
def test_a_failed_authentication_is_an_authentication_error(position: Position) -> None:
    """
    Status 401 allows only an authentication error at every request.
    """
    assert {"AuthenticationError"} == RULES[Fault.STATUS_401].allowed(position, start=False)


def test_the_faults_of_a_guarantee_are_found() -> None:
    """
    The faults of a guarantee are in the order of the table.
    """
    assert [Fault.REFUSE, Fault.RESET, Fault.WRONG_CERTIFICATE] == faults_of("unreachable")


@pytest.mark.parametrize("after", [UNKNOWN, ACCEPTED], ids=["unknown", "accepted"])
def test_a_correct_outcome_meets_no_objection(after: Export) -> None:
    """
    An order that was received may be reported as unknown at the write, or as accepted.
    """
    assert [] == judge(trial(after, received_by_attempt=(RECEIVED,)))


@pytest.mark.parametrize(
    ("record", "objection"),
    [
        (
            trial(ACCEPTED),
            "the export is reported as accepted, but the target did not receive the order",
        ),
        (
            trial(export(ExportState.ACCEPTED, remote_id="9"), received_by_attempt=(RECEIVED,)),
            "the export is reported as accepted with ids that are not the target's",
        ),
        (
            trial(RETRYING, received_by_attempt=(RECEIVED,)),
            "the connector raised TransientError; expected UnknownOutcomeError",
        ),
        (
            trial(UNKNOWN, position=Position.BEFORE),
            "the connector raised UnknownOutcomeError; expected ThrottledError or TransientError",
        ),
        (
            trial(RETRYING, met=0),
            "the connector raised TransientError, although the fault was not met",
        ),
        (
            trial(UNKNOWN, received=(RECEIVED, DUPLICATE)),
            "the target has 2 copies of the order; expected 1",
        ),
        (
            trial(UNKNOWN, received=()),
            "the export ends as accepted, but the target does not have the order",
        ),
        (
            trial(UNKNOWN, received=(DUPLICATE,)),
            "the export ends as accepted with ids that are not the target's",
        ),
        (
            trial(UNKNOWN, end=UNKNOWN),
            "the fault has ended, but the export ends as unknown: it failed",
        ),
    ],
)
def test_a_false_outcome_meets_an_objection(record: Trial, objection: str) -> None:
    """
    An outcome that differs from the target's documents meets the objection that describes it.
    """
    assert objection in judge(record)


def test_a_success_is_expected_under_a_delay() -> None:
    """
    The objection to an error under a fault that allows none asks for a success.
    """
    (objection,) = judge(trial(RETRYING, received=(RECEIVED,)), Fault.DELAY)

    assert "the connector raised TransientError; expected a success" == objection


def test_a_connector_that_cannot_determine_outcomes_may_end_unknown() -> None:
    """
    An export may stay unknown if the connector offers nothing to determine its outcome.
    """
    record = trial(UNKNOWN, end=UNKNOWN, received_by_attempt=(RECEIVED,))

    assert [] == judge(record, determines=False)


def test_a_transient_error_is_wrong_for_an_order_that_was_received() -> None:
    """
    A transient error meets an objection if the target received the order, even if the position of
    the fault is unknown.
    """
    (objection,) = judge(trial(RETRYING, received_by_attempt=(RECEIVED,)), Fault.CUT)

    assert (
        "TransientError states that nothing was received, but the target received the order"
        == objection
    )


def test_a_success_with_a_wrong_certificate_meets_an_objection() -> None:
    """
    An order must not be accepted by a server whose certificate is for another host.
    """
    record = trial(ACCEPTED, received_by_attempt=(RECEIVED,))
    (objection,) = judge(record, Fault.WRONG_CERTIFICATE)

    assert "the connector sent the order to a server whose certificate is not trusted" == objection


@pytest.mark.parametrize("wait", [7.0, 6.1])
def test_the_time_to_wait_is_that_of_the_target(wait: float) -> None:
    """
    A `retry_after` that is close to the target's is correct, because a date may be imprecise.
    """
    throttled = export(ExportState.RETRYING, "ThrottledError")

    assert [] == judge(trial(throttled, wait=wait), Fault.STATUS_429_DATE)


@pytest.mark.parametrize(
    ("wait", "shown"), [(60.0, "a retry_after of 60 s"), (None, "no retry_after")]
)
def test_another_time_to_wait_meets_an_objection(wait: float | None, shown: str) -> None:
    """
    The objection states the time that the target asked for, and the one that was reported.
    """
    throttled = export(ExportState.RETRYING, "ThrottledError")
    (objection,) = judge(trial(throttled, wait=wait), Fault.STATUS_429_DATE)

    assert f"the target asks to wait 7 s, but the connector reported {shown}" == objection


def test_a_date_is_nearer_if_it_is_read_late() -> None:
    """
    The seconds to a date by the connector's own clock are also correct on a slow machine.
    """
    throttled = export(ExportState.RETRYING, "ThrottledError")

    assert [] == judge(trial(throttled, wait=2.0, took=5.0), Fault.STATUS_429_DATE)


@pytest.mark.parametrize("wait", [12.0, None])
def test_a_slow_attempt_excuses_no_other_time_to_wait(wait: float | None) -> None:
    """
    A later date, or none, meets an objection however long the attempt took.
    """
    throttled = export(ExportState.RETRYING, "ThrottledError")

    assert [] != judge(trial(throttled, wait=wait, took=5.0), Fault.STATUS_429_DATE)


@pytest.mark.parametrize(
    "fact",
    [
        "this is wrong",
        "fault: a fault; place: POST /orders; times met: 1",
        "state unknown, error UnknownOutcomeError: it failed",
        "ids at the target ['R1']",
        "requests of the attempt: POST /orders",
    ],
)
def test_a_message_about_a_trial_states_all_facts(fact: str) -> None:
    """
    A message about a trial states the problem, the fault, its place, the outcome and the requests.
    """
    message = trial(UNKNOWN, received_by_attempt=(RECEIVED,)).describe("this is wrong")

    assert fact in message
