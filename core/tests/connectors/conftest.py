"""
Instances over the connectors of a test's own site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Protocol

import pytest

from orderferry.connectors import (
    Catalogue,
    Context,
    Exporter,
    InstanceConfig,
    Instances,
    MemoryState,
    Properties,
)
from orderferry.connectors.http import Client
from orderferry.orders import Order


class Configure(Protocol):
    """
    Makes instances of what is installed.
    """

    def __call__(
        self, *configured: InstanceConfig, environment: Mapping[str, str] | None = None
    ) -> Instances:
        """
        The instances, over the installed connectors as they are now.
        """


@pytest.fixture
def client() -> Iterator[Client]:
    """
    The HTTP client that all instances share.
    """
    with Client(environment={}) as client:
        yield client


@pytest.fixture
def configure(client: Client) -> Configure:
    """
    Makes instances; each has a memory of its own.
    """

    def make(
        *configured: InstanceConfig, environment: Mapping[str, str] | None = None
    ) -> Instances:
        states: dict[object, MemoryState] = {}
        return Instances(
            configured,
            catalogue=Catalogue.installed(),
            environment=environment or {},
            state=lambda name: states.setdefault(name, MemoryState()),
            http=client,
        )

    return make


@pytest.fixture
def order() -> Order:
    """
    An order with nothing in it.
    """
    return Order(id="1001")


@pytest.fixture
def context_of() -> object:
    """
    Gives an exporter's context for one call that may take ten seconds.
    """

    def context(exporter: Exporter) -> Context:
        return exporter.context(deadline=monotonic() + 10)

    return context


def export(instances: Instances, name: str, connector_id: str | None = None) -> object:
    """
    Export an order through a selected instance.
    """
    exporter = instances.select(name, connector_id, None)
    return exporter.export_order(
        order=Order(id="1001"),
        shipment=None,
        properties=Properties(),
        context=exporter.context(deadline=monotonic() + 10),
    )
