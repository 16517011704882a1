"""
Tests of configured instances, and of the markets that they serve.
"""

from __future__ import annotations

import pytest

from orderferry.connectors import InstanceConfig, InstanceName


@pytest.mark.parametrize(
    ("markets", "disabled", "market", "enabled"),
    [
        ((), (), "NO", True),
        ((), (), None, True),
        (("NO",), (), "NO", True),
        (("NO",), (), "SE", False),
        (("NO",), (), None, False),
        ((), ("NO",), "NO", False),
        ((), ("NO",), "SE", True),
        ((), ("NO",), None, True),
        (("NO", "SE"), ("NO",), "NO", False),
    ],
)
def test_an_instance_serves_its_markets(
    markets: tuple[str, ...], disabled: tuple[str, ...], market: str | None, enabled: bool
) -> None:
    """
    An instance without markets serves all, and a disabled market is never served.
    """
    configured = InstanceConfig(name="acme", markets=markets, disabled_markets=disabled)

    assert enabled is configured.enabled_for(market)


def test_an_instance_is_named_by_connector_and_id() -> None:
    """
    The name of an instance is its connector's name with its id, which has a default.
    """
    assert InstanceName("acme", "default") == InstanceConfig(name="acme").reference
    assert "acme/main" == str(InstanceConfig(name="acme", id="main").reference)
