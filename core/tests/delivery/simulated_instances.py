"""
Three instances: one answers questions, one's target discards duplicates, one does neither.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from orderferry.connectors import Catalogue, Exporter, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client
from orderferry.delivery import Flow, Rate

from .simulated_target import FIND, SOURCE, Target

__all__ = ["FLOWS", "connect", "installed"]

FLOWS = {
    "asks": Flow(concurrency=2, batch=4, most=60.0, deadline=600.0, breaker=3, timeout=10.0),
    "drops": Flow(
        concurrency=2, batch=4, most=60.0, deadline=600.0, breaker=3, timeout=10.0, rate=Rate(2)
    ),
    "blind": Flow(concurrency=2, most=60.0, deadline=600.0, breaker=3, timeout=10.0),
}
"""The flow control of the instances."""


@contextmanager
def installed(site: Any) -> Iterator[dict[str, Exporter]]:
    """
    Yield the three instances, by the name of their connector.
    """
    client = Client(environment={})
    for kind in FLOWS:
        source = SOURCE.replace("@DROPS@", str(kind == "drops"))
        site.connector(kind, source + FIND * (kind == "asks"), object="Simulated")
    instances = Instances(
        [InstanceConfig(name=kind) for kind in FLOWS],
        catalogue=Catalogue.installed(),
        environment={},
        state=lambda _: MemoryState(),
        http=client,
    )
    yield {config.name: instances.exporter(config.reference) for config in instances.configured}
    instances.close()
    client.close()


def connect(kind: str, target: Target) -> None:
    """
    Make the connector of an instance call a target.
    """
    sys.modules[f"orderferry_{kind}"].TARGET = target  # type: ignore[attr-defined]
