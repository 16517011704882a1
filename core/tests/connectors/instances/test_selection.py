"""
Tests of choosing an instance for a step.
"""

from __future__ import annotations

import pytest

from orderferry.connectors import InstanceConfig
from orderferry.connectors.instances._instances import choose_instance
from orderferry.errors import ExporterNotFoundError


def instance(
    connector_id: str, *markets: str, without: tuple[str, ...] = (), name: str = "sap"
) -> InstanceConfig:
    """
    Configure an instance that is enabled for some markets.
    """
    return InstanceConfig(name=name, id=connector_id, markets=markets, disabled_markets=without)


NORDIC = instance("nordic", "NO", "SE")
NORWAY = instance("norway", "NO")
WORLD = instance("world")
NOT_HERE = instance("not-here", without=("NO",))
WMS = instance("wms", name="wms")


@pytest.mark.parametrize(
    ("configured", "connector_id", "market", "expected"),
    [
        pytest.param([WORLD, WMS], None, None, "world", id="the only one of its name"),
        pytest.param([WORLD, NORWAY], None, "NO", "norway", id="one that names the market wins"),
        pytest.param([WORLD, NORWAY], None, "DK", "world", id="one that excludes it is left out"),
        pytest.param([NORDIC, NORWAY], None, "SE", "nordic", id="only one names the market"),
        pytest.param([WORLD, NOT_HERE], None, "NO", "world", id="a disabled market is left out"),
        pytest.param([NORWAY, WORLD], None, None, "world", id="no market means those without"),
        pytest.param([NOT_HERE, WORLD], "not-here", "NO", "not-here", id="an id beats the market"),
        pytest.param([NORWAY, WORLD], "norway", None, "norway", id="an id needs no market"),
        pytest.param([NORWAY, NORDIC], "nordic", "NO", "nordic", id="an id settles a doubt"),
    ],
)
def test_one_instance_is_chosen(
    configured: list[InstanceConfig], connector_id: str | None, market: str | None, expected: str
) -> None:
    """
    An instance is chosen by its id, otherwise by the market.
    """
    assert expected == choose_instance(configured, "sap", connector_id, market).id


@pytest.mark.parametrize(
    ("configured", "market", "candidates", "message"),
    [
        (
            [NORDIC, NORWAY],
            "NO",
            ("sap/nordic", "sap/norway"),
            (
                "exporter sap not found: ambiguous, it could be sap/nordic, sap/norway for market "
                "NO; name one as ConnectorId, or limit their markets"
            ),
        ),
        (
            [WORLD, NOT_HERE, WMS],
            None,
            ("sap/world", "sap/not-here"),
            (
                "exporter sap not found: ambiguous, it could be sap/world, sap/not-here; "
                "name one as ConnectorId, or limit their markets"
            ),
        ),
    ],
)
def test_several_candidates_are_ambiguous(
    configured: list[InstanceConfig],
    market: str | None,
    candidates: tuple[str, ...],
    message: str,
) -> None:
    """
    Several candidates are an error that names them.
    """
    with pytest.raises(ExporterNotFoundError) as error:
        choose_instance(configured, "sap", None, market)

    assert "ambiguous" == error.value.reason
    assert candidates == error.value.candidates
    assert message == str(error.value)


@pytest.mark.parametrize(
    ("configured", "connector_id", "market", "message"),
    [
        (
            [WMS],
            None,
            "NO",
            "exporter sap not found: not configured; add a [[connector]] of that name",
        ),
        (
            [NORWAY, WORLD],
            "wrold",
            "NO",
            (
                "exporter sap/wrold not found: not configured; configured instances: sap/norway, "
                "sap/world"
            ),
        ),
        (
            [NORWAY, NORDIC],
            None,
            "DE",
            (
                "exporter sap not found: not configured; no instance is enabled for market DE; "
                "configured instances: sap/norway, sap/nordic"
            ),
        ),
        (
            [NORWAY],
            None,
            None,
            (
                "exporter sap not found: not configured; no instance is enabled for an order "
                "without a market; configured instances: sap/norway"
            ),
        ),
    ],
)
def test_no_candidate_is_not_configured(
    configured: list[InstanceConfig],
    connector_id: str | None,
    market: str | None,
    message: str,
) -> None:
    """
    No candidate is an error that names the configured instances.
    """
    with pytest.raises(ExporterNotFoundError) as error:
        choose_instance(configured, "sap", connector_id, market)

    assert message == str(error.value)
    assert "sap" == error.value.connector
    assert connector_id == error.value.connector_id
    assert "not configured" == error.value.reason
