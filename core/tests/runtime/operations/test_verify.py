"""
`verify`: what the targets have after a restore.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from orderferry import ExportResult, ExportState
from orderferry.errors import UsageError
from orderferry.exports import Act, Export
from orderferry.runtime import Ferry, Verdict, Verified

from ..conftest import FakeTime, Install, MakeFerry, export_to, order

ACT = Act(user="ann", reason="restored from the backup of midnight")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def ferry_with(make_ferry: MakeFerry, finding: str, answers: list[str] | None = None) -> Ferry:
    """
    Return a ferry with one paused lane, whose target gives this answer.
    """
    settings: dict[str, Any] = {"answers": answers or ["accept"], "found": finding}
    ferry = make_ferry(
        [{"name": "acme", "settings": settings}],
        deliver=False,
        New=[export_to("acme", RunAfterOrderIsSaved=True)],
        Ship=[export_to("acme")],
    )
    ferry.acts.pause(["acme/default"], ACT)
    return ferry


def queued(ferry: Ferry) -> Export:
    """
    Let W1 enter New, so that its export is queued as in a backup.
    """
    (step,) = ferry.transition(order(), "New").steps
    (export,) = step.exports
    return export


def as_in_backup(ferry: Ferry, state: ExportState, **fields: Any) -> Export:
    """
    Return the export of W1 in the state that a backup has it in.
    """
    export = queued(ferry)
    in_backup = evolve(export, state=state, **fields)
    ferry._parts.store.change(in_backup, was=export)
    return in_backup


def verify(ferry: Ferry, since: datetime = LONG_AGO) -> list[Verified]:
    """
    Return the answers of all targets.
    """
    return list(ferry.acts.verify(since, ACT))


@pytest.mark.parametrize(
    "state",
    [ExportState.QUEUED, ExportState.RETRYING, ExportState.SENDING, ExportState.UNKNOWN],
)
def test_an_export_that_the_target_has_is_accepted_after_a_restore(
    install: Install, make_ferry: MakeFerry, state: ExportState
) -> None:
    """
    An export that the target has is accepted, and not sent when the lanes resume.
    """
    calls = install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    export = as_in_backup(ferry, state)

    (answer,) = verify(ferry)

    assert state is answer.was.state
    assert Verdict.FOUND is answer.verdict
    assert ExportState.ACCEPTED is answer.export.state
    assert "order F1" == answer.note
    assert answer.is_settled
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([export])
    assert ExportState.ACCEPTED is export.state
    assert [] == calls.exports


def test_each_transition_is_in_the_history(install: Install, make_ferry: MakeFerry) -> None:
    """
    The history has all transitions, with user and reason.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    queued(ferry)

    verify(ferry)

    stored = ferry._parts.store.read("W1")
    assert stored is not None
    sending, accepted = stored.order.history[-2:]
    assert [("queued", "sending"), ("sending", "accepted")] == [
        (event.previous_state, event.state) for event in (sending, accepted)
    ]
    assert "ann" == accepted.user
    assert "restored from the backup" in accepted.message


@pytest.mark.parametrize("state", [ExportState.QUEUED, ExportState.RETRYING])
def test_an_export_that_was_not_sent_has_the_reason_for_its_new_state(
    install: Install, make_ferry: MakeFerry, state: ExportState
) -> None:
    """
    The row of an export that was not sent here, but which the target has, says who verified it.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    export = as_in_backup(ferry, state)

    verify(ferry)

    stored = ferry.acts.find_export(export.key.id)
    assert ExportState.ACCEPTED is stored.state
    assert "verified by ann: restored from the backup of midnight" == stored.reason


def test_an_absent_export_is_sent_when_the_lane_resumes(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An absent export stays as it is, and is sent when its lane resumes.
    """
    calls = install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    export = queued(ferry)

    (answer,) = verify(ferry)

    assert Verdict.ABSENT is answer.verdict
    assert export.key == answer.export.key
    assert ExportState.QUEUED is answer.export.state
    assert answer.is_settled
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([export])
    assert ExportState.ACCEPTED is export.state
    assert 1 == len(calls.exports)


def test_an_absent_unknown_is_retried_once_it_can_no_longer_arrive(
    install: Install, make_ferry: MakeFerry, time: FakeTime
) -> None:
    """
    An absent unknown export is retried once its request can no longer arrive.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    as_in_backup(ferry, ExportState.UNKNOWN, settles=time.now() + timedelta(seconds=30))

    (early,) = verify(ferry)
    time.wait(31)
    (late,) = verify(ferry)

    assert ExportState.UNKNOWN is early.export.state
    assert early.note.startswith("it may still arrive")
    assert ExportState.RETRYING is late.export.state


def test_an_accepted_export_that_the_target_lost_is_not_settled(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An accepted export that the target does not have stays accepted, for an operator.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    as_in_backup(ferry, ExportState.ACCEPTED)

    (lost,) = verify(ferry)

    assert ExportState.ACCEPTED is lost.export.state
    assert not lost.is_settled
    assert "`orderferry export` sends it again" in lost.note


def test_an_accepted_export_is_looked_for_though_its_results_are_known(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    `find_export` does not get the results of the export in question as known ones.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "what is not known")
    export = as_in_backup(ferry, ExportState.ACCEPTED)
    known = evolve(export, results=(ExportResult({"order": "F1"}),))
    ferry._parts.store.change(known, was=export)

    (answer,) = verify(ferry)

    assert Verdict.FOUND is answer.verdict
    assert answer.is_settled


def test_older_accepted_exports_are_not_asked_about(
    install: Install, make_ferry: MakeFerry, time: FakeTime
) -> None:
    """
    The target is not asked about older accepted exports, nor about dead ones.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    export = as_in_backup(ferry, ExportState.ACCEPTED)

    assert [] == verify(ferry, since=export.changed + timedelta(seconds=1))
    ferry._parts.store.change(evolve(export, state=ExportState.DEAD), was=export)
    assert [] == verify(ferry)


@pytest.mark.parametrize(
    ("find", "note"), [(True, "no search"), (False, "the connector has no find_export: look")]
)
def test_an_export_without_an_answer_is_not_settled(
    install: Install, make_ferry: MakeFerry, find: bool, note: str
) -> None:
    """
    An export without an answer stays as it is, and the note has the reason.
    """
    install("acme", find=find)
    ferry = ferry_with(make_ferry, "cannot")
    queued(ferry)

    (answer,) = verify(ferry)

    assert Verdict.CANNOT_TELL is answer.verdict
    assert ExportState.QUEUED is answer.export.state
    assert not answer.is_settled
    assert answer.note.startswith(note)


def test_the_order_of_an_earlier_export_does_not_settle_a_later_one(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The order of an earlier export does not settle a later one.
    """
    install("acme", find=True, updates=True)
    ferry = ferry_with(make_ferry, "found")
    as_in_backup(ferry, ExportState.UNKNOWN)
    verify(ferry)
    ferry.transition(order(version_id=2), "New")

    (answer,) = (answer for answer in verify(ferry) if answer.was.key.version == "2")

    assert Verdict.CANNOT_TELL is answer.verdict
    assert ExportState.QUEUED is answer.export.state
    assert "the order that was found belongs to export" in answer.note


def test_a_lane_that_may_send_is_an_error(install: Install, make_ferry: MakeFerry) -> None:
    """
    A lane that may send is an error, which says how to pause it.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    queued(ferry)
    ferry.acts.resume(["acme/default"])

    with pytest.raises(UsageError, match=r"not paused.*acme/default.*lanes pause --all"):
        ferry.acts.verify(LONG_AGO, ACT)
