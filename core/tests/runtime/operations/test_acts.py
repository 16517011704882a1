"""
What a person does to exports and lanes.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from orderferry import ExportState
from orderferry.connectors import InstanceName
from orderferry.errors import UsageError
from orderferry.exports import Act, Export, SkipCause
from orderferry.runtime import Ferry
from orderferry.storage import ExportFilter, list_lanes

from ..conftest import FakeTime, Gate, Install, MakeFerry, export_to, order

ACT = Act(user="ann", reason="the target is mended")
ACME: dict[str, Any] = {"name": "acme"}


def run(ferry: Ferry, **given: Any) -> Export:
    """
    Let order W1 enter New, and give the one export of it.
    """
    (step,) = ferry.transition(order(**given), "New").steps
    (export,) = step.exports
    return export


def answering(*answers: str, found: str = "cannot") -> list[dict[str, Any]]:
    """
    An instance of acme that answers so.
    """
    return [{**ACME, "settings": {"answers": list(answers), "found": found}}]


def history(ferry: Ferry) -> list[tuple[str | None, str | None, str | None]]:
    """
    The events of the exports of W1: who, and from which state to which.
    """
    stored = ferry.acts.parts.store.read("W1")
    assert stored is not None
    return [
        (event.user, event.previous_state, event.state)
        for event in stored.order.history
        if event.export_id is not None
    ]


def test_a_rejected_export_is_tried_again(install: Install, make_ferry: MakeFerry) -> None:
    """
    As the same row, delivered by its lane; the history names the person, and the error is gone.
    """
    calls = install("acme")
    ferry = make_ferry(answering("reject", "accept"), New=[export_to("acme")])
    rejected = run(ferry)

    queued = ferry.acts.retry(rejected.key.id, ACT)
    (export,) = ferry.wait([queued])

    assert (rejected.key, ExportState.ACCEPTED, 2) == (export.key, export.state, export.attempts)
    assert 2 == len(calls.exports)
    assert ("ann", "rejected", "queued") in history(ferry)
    stored = ferry.acts.parts.store.read("W1")
    assert stored is not None
    assert () == stored.order.errors


def test_an_old_export_has_its_whole_deadline_again(
    install: Install, make_ferry: MakeFerry, time: FakeTime
) -> None:
    """
    Its first failure after the retry is not its last.
    """
    install("acme")
    ferry = make_ferry(answering("reject", "transient"), New=[export_to("acme")])
    rejected = run(ferry)
    time.wait(3 * 86_400)

    (export,) = ferry.wait([ferry.acts.retry(rejected.key.id, ACT)])

    assert ExportState.RETRYING is export.state


def test_what_is_not_there_cannot_be_decided(install: Install, make_ferry: MakeFerry) -> None:
    """
    The message names it.
    """
    install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme")])
    export_id = uuid4()

    with pytest.raises(UsageError, match=f"there is no export {export_id}"):
        ferry.acts.retry(export_id, ACT)


def test_a_refused_act_changes_nothing(install: Install, make_ferry: MakeFerry) -> None:
    """
    Neither the row nor the history.
    """
    install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme")])
    accepted = run(ferry)
    before = history(ferry)

    with pytest.raises(UsageError, match="only rejected and dead exports are retried"):
        ferry.acts.retry(accepted.key.id, ACT)

    assert (before, accepted) == (history(ferry), ferry.acts.parts.store.find(accepted.key.id))


def test_an_unknown_export_is_sent_again_only_where_that_is_said(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    It may have been taken.
    """
    calls = install("acme")
    ferry = make_ferry(answering("unknown", "accept"), New=[export_to("acme")])
    unknown = run(ferry)

    with pytest.raises(UsageError, match="settle it with `orderferry exports resolve`"):
        ferry.acts.retry(unknown.key.id, ACT)
    retrying = ferry.acts.retry(unknown.key.id, ACT, resend_unknown=True)
    (export,) = ferry.wait([retrying])

    assert (ExportState.RETRYING, ExportState.ACCEPTED) == (retrying.state, export.state)
    assert 2 == len(calls.exports)
    assert ("ann", "unknown", "retrying") in history(ferry)


