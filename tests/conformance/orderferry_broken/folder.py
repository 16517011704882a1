"""
A target that is a folder, and connectors that write to it.
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
    A folder that accepts each file whose name ends with `.json`.
    """

    address = None

    def __init__(self) -> None:
        self._parent = TemporaryDirectory()
        self.folder = Path(self._parent.name) / "in"

    def start(self) -> None:
        """
        Create the folder.
        """
        self.folder.mkdir()

    def stop(self) -> None:
        """
        Remove the folder.
        """
        self._parent.cleanup()

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that writes to the folder.
        """
        return {"folder": str(self.folder)}

    def received(self) -> list[Received]:
        """
        The orders in the folder, by name.
        """
        return [
            Received(
                order_id=path.stem, shipment_id=None, remote_id=path.name, content=path.read_bytes()
            )
            for path in sorted(self.folder.glob("*.json"))
        ]


@frozen
class Folder:
    """
    The settings: the folder's path.
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
        Put the order into the folder, completely or not at all.
        """
        self.put(f"{order.id}.json", document(order), context)
        return ExportResult(remote_ids={"file": f"{order.id}.json"})

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Look for the order's file.
        """
        folder = Path(self.settings.folder)
        if not folder.is_dir():
            raise TransientError(f"{folder} is not a folder")
        name = f"{export.order.id}.json"
        return Found(remote_ids={"file": name}) if (folder / name).exists() else Absent()

    def put(self, name: str, content: bytes, context: Context) -> None:
        """
        Write a file under a temporary name, then rename it.
        """
        folder = Path(self.settings.folder)
        try:
            partial = folder / f"{name}.part"
            partial.write_bytes(content)
            context.record(f"rename {partial.name} to {name}")
            partial.replace(folder / name)
        except OSError as error:
            raise TransientError(f"{name} was not written to {folder}: {error}") from None


class KeepsOrders(Drop):
    """
    Reports that the order was written, when the folder no longer exists.
    """

    def put(self, name: str, content: bytes, context: Context) -> None:  # noqa: D102 - the class's docstring describes the fault
        with suppress(TransientError):
            super().put(name, content, context)
