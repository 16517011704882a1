"""
Putting 940s into the partner's folder, and looking for them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from attrs import field, frozen

from orderferry import Context, ExportResult
from orderferry.errors import AuthenticationError, ExportError, StateError, TransientError
from orderferry_fulfillment_3pl._document import ShippingOrder
from orderferry_fulfillment_3pl._folder import Folder
from orderferry_fulfillment_3pl._numbers import Numbers, Record, Stage
from orderferry_fulfillment_3pl._session import connect
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._x12 import interchange_number

__all__ = ["Delivered", "Written", "deliver", "look"]


@frozen
class Written:
    """
    A 940 that is ready to be put.

    Attributes:
        document: Which one.
        record: Its record.
        content: Its bytes.
        again: Whether an earlier attempt had its record already.
    """

    document: ShippingOrder
    record: Record
    content: bytes
    again: bool


@frozen
class Delivered:
    """
    What the server has confirmed, by the file's name, with the control number that it has there.
    """

    numbers: dict[str, int | None] = field(factory=dict)

    def results(self, documents: Sequence[ShippingOrder], where: str) -> tuple[ExportResult, ...]:
        """
        The results of those documents that were delivered, in the order of the documents.

        Args:
            documents: The documents of the export.
            where: The server and folder, for people.
        """
        return tuple(
            ExportResult(
                remote_ids=each.remote_ids(self.numbers[each.name]),
                message=f"{each.name} put into {where}",
                shipment_id=each.delivery.shipment_id,
            )
            for each in documents
            if each.name in self.numbers
        )


async def deliver(
    written: Sequence[Written], settings: ThreePlSettings, context: Context, delivered: Delivered
) -> None:
    """
    Put each file that is not there yet, all over one connection.

    Args:
        written: The files.
        settings: The instance's settings.
        context: The attempt.
        delivered: Gets what the server has confirmed, also where a later file fails.

    Raises:
        ExportError: One of its kinds, by what is known of the file that failed.
    """
    numbers = Numbers(context.state)
    waiting = []
    for each in written:
        if each.record.stage is Stage.PUT:
            delivered.numbers[each.document.name] = each.record.number
        else:
            waiting.append(each)
    if not waiting:
        return
    context.record(_request(waiting[0], settings))
    async with connect(settings, context.time_left) as folder:
        for position, each in enumerate(waiting):
            if position:
                context.record(_request(each, settings))
            number = await _put(each, folder, numbers)
            delivered.numbers[each.document.name] = number
            context.record(_request(each, settings), f"there, with control number {number}")


async def _put(written: Written, folder: Folder, numbers: Numbers) -> int | None:
    name = written.document.name
    if written.again:
        # In a folder that may not be read, a second copy replaces the first.
        with suppress(AuthenticationError):
            there = await folder.find(name)
            if there is not None:
                with suppress(StateError):
                    numbers.reach(name, written.record, Stage.PUT)
                return interchange_number(there)
        await folder.remove_leftovers(name)
    temporary = await folder.write(name, written.content)
    try:
        record = numbers.reach(name, written.record, Stage.RENAMING)
        await folder.publish(temporary, name)
    except (ExportError, StateError) as error:
        await folder.remove(temporary)
        if isinstance(error, StateError):
            raise TransientError(f"{name} was not put: {error}") from error
        raise
    # The file is there, whether or not that can be remembered.
    with suppress(StateError):
        numbers.reach(name, record, Stage.PUT)
    return record.number


async def look(
    documents: Sequence[ShippingOrder], settings: ThreePlSettings, context: Context
) -> dict[str, int | None]:
    """
    Which documents are in the partner's folders, by the file's name, with the control number.

    What is found is noted as put, so that it stays so when the partner takes it away.

    Args:
        documents: The documents.
        settings: The instance's settings.
        context: The call.

    Raises:
        ExportError: The server could not be asked.
    """
    numbers = Numbers(context.state)
    found: dict[str, int | None] = {}
    async with connect(settings, context.time_left) as folder:
        for each in documents:
            there = await folder.find(each.name)
            if there is not None:
                found[each.name] = interchange_number(there)
                record = numbers.find(each.name)
                if record is not None:
                    numbers.reach(each.name, record, Stage.PUT)
    return found


def _request(written: Written, settings: ThreePlSettings) -> str:
    """
    The file as the export's timeline shows it.
    """
    path = f"{settings.username}@{settings.host}:{settings.port} {settings.folder}"
    text = written.content.decode(settings.character_set.encoding)
    return f"PUT {path}/{written.document.name}\n\n{text}"
