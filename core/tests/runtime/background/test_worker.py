"""
A worker: runs lanes until it is stopped, or until there is no work left.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from orderferry import ExportState
from orderferry.exports import Act, Export
from orderferry.runtime import Ferry
from orderferry.storage import ExportFilter, list_exports

from ..conftest import FakeTime, Gate, Install, MakeFerry, export_to, order

ACT = Act(user="ann", reason="the stock is counted")
LATER = export_to("acme", RunAfterOrderIsSaved=True)


def answering(*answers: str, **more: Any) -> dict[str, Any]:
    """
    Return an instance of acme with these answers.
    """
    return {"name": "acme", "settings": {"answers": list(answers)}, **more}


def states(ferry: Ferry) -> list[ExportState]:
    """
    Return the states of all exports.
    """
    return [export.state for export in list_exports(ferry._parts.store, ExportFilter())]


def exports_of(ferry: Ferry) -> tuple[Export, ...]:
    """
    Return all exports of W1 with what they send.
    """
    return ferry._parts.store.of_order("W1")


def test_a_worker_delivers_all_and_ends(install: Install, make_ferry: MakeFerry) -> None:
    """
    A worker that runs until idle sends all exports, and was not stopped.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    for number in range(20):
        ferry.transition(order(f"W{number}"), "New")
    assert [ExportState.QUEUED] * 20 == states(ferry)

    stopped = ferry.worker().run(until_idle=True)

    assert not stopped
    assert [ExportState.ACCEPTED] * 20 == states(ferry)
    assert 20 == len(calls.exports)


def test_a_worker_runs_what_failures_lead_to(install: Install, make_ferry: MakeFerry) -> None:
    """
    A worker runs the status that a failure sets, and sends the exports of its workflow.
    """
    install("acme")
    install("wms")
    ferry = make_ferry(
        [answering("reject"), {"name": "wms"}],
        deliver=False,
        New=[export_to("acme", RunAfterOrderIsSaved=True, ErrorStatus="Ship")],
        Ship=[export_to("wms", RunAfterOrderIsSaved=True)],
    )
    ferry.transition(order(), "New")

    ferry.worker().run(until_idle=True)

    assert [ExportState.REJECTED, ExportState.ACCEPTED] == states(ferry)
    stored = ferry._parts.store.read("W1")
    assert stored is not None
    assert "Ship" == stored.order.status


def test_a_worker_does_not_wait_for_what_cannot_be_sent_now(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A worker does not wait for exports in paused lanes, held back, or without a connector.
    """
    install("acme")
    install("wms")
    instances = [
        answering("unknown", "accept", id="odd"),
        answering("accept", id="paused"),
        {"name": "wms", "settings": {"answers": 7}},
    ]
    references = ["acme/odd", "acme/paused", "wms"]
    ferry = make_ferry(
        instances, deliver=False, New=[export_to(references, RunAfterOrderIsSaved=True)]
    )
    ferry.acts.pause(["acme/paused"], ACT)
    ferry.transition(order(), "New")
    odd = exports_of(ferry)[0]
    with ferry._parts.store.transaction() as batch:
        missing = evolve(odd.key, connector="wms", connector_id="default")
        batch.ledger.add(
            [evolve(odd, key=missing), evolve(odd, key=evolve(odd.key, status="Ship"))]
        )

    ferry.worker().run(until_idle=True)

    present = {
        (export.key.connector_id, export.key.status): export.state
        for export in list_exports(ferry._parts.store, ExportFilter())
    }
    assert {
        ("odd", "New"): ExportState.UNKNOWN,
        ("odd", "Ship"): ExportState.QUEUED,
        ("paused", "New"): ExportState.QUEUED,
        ("default", "New"): ExportState.QUEUED,
    } == present


def test_exports_of_ended_processes_are_recovered_first(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A worker first recovers the exports of ended processes; without an answer they are unknown.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    ferry.transition(order(), "New")
    store = ferry._parts.store
    (deferred,) = exports_of(ferry)
    awaited = evolve(
        deferred,
        key=evolve(deferred.key, order_id="W2"),
        origin=evolve(deferred.origin, deferred=False),
        state=ExportState.SENDING,
    )
    store.change(evolve(deferred, state=ExportState.SENDING), was=deferred)
    store.owner = "a process that has ended"
    store.add([awaited])
    store.owner = ferry._parts.owner

    ferry.worker().run(until_idle=True)

    assert [ExportState.UNKNOWN] * 2 == states(ferry)
    assert [] == calls.exports


def test_a_worker_runs_until_it_is_stopped(install: Install, make_ferry: MakeFerry) -> None:
    """
    A worker sends what is saved while it runs, until it is stopped.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    worker = ferry.worker()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run)
        (step,) = ferry.transition(order(), "New").steps
        (export,) = ferry.wait(step.exports)
        worker.stop()

    assert running.result()
    assert ExportState.ACCEPTED is export.state


def test_overdue_exports_are_logged_once(
    install: Install,
    make_ferry: MakeFerry,
    time: FakeTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    A worker logs overdue exports once, by lane and state.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    ferry.acts.pause(["acme/default"], ACT)
    ferry.transition(order(), "New")
    time.wait(timedelta(minutes=16).total_seconds())

    with caplog.at_level(logging.WARNING, "orderferry.worker"):
        ferry.worker().run(until_idle=True)

    assert ["lane acme/default: 1 overdue exports in state queued"] == caplog.messages


def test_a_worker_that_waits_for_an_answer_is_not_idle(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A worker that runs until idle ends after the last response.
    """
    calls = install("acme")
    ferry = make_ferry([answering("gate")], deliver=False, New=[LATER])
    ferry._parts.instances.select("acme", None, None)
    calls.gates["default"] = gate = Gate()
    ferry.transition(order(), "New")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ferry.worker().run, until_idle=True)
        assert gate.arrived.wait(20)
        assert not running.done()
        gate.opened.set()
        assert not running.result(20)

    assert [ExportState.ACCEPTED] == states(ferry)
