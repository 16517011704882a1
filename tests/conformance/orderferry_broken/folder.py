"""
A target that is a folder, and connectors to it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define, frozen

from orderferry import (
    Absent,
    Capabilities,
    Connector,
    Context,
    ExportResult,
    Found,
    Order,
    SentExport,
    hookimpl,
)
from orderferry.connectors import Received
from orderferry.errors import TransientError

from .good import document

__all__ = ["Drop", "FolderTarget", "KeepsOrders"]


class FolderTarget:
    """
    A folder that takes each file whose name ends with `.json`.
    """

    address = None

    def __init__(self) -> None:
        self._parent = TemporaryDirectory()
        self.folder = Path(self._parent.name) / "in"

    def start(self) -> None:
        """
        Make it.
        """
        self.folder.mkdir()

    def stop(self) -> None:
        """
        Remove it.
        """
        self._parent.cleanup()

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance.
        """
        return {"folder": str(self.folder)}

    def received(self) -> list[Received]:
        """
        What is in it.
        """
        return [
            Received(
                order_id=each.stem, shipment_id=None, remote_id=each.name, content=each.read_bytes()
            )
            for each in sorted(self.folder.glob("*.json"))
        ]


@frozen
class Folder:
    """
    Where the folder is.
    """

    folder: str


@define(eq=False)
class Drop(Connector):
    """
    Keeps every guarantee that it offers.
    """

    Settings = Folder
    capabilities = Capabilities(records=True)

    settings: Folder

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        """
        Put the order there, whole or not at all.
        """
        self.put(f"{order.id}.json", document(order), context)
        return ExportResult(remote_ids={"file": f"{order.id}.json"})

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Look for the file.
        """
        folder = Path(self.settings.folder)
        if not folder.is_dir():
            raise TransientError(f"{folder} is no folder")
        name = f"{export.order.id}.json"
        return Found(remote_ids={"file": name}) if (folder / name).exists() else Absent()

    def put(self, name: str, content: bytes, context: Context) -> None:
        """
        Write a file under another name, and give it its own.
        """
        folder = Path(self.settings.folder)
        try:
            aside = folder / f"{name}.part"
            aside.write_bytes(content)
            context.record(f"rename {aside.name} to {name}")
            aside.replace(folder / name)
        except OSError as error:
            raise TransientError(f"{name} is not in {folder}: {error}") from None


class KeepsOrders(Drop):
    """
    Says that an order was put into a folder that is gone.
    """

    def put(self, name: str, content: bytes, context: Context) -> None:  # noqa: D102 - see there
        with suppress(TransientError):
            super().put(name, content, context)