def test_what_was_taken_has_the_id_that_a_person_found(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    It is never sent again, and its error is cleared.
    """
    install("acme")
    ferry = make_ferry(answering("unknown"), New=[export_to("acme")])
    unknown = run(ferry)

    export = ferry.acts.take(unknown.key.id, {"order": "R9"}, ACT)

    assert (ExportState.ACCEPTED, {"order": "R9"}) == (export.state, export.remote_ids)
    stored = ferry.acts.parts.store.read("W1")
    assert stored is not None
    assert () == stored.order.errors
    assert ("ann", "unknown", "accepted") == history(ferry)[-1]


def test_what_a_person_settles_stays_settled(install: Install, make_ferry: MakeFerry) -> None:
    """
    Though the target is being asked about it: that answer comes too late.
    """
    calls = install("acme", find=True)
    ferry = make_ferry(
        answering("unknown", found="gate"), New=[export_to("acme", RunAfterOrderIsSaved=True)]
    )
    ferry.acts.parts.instances.select("acme", None, None)
    calls.gates["default"] = gate = Gate()
    (unknown,) = ferry.wait([run(ferry)])
    assert gate.arrived.wait(20)

    settled = ferry.acts.take(unknown.key.id, {"order": "R9"}, ACT)
    gate.opened.set()
    ferry.close()

    present = make_ferry(answering("accept"), deliver=False, New=[]).acts.parts.store
    found = present.find(settled.key.id)
    assert found is not None
    assert (ExportState.ACCEPTED, {"order": "R9"}) == (found.state, found.remote_ids)


def test_what_was_not_taken_is_sent(install: Install, make_ferry: MakeFerry) -> None:
    """
    Its lane does so at once.
    """
    calls = install("acme")
    ferry = make_ferry(answering("unknown", "accept"), New=[export_to("acme")])
    unknown = run(ferry)

    (export,) = ferry.wait([ferry.acts.refute(unknown.key.id, ACT)])

    assert (ExportState.ACCEPTED, 2) == (export.state, len(calls.exports))


def test_what_is_given_up_holds_nothing_back(install: Install, make_ferry: MakeFerry) -> None:
    """
    It is skipped, and the order's next export goes on.
    """
    install("acme", updates=True)
    ferry = make_ferry(
        answering("unknown", "accept"), New=[export_to("acme", RunAfterOrderIsSaved=True)]
    )
    (unknown,) = ferry.wait([run(ferry)])
    (held,) = ferry.wait([run(ferry, version_id=2)])
    assert ExportState.QUEUED is held.state
    assert "which is unknown" in str(held.reason)

    given_up = ferry.acts.give_up(unknown.key.id, ACT)
    (export,) = ferry.wait([held])

    assert (ExportState.SKIPPED, SkipCause.PERSON) == (given_up.state, given_up.skip)
    assert ExportState.ACCEPTED is export.state


def test_a_waiting_export_is_cancelled(install: Install, make_ferry: MakeFerry) -> None:
    """
    It is not sent when its lane goes on.
    """
    calls = install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme", RunAfterOrderIsSaved=True)])
    ferry.acts.pause(["acme/default"], ACT)
    queued = run(ferry)

    cancelled = ferry.acts.cancel(queued.key.id, ACT)
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([cancelled])

    assert (ExportState.SKIPPED, SkipCause.PERSON) == (export.state, export.skip)
    assert [] == calls.exports


def test_a_paused_lane_sends_nothing_until_it_goes_on(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    Who waits is told who has paused it, and why.
    """
    calls = install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme", RunAfterOrderIsSaved=True)])

    ferry.acts.pause(["acme/default"], ACT)
    (queued,) = ferry.wait([run(ferry)])
    (lane,) = list_lanes(ferry.acts.parts.store)

    assert (ExportState.QUEUED, []) == (queued.state, calls.exports)
    assert "lane acme/default is paused: paused by ann: the target is mended" == queued.reason
    assert (True, "person", None) == (lane.row.paused, lane.row.cause, lane.row.until)

    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([queued])

    assert (ExportState.ACCEPTED, InstanceName("acme", "default")) == (
        export.state,
        calls.exports[0][0],
    )


def test_an_export_is_found_by_its_id(install: Install, make_ferry: MakeFerry) -> None:
    """
    An id finds its export, and an unknown id is an error of usage that names it.
    """
    install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme")])
    export = run(ferry)
    unknown = uuid4()

    assert export.key == ferry.acts.find_export(export.key.id).key
    with pytest.raises(UsageError, match=f"there is no export {unknown}"):
        ferry.acts.find_export(unknown)


def test_exports_are_found_by_a_filter(install: Install, make_ferry: MakeFerry) -> None:
    """
    A filter finds the exports that match it, and no other.
    """
    install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme")])
    export = run(ferry)

    accepted = ferry.acts.find_exports(ExportFilter(states=frozenset({ExportState.ACCEPTED})))

    assert [export.key] == [match.key for match in accepted]
    assert () == ferry.acts.find_exports(ExportFilter(order_id="W2"))


def test_the_lanes_of_the_database_have_names(install: Install, make_ferry: MakeFerry) -> None:
    """
    Each lane of the database is named once, in the order of the names.
    """
    install("acme")
    instances = [{**ACME, "id": instance_id} for instance_id in ("west", "east")]
    ferry = make_ferry(instances, New=[export_to("acme", ConnectorId="west")])
    run(ferry)

    assert ("acme/east", "acme/west") == ferry.acts.lane_names()
