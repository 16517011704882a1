"""
What a transition saves, and which instances are notified.
"""

from __future__ import annotations

from threading import Event, Thread

import pytest

from orderferry.errors import ConflictError
from orderferry.orders import EntityError, HistoryEvent
from orderferry.workflow import TransitionResult

from ..conftest import FakeTime, Install, MakeFerry, export_to, instance, order


def test_same_version_with_other_content_is_a_conflict(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The second order of one version is not sent.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap")])
    ferry.transition(order(customer_name="Name"), "New")

    with pytest.raises(ConflictError, match="version 1 was received before with different content"):
        ferry.transition(order(customer_name="Else"), "New")

    assert 1 == len(sap.exports)


def test_an_older_version_is_a_conflict(make_ferry: MakeFerry, install: Install) -> None:
    """
    An order that arrives late does not replace a newer version.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap")])
    ferry.transition(order(version_id="10"), "New")

    with pytest.raises(ConflictError, match="version 10 is stored, 9 is older"):
        ferry.transition(order(version_id=9), "New")


def test_status_errors_history_and_modified_do_not_make_other_content(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    Status, errors, history and modification time may change under one version.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap")])
    first = ferry.transition(order(status="Draft"), "New")

    ferry.transition(
        order(status="New", errors=(EntityError(key="x"),), modified=time.now()), "New"
    )

    assert 1 == len(sap.exports)
    assert "New" == first.order.status


def test_a_host_without_versions_gets_a_digest_in_the_key(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Other content is another version of an order without versions.
    """
    sap = install("sap", updates=True)
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap")])
    for name in ("Name", "Name", "Else"):
        ferry.transition(order(version_id=None, customer_name=name), "New")

    assert ["Name", "Else"] == [call[1].customer_name for call in sap.exports]


def test_errors_and_history_are_kept_when_a_host_saves_over_them(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    A saved order replaces the document, except errors and history.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "reject")], New=[export_to("sap")], Ship=[])
    first = ferry.transition(order(), "New")
    foreign = HistoryEvent(timestamp=time.now(), category="Workflow", message="not ours")

    second = ferry.transition(order(version_id=2, history=(foreign,)), "Ship")

    assert first.order.errors == second.order.errors
    assert first.order.history == second.order.history[:-1]


def test_every_enabled_instance_with_the_hook_is_notified_of_a_saved_order(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    An instance is notified once a version and status after the commit; its failure stops no
    other and is no error of the order.
    """
    sap, wms = install("sap", order_saved=True, find=True), install("wms", order_saved=True)
    pos = install("pos")
    ferry = make_ferry(
        [
            {"name": "sap", "id": "main", "settings": {"found": "boom"}},
            {"name": "wms", "id": "here"},
            {"name": "wms", "id": "there", "markets": ["SWE"]},
            {"name": "pos", "id": "main"},
        ],
        New=[],
    )

    (result,) = ferry.settle([ferry.transition(order(), "New")])
    ferry.settle([ferry.transition(order(), "New")])

    assert ["here"] == [notification[0].id for notification in wms.saved]
    assert 1 == len(sap.saved)
    assert [] == pos.exports
    assert () == result.order.errors
    assert ["New"] == [notification[1].status for notification in wms.saved]


def test_the_same_transition_while_the_first_is_running_is_a_conflict(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The conflict does not disturb the transition in progress.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "gate")], New=[export_to("sap")])
    here, go = Event(), Event()

    class Gate:
        def wait(self, seconds: float) -> None:
            here.set()
            go.wait(seconds)

    sap.gates["main"] = Gate()
    results: list[TransitionResult] = []
    first = Thread(target=lambda: results.append(ferry.transition(order(), "New")))
    first.start()
    assert here.wait(20)

    with pytest.raises(ConflictError, match="already entering New"):
        ferry.transition(order(), "New")
    go.set()
    first.join(20)

    assert ["accepted"] == [result.steps[0].exports[0].state for result in results]


def test_a_conflict_at_the_end_loses_no_result(make_ferry: MakeFerry, install: Install) -> None:
    """
    The changes of a run are applied to an order that another transition has saved.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "gate")], New=[export_to("sap")], Ship=[])
    here, go = Event(), Event()

    class Gate:
        def wait(self, seconds: float) -> None:
            here.set()
            go.wait(seconds)

    sap.gates["main"] = Gate()
    results: list[TransitionResult] = []
    first = Thread(target=lambda: results.append(ferry.transition(order(), "New")))
    first.start()
    assert here.wait(20)
    ferry.transition(order(version_id=2, customer_name="Else"), "Ship")
    go.set()
    first.join(20)

    (result,) = results
    assert "Else" == result.order.customer_name
    assert "Ship" == result.order.status
    assert "accepted" in [event.state for event in result.order.history]


def test_the_history_has_statuses_and_changes_of_exports(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The history names the user of each status, and every change of state of each export, in
    order.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "transient", "accept")], New=[export_to("sap")])

    result = ferry.transition(order(status="Draft"), "New", user="night shift")

    entered, *exported = result.order.history
    assert "Workflow" == entered.category
    assert "Draft" == entered.previous_status
    assert "New" == entered.status
    assert "night shift" == entered.user
    assert ["sending", "retrying", "sending", "accepted"] == [event.state for event in exported]
    assert {"night shift"} == {event.user for event in exported}
