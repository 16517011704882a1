"""
What an export's timeline shows.
"""

import pytest

from orderferry.connectors import Timeline
from orderferry.errors import ExportError, InvalidOrderError
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import ExporterOf, OrderOf, exported


def test_each_file_is_recorded_with_its_answer(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Where it went, its text, and that it is there.
    """
    exporter = exporter_of(simulator)
    timeline = Timeline(redactor=exporter.redactor)

    exported(exporter, order_of("S1", "S2"), timeline=timeline)

    assert timeline.begun
    received = simulator.received()
    assert 2 == len(timeline.exchanges) == len(received)
    for exchange, file in zip(timeline.exchanges, received, strict=True):
        assert f"/inbound/{file.remote_id}\n\n{file.content.decode()}" in exchange.request
        assert "there, with control number" in str(exchange.response)


def test_an_attempt_that_failed_has_begun(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Without an answer.
    """
    exporter = exporter_of(simulator, username="stranger")
    timeline = Timeline(redactor=exporter.redactor)

    with pytest.raises(ExportError):
        exported(exporter, order_of(), timeline=timeline)

    assert [None] == [each.response for each in timeline.exchanges]


def test_an_order_that_does_not_fit_begins_nothing(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    It was refused before.
    """
    exporter = exporter_of(simulator)
    timeline = Timeline(redactor=exporter.redactor)

    with pytest.raises(InvalidOrderError):
        exported(exporter, order_of(id="A*1"), timeline=timeline)

    assert not timeline.begun
