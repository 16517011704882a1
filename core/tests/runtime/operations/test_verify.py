"""
After a restore: what the targets have.
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


def ferry_with(make_ferry: MakeFerry, found: str, answers: list[str] | None = None) -> Ferry:
    """
    A ferry whose one lane is paused, and whose target says this when it is asked.
    """
    settings: dict[str, Any] = {"answers": answers or ["accept"], "found": found}
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
    Let W1 enter New: its export is queued, as in a backup.
    """
    (step,) = ferry.transition(order(), "New").steps
    (export,) = step.exports
    return export


def as_in_backup(ferry: Ferry, state: ExportState, **given: Any) -> Export:
    """
    The export of W1 in the state that a backup has it in.
    """
    export = queued(ferry)
    there = evolve(export, state=state, **given)
    ferry.acts.parts.store.change(there, was=export)
    return there


def verified(ferry: Ferry, since: datetime = LONG_AGO) -> list[Verified]:
    """
    All that the targets say.
    """
    return list(ferry.acts.verify(since, ACT))


@pytest.mark.parametrize(
    "state",
    [ExportState.QUEUED, ExportState.RETRYING, ExportState.SENDING, ExportState.UNKNOWN],
)
def test_what_the_target_has_is_accepted(
    install: Install, make_ferry: MakeFerry, state: ExportState
) -> None:
    """
    Whatever the backup thought of it; it is not sent when the lanes go on.
    """
    calls = install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    there = as_in_backup(ferry, state)

    (found,) = verified(ferry)

    assert (state, Verdict.FOUND, ExportState.ACCEPTED, "order F1", True) == (
        found.was.state,
        found.verdict,
        found.export.state,
        found.note,
        found.is_settled,
    )
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([there])
    assert (ExportState.ACCEPTED, []) == (export.state, calls.exports)


def test_each_step_is_in_the_history(install: Install, make_ferry: MakeFerry) -> None:
    """
    With who asked, and why.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    queued(ferry)

    verified(ferry)

    stored = ferry.acts.parts.store.read("W1")
    assert stored is not None
    sending, accepted = stored.order.history[-2:]
    assert ("queued", "sending", "sending", "accepted") == (
        sending.previous_state,
        sending.state,
        accepted.previous_state,
        accepted.state,
    )
    assert ("ann", True) == (accepted.user, "restored from the backup" in accepted.message)


def test_what_is_absent_is_sent_when_the_lane_goes_on(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    Nothing changes until then.
    """
    calls = install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    there = queued(ferry)

    (absent,) = verified(ferry)

    assert (Verdict.ABSENT, there.key, ExportState.QUEUED, True) == (
        absent.verdict,
        absent.export.key,
        absent.export.state,
        absent.is_settled,
    )
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([there])
    assert (ExportState.ACCEPTED, 1) == (export.state, len(calls.exports))


def test_an_absent_unknown_is_retried_once_it_cannot_arrive_any_more(
    install: Install, make_ferry: MakeFerry, time: FakeTime
) -> None:
    """
    Before that its lane asks again.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    as_in_backup(ferry, ExportState.UNKNOWN, settles=time.now() + timedelta(seconds=30))

    (early,) = verified(ferry)
    time.wait(31)
    (late,) = verified(ferry)

    assert (ExportState.UNKNOWN, "it may still arrive") == (early.export.state, early.note[:19])
    assert ExportState.RETRYING is late.export.state


def test_an_accepted_export_that_the_target_lost_is_not_settled(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A person sees to it; it stays as it is.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    as_in_backup(ferry, ExportState.ACCEPTED)

    (lost,) = verified(ferry)

    assert (ExportState.ACCEPTED, False) == (lost.export.state, lost.is_settled)
    assert "`orderferry export` sends it again" in lost.note


def test_an_accepted_export_is_looked_for_though_its_results_are_known(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A connector leaves out what it knows of; the export in question is not among that.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "what is not known")
    there = as_in_backup(ferry, ExportState.ACCEPTED)
    known = evolve(there, results=(ExportResult({"order": "F1"}),))
    ferry.acts.parts.store.change(known, was=there)

    (found,) = verified(ferry)

    assert (Verdict.FOUND, True) == (found.verdict, found.is_settled)


def test_what_was_accepted_before_is_not_asked_about(
    install: Install, make_ferry: MakeFerry, time: FakeTime
) -> None:
    """
    Nor what ended otherwise.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "absent")
    there = as_in_backup(ferry, ExportState.ACCEPTED)

    assert [] == verified(ferry, since=there.changed + timedelta(seconds=1))
    ferry.acts.parts.store.change(evolve(there, state=ExportState.DEAD), was=there)
    assert [] == verified(ferry)


@pytest.mark.parametrize(
    ("find", "note"), [(True, "no search"), (False, "the connector offers no find_export: look")]
)
def test_what_cannot_be_asked_is_not_settled(
    install: Install, make_ferry: MakeFerry, find: bool, note: str
) -> None:
    """
    The reason is told.
    """
    install("acme", find=find)
    ferry = ferry_with(make_ferry, "cannot")
    queued(ferry)

    (untold,) = verified(ferry)

    assert (Verdict.CANNOT_TELL, ExportState.QUEUED, False) == (
        untold.verdict,
        untold.export.state,
        untold.is_settled,
    )
    assert untold.note.startswith(note)


def test_what_an_earlier_export_sent_is_not_taken_for_a_later_one(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The target finds the order of the first, and knows nothing of the second.
    """
    install("acme", find=True, updates=True)
    ferry = ferry_with(make_ferry, "found")
    as_in_backup(ferry, ExportState.UNKNOWN)
    verified(ferry)
    ferry.transition(order(version_id=2), "New")

    (untold,) = (each for each in verified(ferry) if each.was.key.version == "2")

    assert (Verdict.CANNOT_TELL, ExportState.QUEUED) == (untold.verdict, untold.export.state)
    assert "what was found is what export" in untold.note


def test_a_lane_that_may_send_is_refused(install: Install, make_ferry: MakeFerry) -> None:
    """
    The message says how to pause it.
    """
    install("acme", find=True)
    ferry = ferry_with(make_ferry, "found")
    queued(ferry)
    ferry.acts.resume(["acme/default"])

    with pytest.raises(UsageError, match=r"acme/default are not paused.*lanes pause --all"):
        ferry.acts.verify(LONG_AGO, ACT)
