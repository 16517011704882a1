"""
Searching for exports with an unknown outcome, over a real socket.
"""

import json

import pytest
from attrs import evolve

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
def test_unknown_outcome_is_settled_by_a_search(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf, answer: Answer
) -> None:
    """
    A save whose response has no readable `success` has an unknown outcome, until it is found.
    """
    simulator.plan(evolve(answer, carried_out=True))
    instance, order = instance_of(), order_of()
    with pytest.raises(UnknownOutcomeError):
        instance.export_order(order)
    (received,) = simulator.received()
    found = Found({"original_order": "WEB-1", "pk": received.remote_id})
    assert found == instance.find_export(order)


def test_order_that_was_not_received_is_absent(instance_of: InstanceOf, order_of: OrderOf) -> None:
    """
    A search that returns no record means absent.
    """
    assert Absent() == instance_of().find_export(order_of())


def test_record_of_an_earlier_export_does_not_count(
    instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    An order that is exported again is not found by the record of the earlier export.
    """
    instance, order = instance_of(), order_of()
    earlier = instance.export_order(order)
    assert Absent() == instance.find_export(order, accepted=earlier)
    (second,) = instance.export_order(order, accepted=earlier)
    assert Found(second.remote_ids) == instance.find_export(order, accepted=earlier)


def test_duplicate_record_is_logged(
    simulator: ManhattanSimulator,
    instance_of: InstanceOf,
    order_of: OrderOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    The first of two records is the result, and the log says that there are two.
    """
    instance, order = instance_of(), order_of()
    instance.export_order(order)
    instance.export_order(order)
    first = simulator.received()[0].remote_id
    assert Found({"original_order": "WEB-1", "pk": first}) == instance.find_export(order)
    assert "several original orders with one id" in caplog.text


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(content=envelope(False)), TransientError),
        (Answer(content=b"{}"), TransientError),
        (
            Answer(content=b'{"success": true, "header": {"totalCount": 2}, "data": null}'),
            TransientError,
        ),
        (Answer(status=400, content=envelope(False)), TransientError),
        (Answer(status=403, content=envelope(False)), AuthenticationError),
        (Answer(status=500, content=b""), TransientError),
    ],
)
def test_failed_search_does_not_mean_absent(
    simulator: ManhattanSimulator,
    instance_of: InstanceOf,
    order_of: OrderOf,
    answer: Answer,
    kind: type[ExportError],
) -> None:
    """
    A search that fails, or counts records that it does not return, is an error.
    """
    simulator.plan(answer, "search")
    with pytest.raises(ExportError) as caught:
        instance_of().find_export(order_of())
    assert kind is type(caught.value)


def test_record_with_a_similar_id_does_not_count(
    simulator: ManhattanSimulator, instance_of: InstanceOf, order_of: OrderOf
) -> None:
    """
    Records with other ids in the result of a search do not count.
    """
    records = [{"OriginalOrderId": "web-1"}, {"OriginalOrderId": "WEB-10"}, "WEB-1"]
    content = json.dumps({"success": True, "data": records}).encode()
    simulator.plan(Answer(content=content), "search")
    assert Absent() == instance_of().find_export(order_of())
