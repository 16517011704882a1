"""
A worker: until it is told to stop, or until there is nothing left to do.
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
    An instance of acme that answers so.
    """
    return {"name": "acme", "settings": {"answers": list(answers)}, **more}


def states(ferry: Ferry) -> list[ExportState]:
    """
    The states of all exports.
    """
    return [each.state for each in list_exports(ferry.acts.parts.store, ExportFilter())]


def all_of(ferry: Ferry) -> tuple[Export, ...]:
    """
    All exports with what they send.
    """
    return ferry.acts.parts.store.of_order("W1")


def test_a_worker_delivers_all_and_ends(install: Install, make_ferry: MakeFerry) -> None:
    """
    On either database; it was not told to stop.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    for number in range(20):
        ferry.transition(order(f"W{number}"), "New")
    assert [ExportState.QUEUED] * 20 == states(ferry)

    told = ferry.worker().run(until_idle=True)

    assert (False, [ExportState.ACCEPTED] * 20) == (told, states(ferry))
    assert 20 == len(calls.exports)


def test_a_worker_follows_where_failures_lead(install: Install, make_ferry: MakeFerry) -> None:
    """
    The status that a failure sets, and the exports that its workflow makes.
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
    stored = ferry.acts.parts.store.read("W1")
    assert stored is not None
    assert "Ship" == stored.order.status


def test_what_cannot_be_delivered_now_keeps_no_worker(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    In a paused lane, held back by an unknown one, or without its connector.
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
    odd = all_of(ferry)[0]
    with ferry.acts.parts.store.transaction() as batch:
        gone = evolve(odd.key, connector="wms", connector_id="default")
        batch.ledger.add([evolve(odd, key=gone), evolve(odd, key=evolve(odd.key, status="Ship"))])

    ferry.worker().run(until_idle=True)

    found = {
        (each.key.connector_id, each.key.status): each.state
        for each in list_exports(ferry.acts.parts.store, ExportFilter())
    }
    assert {
        ("odd", "New"): ExportState.UNKNOWN,
        ("odd", "Ship"): ExportState.QUEUED,
        ("paused", "New"): ExportState.QUEUED,
        ("default", "New"): ExportState.QUEUED,
    } == found


def test_what_a_dead_owner_left_is_recovered_first(install: Install, make_ferry: MakeFerry) -> None:
    """
    Of a lane, and of a transition; here the target cannot be asked, so nobody knows.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    ferry.transition(order(), "New")
    store = ferry.acts.parts.store
    (deferred,) = all_of(ferry)
    awaited = evolve(
        deferred,
        key=evolve(deferred.key, order_id="W2"),
        origin=evolve(deferred.origin, deferred=False),
        state=ExportState.SENDING,
    )
    store.change(evolve(deferred, state=ExportState.SENDING), was=deferred)
    store.owner = "a process that is dead"
    store.add([awaited])
    store.owner = ferry.acts.parts.owner

    ferry.worker().run(until_idle=True)

    assert ([ExportState.UNKNOWN] * 2, []) == (states(ferry), calls.exports)


def test_a_worker_goes_on_until_it_is_told_to_stop(install: Install, make_ferry: MakeFerry) -> None:
    """
    What is saved meanwhile is delivered.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    worker = ferry.worker()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run)
        (step,) = ferry.transition(order(), "New").steps
        (export,) = ferry.wait(step.exports)
        worker.stop()

    assert (True, ExportState.ACCEPTED) == (running.result(), export.state)


def test_what_is_overdue_is_reported_once(
    install: Install,
    make_ferry: MakeFerry,
    time: FakeTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    By lane and state, for whoever watches the log.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], deliver=False, New=[LATER])
    ferry.acts.pause(["acme/default"], ACT)
    ferry.transition(order(), "New")
    time.wait(timedelta(minutes=16).total_seconds())

    with caplog.at_level(logging.WARNING, "orderferry.worker"):
        ferry.worker().run(until_idle=True)

    assert ["lane acme/default: 1 exports are queued for too long"] == caplog.messages


def test_a_worker_that_waits_for_an_answer_is_not_idle(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    It ends when the last has come back.
    """
    calls = install("acme")
    ferry = make_ferry([answering("gate")], deliver=False, New=[LATER])
    ferry.acts.parts.instances.select("acme", None, None)
    calls.gates["default"] = gate = Gate()
    ferry.transition(order(), "New")

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ferry.worker().run, until_idle=True)
        assert gate.arrived.wait(20)
        assert not running.done()
        gate.opened.set()
        assert not running.result(20)

    assert [ExportState.ACCEPTED] == states(ferry)
