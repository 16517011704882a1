"""
Two runs of one order that write the same export: no result of the first is lost.
"""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import event

from orderferry import Ferry, TransitionResult
from orderferry.connectors import ExportState
from orderferry.exports import Act, Export
from orderferry.steps import Outcome

from ..conftest import (
    TWO_SHIPMENTS,
    Gate,
    Install,
    MakeFerry,
    export_to,
    instance,
    only,
    order,
    sap,
)

LATER = export_to("wms", PerShipment=True, RunAfterOrderIsSaved=True)
SHIPPED = order(order_form=TWO_SHIPMENTS)


class Waiting:
    """
    A run that waits for its awaited export to sap, until the test opens the gate.
    """

    def __init__(self, ferry: Ferry, gates: dict[str, Gate]) -> None:
        self._gate = gates["main"] = Gate()
        self._results: list[TransitionResult] = []
        self._thread = Thread(target=lambda: self._results.append(ferry.transition(SHIPPED, "New")))
        self._thread.start()
        assert self._gate.arrived.wait(20)

    def go(self) -> TransitionResult:
        """
        Open the gate, and return the result.
        """
        self._gate.opened.set()
        self._thread.join(20)
        (result,) = self._results
        return result


def test_an_intent_that_another_run_has_written_is_not_written_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The last commit of a run leaves out the intent, and saves its other intents and results.
    """
    install("wms")
    calls = install("sap")
    first, second = (
        make_ferry(
            [sap("gate"), instance("wms", "accept")],
            deliver=False,
            New=[LATER, export_to("sap")],
        )
        for _ in range(2)
    )
    run = Waiting(first, calls.gates)

    second.transition(SHIPPED, "New", shipment_id="S1")
    result = run.go()

    states = {
        export.key.reference: (export.state, export.origin.run == result.run)
        for export in rows(first)
    }
    assert {
        "wms/main/S1": (ExportState.QUEUED, False),
        "wms/main/S2": (ExportState.QUEUED, True),
        "sap/main": (ExportState.ACCEPTED, True),
        "sap/main/S1": (ExportState.QUEUED, False),
    } == states
    assert Outcome.SUCCESS is result.outcome


def test_an_export_that_an_operator_has_retried_is_not_queued_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The last commit of a run leaves an export as the operator has queued it.
    """
    install("wms")
    calls = install("sap")
    deciding = make_ferry([instance("wms", "reject")], deliver=False, New=[export_to("wms")])
    rejected = only(deciding.transition(SHIPPED, "New"))
    repeating = make_ferry(
        [sap("gate"), instance("wms", "accept")],
        deliver=False,
        New=[export_to("wms", RunAfterOrderIsSaved=True), export_to("sap")],
    )
    run = Waiting(repeating, calls.gates)

    retried = deciding.acts.retry(rejected.key.id, Act(user="ann", reason="mended"))
    result = run.go()

    assert [retried.reason, None] == [row.reason for row in rows(repeating)]
    assert ["queued", "accepted"] == [row.state for row in rows(repeating)]
    assert Outcome.SUCCESS is result.outcome


def test_an_instance_that_two_steps_name_is_sent_the_order_once(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Two steps that name one instance make one export.
    """
    install("wms")
    step = export_to("wms", RunAfterOrderIsSaved=True)
    ferry = make_ferry([instance("wms", "accept")], deliver=False, New=[step, step])

    result = ferry.transition(SHIPPED, "New")

    assert [("queued", 0)] == [(row.state, row.origin.position) for row in rows(ferry)]
    assert Outcome.SUCCESS is result.outcome


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_awaited_export_that_another_run_has_sent_is_not_sent_twice(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    An export that another run commits between the reading and the writing of a later step is
    not sent again, and its result is returned. SQLite allows no write between the two.
    """
    install("sap")
    wms = install("wms")
    first, second = (
        make_ferry(
            [sap("accept"), instance("wms", "accept")],
            deliver=False,
            New=[export_to("sap"), export_to("wms", PerShipment=True)],
        )
        for _ in range(2)
    )
    met: list[TransitionResult] = []

    def meet(_c: object, _s: object, statement: str, parameters: object, *_: object) -> None:
        is_theirs = statement.startswith("INSERT INTO orderferry_exports") and not met
        if is_theirs and "wms" in str(parameters):
            met.append(second.transition(SHIPPED, "New", shipment_id="S1"))

    event.listen(first._parts.store.engine, "before_cursor_execute", meet)
    result = first.transition(SHIPPED, "New")

    assert 1 == len(met)
    assert ["accepted", "accepted"] == [export.state for export in result.steps[1].exports]
    assert ["S1", "S2"] == sorted(shipment.shipment_id for _, _, shipment, *_ in wms.exports)


def rows(ferry: Ferry) -> tuple[Export, ...]:
    """
    The exports of the order, in the order in which they were made.
    """
    return ferry._parts.store.of_order(SHIPPED.id)
