"""
The connector against its simulator, over a real socket, loaded and called as the core does it.
"""

import json
from decimal import Decimal

import pytest
from attrs import evolve

from orderferry import Absent, ExportState, Found, Order, Properties
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    InvalidOrderError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.orders import LineItem
from orderferry_wms_manhattan.simulator import Answer, ManhattanSimulator

from .conftest import InstanceOf, OrderOf, envelope


def _shipments(simulator: ManhattanSimulator) -> list[str | None]:
    return [received.shipment_id for received in simulator.received()]


def _with_line(order: Order, **changes: object) -> Order:
    line = evolve(order.lines[0], **changes)  # type: ignore[arg-type]
    return evolve(order, order_form=evolve(order.order_form, line_items=(line,)))


def test_order_is_saved_and_answered_for(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order without shipments is one original order, and its key and id come back.
    """
    (result,) = instance().export(order_of())
    (received,) = simulator.received()
    assert ExportState.ACCEPTED is result.state
    assert {"original_order": "WEB-1", "pk": received.remote_id} == result.remote_ids
    assert result.message.startswith("saved (cp-trace-id ")
    assert ("WEB-1", None) == (received.order_id, received.shipment_id)


def test_preview_is_what_is_sent(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    The previewed document is the body that arrives, byte for byte, and previewing asks nothing.
    """
    order, made = order_of("S1"), instance()
    document = made.preview(order)
    assert [] == simulator.asked
    assert 0 == simulator.tokens_given
    made.export(order)
    assert [document.content] == [received.content for received in simulator.received()]
    assert "application/json" == document.media_type


def test_preview_of_several_shipments_asks_for_one(instance: InstanceOf, order_of: OrderOf) -> None:
    """
    Several documents are not one: a shipment must be chosen, and then its document is shown.
    """
    order = order_of("S1", "S2")
    with pytest.raises(InvalidOrderError) as caught:
        instance().preview(order)
    assert "--shipment" in str(caught.value.problems[0])
    content = instance().preview(order, order.shipment("S2")).content
    assert "WEB-1-S2" == json.loads(content)["OriginalOrderId"]


def test_each_shipment_is_saved(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    With no shipment given, each is an original order and a result of its own; given, just one.
    """
    order = order_of("S1", "S2")
    results = instance().export(order)
    assert ["S1", "S2"] == [result.shipment_id for result in results]
    assert ["S1", "S2"] == _shipments(simulator)
    (result,) = instance().export(order, order.shipment("S2"))
    assert ("S2", "WEB-1-S2") == (result.shipment_id, result.remote_ids["original_order"])


def test_only_shipment_is_found_without_being_given(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    The order's only shipment is taken, under the same id as when it is given.
    """
    order = order_of("S1")
    (found,), (given,) = instance().export(order), instance().export(order, order.shipments[0])
    assert found.remote_ids["original_order"] == given.remote_ids["original_order"]
    assert ["S1", "S1"] == _shipments(simulator)


def test_refusal_on_http_200_is_a_rejection(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    The envelope decides: `success` false is a rejection, with a problem for each message.
    """
    made = instance(facility="DC99", location="DC01", organization="OTHER")
    with pytest.raises(RejectedError, match="cp-trace-id") as caught:
        made.export(order_of())
    assert ["SelectedOrganization", "OriginFacilityId"] == [
        problem.field for problem in caught.value.problems
    ]
    assert [] == simulator.received()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AuthenticationError),
        (403, AuthenticationError),
        (404, RejectedError),
        (429, ThrottledError),
        (500, UnknownOutcomeError),
        (503, TransientError),
    ],
)
def test_status_of_an_error_is_told_with_the_envelope_s_messages(
    simulator: ManhattanSimulator,
    instance: InstanceOf,
    order_of: OrderOf,
    status: int,
    kind: type[ExportError],
) -> None:
    """
    An error's status decides the kind, and what the envelope says comes with it.
    """
    for _ in range(2):  # a 401 is asked again once, with a new token
        simulator.plan(Answer(status=status, content=envelope(False), acts=False))
    with pytest.raises(ExportError, match="cp-trace-id") as caught:
        instance().export(order_of())
    assert kind is type(caught.value)
    assert [("ItemId", "no", "E1")] == [
        (problem.field, problem.cause, problem.code) for problem in caught.value.problems
    ]


def test_throttle_says_how_long(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    `Retry-After` of a throttle is kept.
    """
    simulator.plan(Answer(status=429, headers={"Retry-After": "7"}, acts=False))
    with pytest.raises(ThrottledError) as caught:
        instance().export(order_of())
    assert 7.0 == caught.value.retry_after


def test_notes_of_the_target_are_told(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A warning beside a success is in the result's message.
    """
    warning = {"Type": "WARNING", "Description": "facility is closed on Sunday"}
    content = json.dumps({"success": True, "messages": {"Message": [warning]}}).encode()
    simulator.plan(Answer(content=content))
    (result,) = instance().export(order_of())
    assert result.message.endswith("; facility is closed on Sunday")


def test_refused_part_leaves_the_others_accepted(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    Of several shipments one may be refused: its result says so, and the others are saved.
    """
    simulator.plan(Answer(content=envelope(False), acts=False))
    refused, saved = instance().export(order_of("S1", "S2"))
    assert (ExportState.REJECTED, "S1", ["no"]) == (
        refused.state,
        refused.shipment_id,
        [problem.cause for problem in refused.problems],
    )
    assert (ExportState.ACCEPTED, "S2") == (saved.state, saved.shipment_id)
    assert ["S2"] == _shipments(simulator)


def test_failure_in_the_middle_loses_nothing_and_repeats_nothing(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    The next attempt of a split order sends only what no attempt has got accepted.
    """
    made, order = instance(), order_of("S1", "S2", "S3")
    first = made.export(order_of("S1"))  # takes a token, so that the plans below are for saves
    simulator.plan(Answer(status=200, content=b'{"success": true}'))
    simulator.plan(Answer(status=503, acts=False))
    with pytest.raises(TransientError, match="shipment S2") as caught:
        made.export(order)
    assert ["S1"] == [part.shipment_id for part in caught.value.accepted]
    results = made.export(order, attempt=2, accepted=caught.value.accepted)
    assert ["S1", "S2", "S3"] == [result.shipment_id for result in results]
    assert ["S1", "S1", "S2", "S3"] == _shipments(simulator)
    assert ["S1"] == [part.shipment_id for part in first]


def test_lost_answer_in_the_middle_is_settled_by_the_next_attempt(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A part whose answer was lost is searched for; the export as a whole is absent until the next
    attempt has sent the rest.
    """
    made, order = instance(), order_of("S1", "S2", "S3")
    made.check()
    simulator.plan(Answer(content=envelope(False), acts=False))
    with pytest.raises(RejectedError):
        made.export(order, order.shipment("S1"))
    simulator.plan(Answer(content=json.dumps({"success": True}).encode()))
    simulator.plan(Answer(status=None))
    with pytest.raises(UnknownOutcomeError) as caught:
        made.export(order)
    accepted = caught.value.accepted
    assert Absent() == made.find(order, accepted=accepted)
    results = made.export(order, attempt=2, accepted=accepted)
    assert [ExportState.ACCEPTED] * 3 == [result.state for result in results]
    assert "was there already, and was not sent again" == results[1].message
    assert ["S1", "S2", "S3"] == _shipments(simulator)
    again = made.find(order, accepted=accepted)
    assert isinstance(again, Found)
    assert {"original_order[S2]": "WEB-1-S2", "original_order[S3]": "WEB-1-S3"} == {
        kind: value for kind, value in again.remote_ids.items() if kind.startswith("original")
    }


def test_split_order_is_really_exported_again(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    When all parts were accepted before, a further export was asked for, and sends them all.
    """
    made, order = instance(), order_of("S1", "S2")
    made.export(order, accepted=made.export(order))
    assert ["S1", "S2", "S1", "S2"] == _shipments(simulator)


def test_nothing_is_sent_of_an_order_with_a_fault(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A fault in the last shipment keeps the first from being sent; not even a token is asked for.
    """
    order = order_of("S1", "S2")
    bad = evolve(order.shipments[1], line_items=(LineItem(line_item_id="9", quantity=Decimal(-1)),))
    form = evolve(order.order_form, shipments=(order.shipments[0], bad))
    with pytest.raises(InvalidOrderError):
        instance().export(evolve(order, order_form=form))
    assert ([], 0) == (simulator.asked, simulator.tokens_given)


def test_step_chooses_where_an_order_goes_and_is_found(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A step's facility stands in document and header, and the order is searched for there.
    """
    made, order = instance(), order_of()
    step = Properties({"OriginFacilityId": "DC02", "OrderType": "B2B"})
    made.export(order, properties=step)
    document = json.loads(simulator.received()[0].content)
    assert ("DC02", "B2B") == (document["OriginFacilityId"], document["OrderType"])
    assert Absent() == made.find(order)
    assert isinstance(made.find(order, properties=step), Found)


def test_id_with_a_quote_is_never_sent_or_searched(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A quote would end the query's value: such an order is refused, whoever asks.
    """
    made, order = instance(), order_of(id="WEB' or 'a' = 'a")
    for ask in (made.export, made.find):
        with pytest.raises(InvalidOrderError):
            ask(order)
    assert [] == simulator.asked
