"""
The timeline of an export: the files and the server's responses.
"""

import pytest

from orderferry.connectors import Timeline
from orderferry.errors import ExportError, InvalidOrderError
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance, MakeOrder


def test_each_file_is_recorded_with_its_response(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The timeline has the path and the text of each file, and the confirmation that it is stored.
    """
    instance = load_instance(simulator)
    timeline = Timeline(redactor=instance.exporter.redactor)

    instance.export_order(make_order("S1", "S2"), timeline=timeline)

    assert timeline.begun
    files = simulator.received()
    assert 2 == len(files)
    assert 2 == len(timeline.exchanges)
    for exchange, file in zip(timeline.exchanges, files, strict=True):
        assert f"/inbound/{file.remote_id}\n\n{file.content.decode()}" in exchange.request
        assert "stored, with control number" in str(exchange.response)


def test_a_failed_attempt_is_recorded_without_a_response(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The timeline of an attempt that could not sign in has the file, and no response.
    """
    instance = load_instance(simulator, username="stranger")
    timeline = Timeline(redactor=instance.exporter.redactor)

    with pytest.raises(ExportError):
        instance.export_order(make_order(), timeline=timeline)

    assert [None] == [exchange.response for exchange in timeline.exchanges]


def test_an_invalid_order_is_not_recorded(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The timeline of an invalid order is empty, since nothing is sent.
    """
    instance = load_instance(simulator)
    timeline = Timeline(redactor=instance.exporter.redactor)

    with pytest.raises(InvalidOrderError):
        instance.export_order(make_order(id="A*1"), timeline=timeline)

    assert not timeline.begun
