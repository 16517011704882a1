"""
The time of a call through an exporter's relay, compared with a direct call of the connector.

The connector is a distribution in a temporary folder, found by its entry point.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median

from _measure import report

from orderferry import ExportResult, Order, Properties
from orderferry.connectors import Catalogue, Exporter, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client

LIMIT_US = 20.0
ROUNDS = 51
CALLS = 1000

SOURCE = """\
from attrs import define
from orderferry import Connector, ExportResult, hookimpl
from orderferry.connectors import NoSettings


@define(eq=False)
class Measured(Connector):
    settings: NoSettings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        return ExportResult(remote_ids={"order": order.id}, message="created")
"""


def install(folder: Path) -> None:
    """
    Put the connector's distribution into a folder.
    """
    (folder / "measured.py").write_text(SOURCE)
    info = folder / "measured-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: measured\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[orderferry.connectors]\nmeasured = measured:Measured\n"
    )


def microseconds(call: Callable[[], object]) -> float:
    """
    The mean time of a call, over many calls in a row.
    """
    start = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - start) / CALLS * 1e6


def measure(exporter: Exporter, connector: object) -> dict[str, float]:
    """
    The median time of each kind of call; the kinds take turns in each round.
    """
    order, properties = Order(id="WEB-1"), Properties()
    context = exporter.context(deadline=time.monotonic() + 3600)
    export_order: Callable[..., ExportResult] = connector.export_order  # type: ignore[attr-defined]

    def direct() -> object:
        return export_order(order, None, properties, context)

    def through_relay() -> object:
        return exporter.export_order(
            order=order,
            shipment=None,
            properties=properties,
            context=context,
        )

    def with_context() -> object:
        return exporter.export_order(
            order=order,
            shipment=None,
            properties=properties,
            context=exporter.context(deadline=time.monotonic() + 30, key="WEB-1/measured"),
        )

    calls = {
        "connector": direct,
        "relay": through_relay,
        "relay and a context": with_context,
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            times[name].append(microseconds(call))
    return {name: median(values) for name, values in times.items()}


def main() -> int:
    """
    Measure and report; return 1 if the limit is exceeded.
    """
    with tempfile.TemporaryDirectory() as folder, Client(environment={}) as client:
        install(Path(folder))
        sys.path.insert(0, folder)
        instances = Instances(
            [InstanceConfig(name="measured")],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: MemoryState(),
            http=client,
        )
        exporter = instances.select("measured", None, None)
        module = import_module("measured")
        medians = measure(exporter, module.Measured(settings=module.NoSettings()))
    over = medians["relay and a context"] - medians["connector"]
    return report(
        f"One call, {ROUNDS} rounds of {CALLS}",
        medians,
        unit="us",
        limit=("relay and a context over the connector", over, LIMIT_US),
    )


if __name__ == "__main__":
    sys.exit(main())
