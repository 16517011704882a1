"""
One step with several exports: section 1 "Aggregation".
"""

from __future__ import annotations

from threading import Barrier, current_thread, main_thread
from typing import Any

import pytest

from orderferry.connectors import ExportState, Properties
from orderferry.orders import OrderForm, Shipment
from orderferry.steps import Outcome

from ..conftest import TWO_SHIPMENTS, Install, MakeFerry, export_to, instance, order


class Meeting:
    """
    A gate that opens when the expected number of calls has arrived.
    """

    def __init__(self, barrier: Barrier) -> None:
        self.barrier = barrier
        self.threads: list[object] = []

    def wait(self, seconds: float) -> None:
        """
        Wait for the others.
        """
        self.threads.append(current_thread())
        self.barrier.wait(seconds)


def test_two_connectors_in_one_step_run_at_the_same_time(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Both calls meet at a barrier that neither passes alone.
    """
    sap, wms = install("sap"), install("wms")
    ferry = make_ferry(
        [instance("sap", "gate"), instance("wms", "gate")], New=[export_to(["sap", "wms"])]
    )
    meeting = Meeting(Barrier(2))
    sap.gates["main"] = wms.gates["main"] = meeting

    result = ferry.transition(order(), "New")

    assert [ExportState.ACCEPTED] * 2 == [export.state for export in result.steps[0].exports]
    assert 2 == len(set(meeting.threads))


def test_one_connector_alone_runs_in_the_callers_thread(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A step with one connector starts no thread.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "gate")], New=[export_to("sap")])
    meeting = Meeting(Barrier(1))
    sap.gates["main"] = meeting

    ferry.transition(order(), "New")

    assert [main_thread()] == meeting.threads


@pytest.mark.parametrize("word", ["boom", "reject", "transient"])
def test_a_failed_export_neither_prevents_nor_hides_another(
    make_ferry: MakeFerry, install: Install, word: str
) -> None:
    """
    The step shows both messages, and the worst outcome decides.
    """
    install("sap")
    wms = install("wms")
    ferry = make_ferry(
        [instance("sap", word), instance("wms", "invalid")], New=[export_to(["sap", "wms"])]
    )

    result = ferry.transition(order(), "New")

    first, second = result.steps[0].message.splitlines()
    assert first.startswith("sap/main: ")
    assert second.startswith("wms/main: rejected: the order cannot be sent; line 1, Material 'X'")
    assert 1 == len(wms.exports)
    assert Outcome.WARNING is result.outcome


def test_a_connector_that_is_not_found_prevents_no_other_export(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The message of a connector that is not found is shown next to the results of the others.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to(["wms", "sap"])])

    result = ferry.transition(order(), "New")

    assert Outcome.ERROR is result.outcome
    assert 1 == len(sap.exports)
    assert ["wms"] == [error.connector for error in result.steps[0].not_found]


def test_per_shipment_makes_one_export_a_shipment(make_ferry: MakeFerry, install: Install) -> None:
    """
    Each export has its own key, and the step's properties.
    """
    sap = install("sap")
    step = export_to(
        "sap",
        PerShipment=True,
        properties=[{"key": "Priority", "value": "2", "valueType": "Number"}],
    )
    ferry = make_ferry([instance("sap", "accept")], New=[step])

    result = ferry.transition(order(order_form=TWO_SHIPMENTS), "New")

    assert ["S1", "S2"] == [call[2].shipment_id for call in sap.exports]
    assert [2, 2] == [call[3]["Priority"] for call in sap.exports]
    assert {"S1", "S2"} == {export.key.shipment_id for export in result.steps[0].exports}


def test_per_shipment_of_an_order_without_shipments_is_success_with_nothing_done(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    An order without shipments has nothing to send.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap", PerShipment=True)])

    result = ferry.transition(order(), "New")

    assert Outcome.SUCCESS is result.outcome
    assert () == result.steps[0].exports
    assert [] == sap.exports


def test_a_split_result_is_one_export_with_all_its_ids(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    Each id of a split result names its part.
    """
    install("sap")
    ferry = make_ferry([instance("sap", "split")], New=[export_to("sap")])

    (export,) = ferry.transition(order(order_form=TWO_SHIPMENTS), "New").steps[0].exports

    assert {"order[S1]": "R1-S1", "order[S2]": "R1-S2"} == export.remote_ids


def test_a_split_result_with_a_rejected_part_is_not_sent_again(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    The export keeps the ids of the accepted parts, and only an operator may send it again.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "split-refused")], New=[export_to("sap")])
    split_order = order(order_form=TWO_SHIPMENTS)

    ferry.transition(split_order, "New")
    result = ferry.transition(split_order, "New")

    (export,) = result.steps[0].exports
    assert ExportState.REJECTED is export.state
    assert 1 == len(sap.exports)
    assert {"order[S1]": "R1"} == export.remote_ids
    assert "shipment S2: refused; line 1, Material 'X'" in result.steps[0].message


