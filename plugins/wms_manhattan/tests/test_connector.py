"""
The connector against its simulator, over a real socket.
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


def test_order_is_saved(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order without shipments is one original order, and the result has its key and id.
    """
    (result,) = instance_of().export_order(order_of())
    (received,) = simulator.received()
    assert ExportState.ACCEPTED is result.state
    assert {"original_order": "WEB-1", "pk": received.remote_id} == result.remote_ids
    assert result.message.startswith("saved (cp-trace-id ")
    assert "WEB-1" == received.order_id
    assert received.shipment_id is None


def test_preview_is_what_is_sent(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The previewed document is the body that arrives, byte for byte, and no request is sent for it.
    """
    order, instance = order_of("S1"), instance_of()
    document = instance.preview_order(order)
    assert [] == simulator.requests
    assert 0 == simulator.issued_tokens
    instance.export_order(order)
    assert [document.content] == [received.content for received in simulator.received()]
    assert "application/json" == document.media_type


def test_preview_of_several_shipments_requires_one(
    instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order of several shipments has no single document, so that a shipment must be named.
    """
    order = order_of("S1", "S2")
    with pytest.raises(InvalidOrderError) as caught:
        instance_of().preview_order(order)
    assert "--shipment" in str(caught.value.problems[0])
    content = instance_of().preview_order(order, order.shipment("S2")).content
    assert "WEB-1-S2" == json.loads(content)["OriginalOrderId"]


def test_each_shipment_is_saved(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    Without a shipment, each one is an original order with a result; with a shipment, only that.
    """
    order = order_of("S1", "S2")
    results = instance_of().export_order(order)
    assert ["S1", "S2"] == [result.shipment_id for result in results]
    assert ["S1", "S2"] == _shipments(simulator)
    (result,) = instance_of().export_order(order, order.shipment("S2"))
    assert "S2" == result.shipment_id
    assert "WEB-1-S2" == result.remote_ids["original_order"]


def test_only_shipment_has_one_id(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order's only shipment is sent under the same id whether or not it is named.
    """
    order = order_of("S1")
    (implied,) = instance_of().export_order(order)
    (named,) = instance_of().export_order(order, order.shipments[0])
    assert implied.remote_ids["original_order"] == named.remote_ids["original_order"]
    assert ["S1", "S1"] == _shipments(simulator)


def test_success_false_is_a_rejection(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An envelope with `success` false is a rejection with a problem for each message.
    """
    instance = instance_of(facility="DC99", location="DC01", organization="OTHER")
    with pytest.raises(RejectedError, match="cp-trace-id") as caught:
        instance.export_order(order_of())
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
def test_error_status_is_reported_with_the_messages(
    simulator: ManhattanSimulator,
    instance_of: InstanceOf,
    order_of: OrderOf,
    status: int,
    kind: type[ExportError],
) -> None:
    """
    The HTTP status decides the kind of the error, which has the envelope's messages.
    """
    for _ in range(2):  # after a 401, the request is sent again with a new token
        simulator.plan(Answer(status=status, content=envelope(False)))
    with pytest.raises(ExportError, match="cp-trace-id") as caught:
        instance_of().export_order(order_of())
    assert kind is type(caught.value)
    assert [("ItemId", "no", "E1")] == [
        (problem.field, problem.cause, problem.code) for problem in caught.value.problems
    ]


def test_retry_after_is_kept(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    The error of a 429 has the seconds of `Retry-After`.
    """
    simulator.plan(Answer(status=429, headers={"Retry-After": "7"}))
    with pytest.raises(ThrottledError) as caught:
        instance_of().export_order(order_of())
    assert 7.0 == caught.value.retry_after


def test_warnings_of_the_target_are_reported(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A warning in the envelope of a success is part of the result's message.
    """
    warning = {"Type": "WARNING", "Description": "facility is closed on Sunday"}
    content = json.dumps({"success": True, "messages": {"Message": [warning]}}).encode()
    simulator.plan(Answer(content=content, carried_out=True))
    (result,) = instance_of().export_order(order_of())
    assert result.message.endswith("; facility is closed on Sunday")


def test_rejected_shipment_leaves_the_others_accepted(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    When one of several shipments is rejected, its result says so, and the others are saved.
    """
    simulator.plan(Answer(content=envelope(False)))
    rejected, saved = instance_of().export_order(order_of("S1", "S2"))
    assert ExportState.REJECTED is rejected.state
    assert "S1" == rejected.shipment_id
    assert ["no"] == [problem.cause for problem in rejected.problems]
    assert ExportState.ACCEPTED is saved.state
    assert "S2" == saved.shipment_id
    assert ["S2"] == _shipments(simulator)


def test_next_attempt_sends_only_what_is_missing(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    After a failure in the middle, the next attempt skips the shipments that were accepted.
    """
    instance, order = instance_of(), order_of("S1", "S2", "S3")
    # The first export requests the token, so that the planned answers are given to saves.
    first = instance.export_order(order_of("S1"))
    simulator.plan(Answer(content=b'{"success": true}', carried_out=True))
    simulator.plan(Answer(status=503))
    with pytest.raises(TransientError, match="shipment S2") as caught:
        instance.export_order(order)
    assert ["S1"] == [result.shipment_id for result in caught.value.accepted]
    results = instance.export_order(order, attempt=2, accepted=caught.value.accepted)
    assert ["S1", "S2", "S3"] == [result.shipment_id for result in results]
    assert ["S1", "S1", "S2", "S3"] == _shipments(simulator)
    assert ["S1"] == [result.shipment_id for result in first]


def test_next_attempt_searches_for_a_lost_answer(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A shipment whose response was lost is searched for, and the export as a whole is absent until
    the next attempt has sent the rest.
    """
    instance, order = instance_of(), order_of("S1", "S2", "S3")
    instance.check()
    simulator.plan(Answer(content=envelope(False)))
    with pytest.raises(RejectedError):
        instance.export_order(order, order.shipment("S1"))
    simulator.plan(Answer(content=b'{"success": true}', carried_out=True))
    simulator.plan(Answer(status=None, carried_out=True))
    with pytest.raises(UnknownOutcomeError) as caught:
        instance.export_order(order)
    accepted = caught.value.accepted
    assert Absent() == instance.find_export(order, accepted=accepted)
    results = instance.export_order(order, attempt=2, accepted=accepted)
    assert [ExportState.ACCEPTED] * 3 == [result.state for result in results]
    assert "found at the target; not sent again" == results[1].message
    assert ["S1", "S2", "S3"] == _shipments(simulator)
    answer = instance.find_export(order, accepted=accepted)
    assert isinstance(answer, Found)
    assert {"original_order[S2]": "WEB-1-S2", "original_order[S3]": "WEB-1-S3"} == {
        kind: value for kind, value in answer.remote_ids.items() if kind.startswith("original")
    }


def test_split_order_can_be_exported_again(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    When every shipment was accepted before, a further export sends them all again.
    """
    instance, order = instance_of(), order_of("S1", "S2")
    instance.export_order(order, accepted=instance.export_order(order))
    assert ["S1", "S2", "S1", "S2"] == _shipments(simulator)


def test_invalid_order_is_not_sent(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An invalid last shipment prevents the first from being sent, and no token is requested.
    """
    order = order_of("S1", "S2")
    line = LineItem(line_item_id="9", quantity=Decimal(-1))
    invalid = evolve(order.shipments[1], line_items=(line,))
    form = evolve(order.order_form, shipments=(order.shipments[0], invalid))
    with pytest.raises(InvalidOrderError):
        instance_of().export_order(evolve(order, order_form=form))
    assert [] == simulator.requests
    assert 0 == simulator.issued_tokens


def test_step_chooses_where_an_order_goes_and_is_found(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    A step's facility is in document and header, and the order is searched for there.
    """
    instance, order = instance_of(), order_of()
    step = Properties({"OriginFacilityId": "DC02", "OrderType": "B2B"})
    instance.export_order(order, properties=step)
    document = json.loads(simulator.received()[0].content)
    assert "DC02" == document["OriginFacilityId"]
    assert "B2B" == document["OrderType"]
    assert Absent() == instance.find_export(order)
    assert isinstance(instance.find_export(order, properties=step), Found)


def test_id_with_a_quote_is_never_sent_or_searched(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order id with a quote, which would end the query's value, is invalid for every hook.
    """
    instance, order = instance_of(), order_of(id="WEB' or 'a' = 'a")
    for hook in (instance.export_order, instance.find_export):
        with pytest.raises(InvalidOrderError):
            hook(order)
    assert [] == simulator.requests
