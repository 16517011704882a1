"""
A distribution with connectors for the target: one that can ask, one that cannot, one whose target
drops repeats, and one that is told of saved orders too.
"""

from __future__ import annotations

from pathlib import Path

CONNECTORS = {
    "asking": "Asking",
    "blind": "Blind",
    "keyed": "Keyed",
    "refused": "Asking",
    "told": "Told",
}

SOURCE = """
import os

from attrs import define, frozen

from orderferry import Absent, Capabilities, Connector, ExportResult, Found, hookimpl


@frozen
class Settings:
    base_url: str


@define(eq=False)
class Blind(Connector):
    Settings = Settings
    capabilities = Capabilities(records=True)

    settings: Settings

    def headers(self, context):
        return {
            "Idempotency-Key": str(context.idempotency_key),
            "X-Worker": str(os.getpid()),
        }

    def url(self, context, what):
        return f"{self.settings.base_url}/{context.instance.connector}/{what}"

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        answer = context.http.post(
            self.url(context, "orders"), json={"order": order.id}, headers=self.headers(context)
        )
        return ExportResult(remote_ids={"order": answer.json()["id"]})


@define(eq=False)
class Keyed(Blind):
    capabilities = Capabilities(records=True, idempotent=True)


@define(eq=False)
class Asking(Blind):
    @hookimpl
    def find_export(self, export, context):
        answer = context.http.get(
            self.url(context, f"orders/{context.idempotency_key}"),
            headers=self.headers(context),
            accept={200, 404},
        )
        if answer.status == 404:
            return Absent()
        return Found({"order": answer.json()["id"]})


@define(eq=False)
class Told(Asking):
    @hookimpl
    def order_saved(self, order, context):
        context.http.post(
            f"{self.settings.base_url}/saved/orders",
            json={"order": order.id},
            headers=self.headers(context),
        )
"""


def install(folder: Path) -> None:
    """
    Put the distribution into a folder of the import path, as pip would.
    """
    (folder / "orderferry_crash.py").write_text(SOURCE)
    metadata = folder / "orderferry_crash-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: orderferry-crash\nVersion: 1.0\n"
    )
    lines = [f"{name} = orderferry_crash:{kind}" for name, kind in CONNECTORS.items()]
    points = "\n".join(["[orderferry.connectors]", *lines])
    (metadata / "entry_points.txt").write_text(points + "\n")
