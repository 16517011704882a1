"""
Uploads 940s to the partner's folder, and looks for them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from attrs import field, frozen

from orderferry import Context, ExportResult
from orderferry.errors import AuthenticationError, ExportError, StateError, TransientError
from orderferry_fulfillment_3pl._document import ShippingOrder
from orderferry_fulfillment_3pl._folder import Folder
from orderferry_fulfillment_3pl._records import Record, Records, Stage
from orderferry_fulfillment_3pl._session import connect
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._x12 import read_control_number

__all__ = ["ConfirmedFiles", "PreparedFile", "find_files", "upload"]


@frozen
class PreparedFile:
    """
    A 940 that is ready to be uploaded.

    Attributes:
        document: The document.
        record: Its record.
        content: Its bytes.
        is_repeat: Whether an earlier attempt created the record.
    """

    document: ShippingOrder
    record: Record
    content: bytes
    is_repeat: bool


@frozen
class ConfirmedFiles:
    """
    The files that the server has confirmed: the control number in each file, by the file's name.
    """

    numbers: dict[str, int | None] = field(factory=dict)

    def results(self, documents: Sequence[ShippingOrder], target: str) -> tuple[ExportResult, ...]:
        """
        The results of the documents that the server has confirmed, in the order of `documents`.

        Args:
            documents: The documents of the export.
            target: The server and the folder, for the message.
        """
        return tuple(
            ExportResult(
                remote_ids=document.remote_ids(self.numbers[document.name]),
                message=f"uploaded {document.name} to {target}",
                shipment_id=document.delivery.shipment_id,
            )
            for document in documents
            if document.name in self.numbers
        )


async def upload(
    files: Sequence[PreparedFile],
    settings: ThreePlSettings,
    context: Context,
    confirmed: ConfirmedFiles,
) -> None:
    """
    Upload each file that the server has not confirmed yet, all over one connection.

    Args:
        files: The files.
        settings: The instance's settings.
        context: The context of the attempt.
        confirmed: Receives each file that the server confirms, even if a later file fails.

    Raises:
        ExportError: The error that describes what is known of the file that failed.
    """
    records = Records(context.state)
    pending = []
    for file in files:
        if file.record.stage is Stage.PUT:
            confirmed.numbers[file.document.name] = file.record.number
        else:
            pending.append(file)
    if not pending:
        return
    context.record(_request(pending[0], settings))
    async with connect(settings, context.time_left) as folder:
        for position, file in enumerate(pending):
            if position:
                context.record(_request(file, settings))
            number = await _upload_file(file, folder, records)
            confirmed.numbers[file.document.name] = number
            context.record(_request(file, settings), f"stored, with control number {number}")


async def _upload_file(file: PreparedFile, folder: Folder, records: Records) -> int | None:
    name = file.document.name
    if file.is_repeat:
        # If the folder cannot be read, a second copy replaces the first.
        with suppress(AuthenticationError):
            head = await folder.find(name)
            if head is not None:
                with suppress(StateError):
                    records.advance(name, file.record, Stage.PUT)
                return read_control_number(head)
        await folder.remove_leftovers(name)
    temporary = await folder.write(name, file.content)
    try:
        record = records.advance(name, file.record, Stage.RENAMING)
        await folder.publish(temporary, name)
    except (ExportError, StateError) as error:
        await folder.remove(temporary)
        if isinstance(error, StateError):
            raise TransientError(f"{name} was not uploaded: {error}") from error
        raise
    # The file is in the folder, even if the state cannot be written.
    with suppress(StateError):
        records.advance(name, record, Stage.PUT)
    return record.number


async def find_files(
    documents: Sequence[ShippingOrder], settings: ThreePlSettings, context: Context
) -> dict[str, int | None]:
    """
    Find documents in the partner's folders.

    Each file found is recorded as `Stage.PUT`, so it is still known after the partner removes it.

    Args:
        documents: The documents.
        settings: The instance's settings.
        context: The context of the call.

    Returns:
        The control number in each file that is there, by the file's name.

    Raises:
        ExportError: The server could not be queried.
    """
    records = Records(context.state)
    numbers: dict[str, int | None] = {}
    async with connect(settings, context.time_left) as folder:
        for document in documents:
            head = await folder.find(document.name)
            if head is not None:
                numbers[document.name] = read_control_number(head)
                record = records.find(document.name)
                if record is not None:
                    records.advance(document.name, record, Stage.PUT)
    return numbers


def _request(file: PreparedFile, settings: ThreePlSettings) -> str:
    """
    The upload as the export's timeline shows it.
    """
    path = f"{settings.username}@{settings.host}:{settings.port} {settings.folder}"
    text = file.content.decode(settings.character_set.encoding)
    return f"PUT {path}/{file.document.name}\n\n{text}"
