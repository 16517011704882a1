"""
A connector that writes orders into a folder, and its simulator, which has no socket.
"""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import ClassVar

from attrs import define, frozen

from orderferry import Absent, Connector, Context, ExportResult, Found, Order, SentExport, hookimpl
from orderferry.connectors import Received
from orderferry.errors import TransientError


@frozen
class DropSettings:
    """
    The path of the folder.
    """

    folder: str


@define(eq=False)
class Drop(Connector):
    """
    Writes each order into a file with its id, under another name first.
    """

    Settings: ClassVar[type] = DropSettings

    settings: DropSettings

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        """
        Write the order.
        """
        name = f"{order.id}.json"
        folder = self._folder()
        aside = folder / f".{name}"
        context.record(f"PUT {name}")
        try:
            aside.write_text(json.dumps({"id": order.id}))
            aside.rename(folder / name)
        except OSError as error:
            raise TransientError(f"{name} was not written: {error}") from error
        return ExportResult({"file": name})

    @hookimpl
    def find_export(self, export: SentExport) -> Found | Absent:
        """
        Look for the order's file.
        """
        name = f"{export.order.id}.json"
        return Found({"file": name}) if (self._folder() / name).exists() else Absent()

    def _folder(self) -> Path:
        folder = Path(self.settings.folder)
        if not folder.is_dir():
            raise TransientError(f"{folder} is not a folder")
        return folder


class DropSimulator:
    """
    A temporary folder.
    """

    software = "a folder 1.0"
    address = None

    def __init__(self) -> None:
        self.folder = Path()

    def start(self) -> None:
        """
        Create the folder.
        """
        self.folder = Path(mkdtemp()) / "in"
        self.folder.mkdir()

    def stop(self) -> None:
        """
        Remove the folder.
        """
        rmtree(self.folder.parent)

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance.
        """
        return {"folder": str(self.folder)}

    def received(self) -> list[Received]:
        """
        The orders in the folder.
        """
        files = [path for path in self.folder.glob("*.json") if not path.name.startswith(".")]
        return [
            Received(
                order_id=path.stem, shipment_id=None, remote_id=path.name, content=path.read_bytes()
            )
            for path in files
        ]
