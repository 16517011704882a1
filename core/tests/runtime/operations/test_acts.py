"""
Manual actions on exports and lanes.
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

ACT = Act(user="ann", reason="the target is fixed")
ACME: dict[str, Any] = {"name": "acme"}


def run(ferry: Ferry, **fields: Any) -> Export:
    """
    Let order W1 enter New, and return its one export.
    """
    (step,) = ferry.transition(order(**fields), "New").steps
    (export,) = step.exports
    return export


def answering(*answers: str, finding: str = "cannot") -> list[dict[str, Any]]:
    """
    Return an instance of acme with these answers.
    """
    return [{**ACME, "settings": {"answers": list(answers), "found": finding}}]


def history(ferry: Ferry) -> list[tuple[str | None, str | None, str | None]]:
    """
    Return the events of W1's exports: user, previous state and state.
    """
    stored = ferry._parts.store.read("W1")
    assert stored is not None
    return [
        (event.user, event.previous_state, event.state)
        for event in stored.order.history
        if event.export_id is not None
    ]


def test_a_rejected_export_is_tried_again(install: Install, make_ferry: MakeFerry) -> None:
    """
    A rejected export is sent again as the same row, and its error is cleared.
    """
    calls = install("acme")
    ferry = make_ferry(answering("reject", "accept"), New=[export_to("acme")])
    rejected = run(ferry)

    queued = ferry.acts.retry(rejected.key.id, ACT)
    (export,) = ferry.wait([queued])

    assert rejected.key == export.key
    assert ExportState.ACCEPTED is export.state
    assert 2 == export.attempts
    assert 2 == len(calls.exports)
    assert ("ann", "rejected", "queued") in history(ferry)
    stored = ferry._parts.store.read("W1")
    assert stored is not None
    assert () == stored.order.errors


def test_an_old_export_has_its_whole_deadline_again(
    install: Install, make_ferry: MakeFerry, time: FakeTime
) -> None:
    """
    A retried export has its whole deadline again, however old it is.
    """
    install("acme")
    ferry = make_ferry(answering("reject", "transient"), New=[export_to("acme")])
    rejected = run(ferry)
    time.wait(3 * 86_400)

    (export,) = ferry.wait([ferry.acts.retry(rejected.key.id, ACT)])

    assert ExportState.RETRYING is export.state


def test_an_unknown_id_is_an_error(install: Install, make_ferry: MakeFerry) -> None:
    """
    An unknown id is an error that names it.
    """
    install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme")])
    export_id = uuid4()

    with pytest.raises(UsageError, match=f"there is no export {export_id}"):
        ferry.acts.retry(export_id, ACT)


def test_an_action_that_is_not_allowed_changes_nothing(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An action that the state does not allow changes neither row nor history.
    """
    install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme")])
    accepted = run(ferry)
    before = history(ferry)

    with pytest.raises(UsageError, match="only rejected and dead exports are retried"):
        ferry.acts.retry(accepted.key.id, ACT)

    assert before == history(ferry)
    assert accepted == ferry._parts.store.find(accepted.key.id)