def test_a_connector_that_a_step_names_twice_is_called_once(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A connector's name and its `name/id` select the same instance.
    """
    sap = install("sap")
    ferry = make_ferry([instance("sap", "accept")], New=[export_to(["sap", "sap/main"])])

    ferry.transition(order(), "New")

    assert 1 == len(sap.exports)


@pytest.mark.parametrize(
    ("market", "asked", "expected"),
    [
        ("NOR", "sap", "north"),
        ("SWE", "sap", "rest"),
        (None, "sap", "rest"),
        ("NOR", "sap/rest", "rest"),
        ("DNK", "sap/north", "north"),
    ],
)
def test_the_market_selects_the_instance_unless_an_id_does(
    make_ferry: MakeFerry, install: Install, market: str | None, asked: str, expected: str
) -> None:
    """
    Instances that name the market go before those that name none; an explicit id goes before
    both.
    """
    sap = install("sap")
    ferry = make_ferry(
        [
            instance("sap", "accept") | {"id": "north", "markets": ["NOR"]},
            instance("sap", "accept") | {"id": "rest"},
        ],
        New=[export_to([asked])],
    )

    ferry.transition(order(market_id=market), "New")

    assert [expected] == [call[0].id for call in sap.exports]


@pytest.mark.parametrize(
    ("connectors", "reason", "words"),
    [
        (
            [{"id": "a"}, {"id": "b"}],
            "ambiguous",
            ("sap/a", "sap/b"),
        ),
        ([{"id": "a", "disabled_markets": ["NOR"]}], "not configured", ("NOR",)),
        ([{"id": "a", "markets": ["SWE"]}], "not configured", ("NOR",)),
        ([{"id": "a", "settings": {"answerz": []}}], "quarantined", ("answerz", "answers")),
    ],
)
def test_the_message_says_why_no_exporter_was_found(
    make_ferry: MakeFerry,
    install: Install,
    connectors: list[dict[str, Any]],
    reason: str,
    words: tuple[str, ...],
) -> None:
    """
    The message names candidates, market or fault.
    """
    install("sap")
    ferry = make_ferry(
        [{"name": "sap", **connector} for connector in connectors], New=[export_to("sap")]
    )

    result = ferry.transition(order(), "New")

    (error,) = result.steps[0].not_found
    assert reason == error.reason
    assert all(word in result.steps[0].message for word in words)


def test_properties_reach_the_connector_untouched(make_ferry: MakeFerry, install: Install) -> None:
    """
    Keys are as written, groups are apart, and values have their types.
    """
    sap = install("sap")
    properties = [
        {"key": "salesOrg", "value": "1710"},
        {"key": "Accept", "value": "text/plain", "keyGroup": "Headers"},
    ]
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap", properties=properties)])

    ferry.transition(order(), "New")

    expected = Properties({"salesOrg": "1710"}, {"Headers": {"Accept": "text/plain"}})
    assert [expected] == [call[3] for call in sap.exports]


def test_a_transition_of_one_shipment_exports_that_one(
    make_ferry: MakeFerry, install: Install
) -> None:
    """
    A transition of one shipment exports that shipment only, also with PerShipment.
    """
    sap = install("sap")
    form = OrderForm(shipments=(Shipment(shipment_id="S1"), Shipment(shipment_id="S2")))
    ferry = make_ferry([instance("sap", "accept")], New=[export_to("sap", PerShipment=True)])

    ferry.transition(order(order_form=form), "New", shipment_id="S2")

    assert ["S2"] == [call[2].shipment_id for call in sap.exports]
