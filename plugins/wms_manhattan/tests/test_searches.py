"""
What a search at the warehouse settles, over a real socket.
"""

import json

import pytest

from orderferry import Absent, Found
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry_wms_manhattan.simulator import Answer, ManhattanSimulator

from .conftest import InstanceOf, OrderOf, envelope


@pytest.mark.parametrize(
    "answer",
    [
        Answer(content=b""),
        Answer(content=b"<html>busy</html>"),
        Answer(content=b"{}"),
        Answer(content=b'{"success": "true"}'),
        Answer(content=b"[true]"),
        Answer(status=204),
        Answer(status=400, content=envelope(True)),
        Answer(status=None),
        Answer(status=502, content=b"<html>gateway</html>"),
    ],
)
def test_answer_that_says_nothing_is_an_unknown_outcome_that_a_search_settles(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf, answer: Answer
) -> None:
    """
    After a write, an answer without a readable `success` may mean that the order was taken.
    """
    simulator.plan(answer)
    made, order = instance(), order_of()
    with pytest.raises(UnknownOutcomeError):
        made.export(order)
    (received,) = simulator.received()
    assert Found({"original_order": "WEB-1", "pk": received.remote_id}) == made.find(order)


def test_order_that_did_not_arrive_is_absent(instance: InstanceOf, order_of: OrderOf) -> None:
    """
    A search that answers and shows nothing means absent.
    """
    assert Absent() == instance().find(order_of())


def test_record_of_an_earlier_export_is_not_this_one(
    instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order that is exported again is not found by the record of the time before.
    """
    made, order = instance(), order_of()
    earlier = made.export(order)
    assert Absent() == made.find(order, accepted=earlier)
    (second,) = made.export(order, accepted=earlier)
    assert Found(second.remote_ids) == made.find(order, accepted=earlier)


def test_order_that_stands_twice_is_found_and_logged(
    simulator: ManhattanSimulator,
    instance: InstanceOf,
    order_of: OrderOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    Of two records the first is taken, and an operator can read that there are two.
    """
    made, order = instance(), order_of()
    made.export(order)
    made.export(order)
    first = simulator.received()[0].remote_id
    assert Found({"original_order": "WEB-1", "pk": first}) == made.find(order)
    assert "original order stands more than once" in caplog.text


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(content=envelope(False), acts=False), TransientError),
        (Answer(content=b"{}", acts=False), TransientError),
        (
            Answer(content=b'{"success": true, "header": {"totalCount": 2}, "data": null}'),
            TransientError,
        ),
        (Answer(status=400, content=envelope(False), acts=False), TransientError),
        (Answer(status=403, content=envelope(False), acts=False), AuthenticationError),
        (Answer(status=500, content=b"", acts=False), TransientError),
    ],
)
def test_search_that_does_not_answer_the_question_is_no_absent(
    simulator: ManhattanSimulator,
    instance: InstanceOf,
    order_of: OrderOf,
    answer: Answer,
    kind: type[ExportError],
) -> None:
    """
    Only an answer means absent: a search that fails, or counts what it does not show, is an error.
    """
    simulator.plan(answer, "search")
    with pytest.raises(ExportError) as caught:
        instance().find(order_of())
    assert kind is type(caught.value)


def test_record_that_only_resembles_is_not_found(
    simulator: ManhattanSimulator, instance: InstanceOf, order_of: OrderOf
) -> None:
    """
    A target that finds more than was asked for does not make an order found.
    """
    records = [{"OriginalOrderId": "web-1"}, {"OriginalOrderId": "WEB-10"}, "WEB-1"]
    content = json.dumps({"success": True, "data": records}).encode()
    simulator.plan(Answer(content=content), "search")
    assert Absent() == instance().find(order_of())