def test_an_unknown_export_is_sent_again_only_on_demand(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An unknown export is sent again only with `resend_unknown`, as the target may have it.
    """
    calls = install("acme")
    ferry = make_ferry(answering("unknown", "accept"), New=[export_to("acme")])
    unknown = run(ferry)

    with pytest.raises(UsageError, match="resolve it with `orderferry exports resolve`"):
        ferry.acts.retry(unknown.key.id, ACT)
    retrying = ferry.acts.retry(unknown.key.id, ACT, resend_unknown=True)
    (export,) = ferry.wait([retrying])

    assert ExportState.RETRYING is retrying.state
    assert ExportState.ACCEPTED is export.state
    assert 2 == len(calls.exports)
    assert ("ann", "unknown", "retrying") in history(ferry)


def test_an_export_that_an_operator_found_has_its_id(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An export that an operator found at the target is accepted with its id, and not sent.
    """
    install("acme")
    ferry = make_ferry(answering("unknown"), New=[export_to("acme")])
    unknown = run(ferry)

    export = ferry.acts.take(unknown.key.id, {"order": "R9"}, ACT)

    assert ExportState.ACCEPTED is export.state
    assert {"order": "R9"} == export.remote_ids
    stored = ferry._parts.store.read("W1")
    assert stored is not None
    assert () == stored.order.errors
    assert ("ann", "unknown", "accepted") == history(ferry)[-1]


def test_a_resolution_of_an_operator_stays(install: Install, make_ferry: MakeFerry) -> None:
    """
    An operator's resolution stays, also if the target answers a question later.
    """
    calls = install("acme", find=True)
    ferry = make_ferry(
        answering("unknown", finding="gate"), New=[export_to("acme", RunAfterOrderIsSaved=True)]
    )
    ferry._parts.instances.select("acme", None, None)
    calls.gates["default"] = gate = Gate()
    (unknown,) = ferry.wait([run(ferry)])
    assert gate.arrived.wait(20)

    resolved = ferry.acts.take(unknown.key.id, {"order": "R9"}, ACT)
    gate.opened.set()
    ferry.close()

    present = make_ferry(answering("accept"), deliver=False, New=[])._parts.store
    export = present.find(resolved.key.id)
    assert export is not None
    assert ExportState.ACCEPTED is export.state
    assert {"order": "R9"} == export.remote_ids


def test_an_export_that_the_target_did_not_receive_is_sent(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An export that an operator did not find at the target is sent at once.
    """
    calls = install("acme")
    ferry = make_ferry(answering("unknown", "accept"), New=[export_to("acme")])
    unknown = run(ferry)

    (export,) = ferry.wait([ferry.acts.refute(unknown.key.id, ACT)])

    assert ExportState.ACCEPTED is export.state
    assert 2 == len(calls.exports)


def test_an_export_marked_as_skipped_holds_nothing_back(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An export that is marked as skipped does not hold back the order's next export.
    """
    install("acme", updates=True)
    ferry = make_ferry(
        answering("unknown", "accept"), New=[export_to("acme", RunAfterOrderIsSaved=True)]
    )
    (unknown,) = ferry.wait([run(ferry)])
    (held,) = ferry.wait([run(ferry, version_id=2)])
    assert ExportState.QUEUED is held.state
    assert "which is unknown" in str(held.reason)

    skipped = ferry.acts.give_up(unknown.key.id, ACT)
    (export,) = ferry.wait([held])

    assert ExportState.SKIPPED is skipped.state
    assert SkipCause.OPERATOR is skipped.skip
    assert ExportState.ACCEPTED is export.state


def test_a_waiting_export_is_cancelled(install: Install, make_ferry: MakeFerry) -> None:
    """
    A cancelled export is not sent when its lane resumes.
    """
    calls = install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme", RunAfterOrderIsSaved=True)])
    ferry.acts.pause(["acme/default"], ACT)
    queued = run(ferry)

    cancelled = ferry.acts.cancel(queued.key.id, ACT)
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([cancelled])

    assert ExportState.SKIPPED is export.state
    assert SkipCause.OPERATOR is export.skip
    assert [] == calls.exports


def test_a_paused_lane_sends_nothing_until_it_resumes(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A paused lane sends nothing until it resumes, and the reason names the user.
    """
    calls = install("acme")
    ferry = make_ferry(answering("accept"), New=[export_to("acme", RunAfterOrderIsSaved=True)])

    ferry.acts.pause(["acme/default"], ACT)
    (queued,) = ferry.wait([run(ferry)])
    (lane,) = list_lanes(ferry._parts.store)

    assert ExportState.QUEUED is queued.state
    assert [] == calls.exports
    assert "lane acme/default is paused: paused by ann: the target is fixed" == queued.reason
    assert lane.row.paused
    assert "person" == lane.row.cause
    assert lane.row.until is None

    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([queued])

    assert ExportState.ACCEPTED is export.state
    assert InstanceName("acme", "default") == calls.exports[0][0]


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
