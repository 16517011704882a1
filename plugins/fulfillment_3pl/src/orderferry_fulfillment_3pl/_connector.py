"""
The connector `fulfillment_3pl`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from attrs import define, field

from orderferry import (
    Absent,
    CannotTell,
    Capabilities,
    Connector,
    Context,
    Document,
    ExportResult,
    Finding,
    Found,
    Order,
    Properties,
    SentExport,
    hookimpl,
)
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    InvalidOrderError,
    StateError,
    TransientError,
)
from orderferry.orders import Shipment
from orderferry_fulfillment_3pl._document import ShippingOrder, check, shipping_orders
from orderferry_fulfillment_3pl._numbers import Numbers, Stage
from orderferry_fulfillment_3pl._settings import ThreePlSettings

if TYPE_CHECKING:
    from orderferry_fulfillment_3pl._delivery import Written

__all__ = ["ThreePlConnector"]

# asyncssh takes a third of a second to import, and previews do without it: so whatever uses it is
# imported where a connection is made.


@define(eq=False)
class ThreePlConnector(Connector):
    """
    Sends each shipment of an order as an X12 940 file to a warehouse's SFTP server.

    A file that is put again replaces the first only as long as the partner has not taken it, so
    the connector does not declare `idempotent`; `find_export` looks for the file.
    """

    Settings = ThreePlSettings
    hook_api = (1, 0)
    capabilities = Capabilities(records=True)

    settings: ThreePlSettings
    _connections: BoundedSemaphore = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._connections = BoundedSemaphore(self.settings.max_connections)

    @hookimpl
    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> ExportResult | Sequence[ExportResult]:
        """
        Put a 940 for the shipment, or for each shipment, into the partner's folder.

        Raises:
            InvalidOrderError: Something in the order does not fit into a 940; nothing was sent.
            AuthenticationError: The server, the account or the folder is not as configured.
            TransientError: The partner saw nothing of the file that failed.
            UnknownOutcomeError: The connection was lost while a file was being renamed.
        """
        from orderferry_fulfillment_3pl._delivery import Delivered, deliver
        from orderferry_fulfillment_3pl._session import run

        documents = shipping_orders(order, shipment, context.idempotency_key)
        check(documents, properties, self.settings, context.now)
        try:
            written = self._written(documents, properties, context)
        except StateError as error:
            raise TransientError(f"no control number for order {order.id}: {error}") from error
        delivered = Delivered()
        try:
            with self._connection(context):
                run(lambda: deliver(written, self.settings, context, delivered))
        except ExportError as error:
            error.accepted = delivered.results(documents, self._where)
            raise
        results = delivered.results(documents, self._where)
        return results[0] if len(results) == 1 else results

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> Document:
        """
        The 940 that `export_order` would put, under the next control number.

        Raises:
            InvalidOrderError: The order does not fit, or has several shipments.
        """
        documents = shipping_orders(order, shipment, context.idempotency_key)
        if len(documents) > 1:
            ids = ", ".join(str(each.delivery.shipment_id) for each in documents)
            raise InvalidOrderError(
                f"order {order.id} has {len(documents)} shipments, a 940 each: name one with"
                f" --shipment ({ids})"
            )
        (document,) = documents
        check(documents, properties, self.settings, context.now)
        record = Numbers(context.state).take(document.name, context.now)
        content = document.write(properties, self.settings, record)
        return Document(content, "application/EDI-X12", document.name)

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent | CannotTell:
        """
        Whether the files of an export came into the partner's folder.

        Our own memory says so where the server had confirmed it. Else the folder and the archive
        folders are looked at: a memory that was restored from a backup may know less than was sent.
        """
        from orderferry_fulfillment_3pl._delivery import look
        from orderferry_fulfillment_3pl._session import run

        documents = shipping_orders(export.order, export.shipment, context.idempotency_key)
        numbers = Numbers(context.state)
        there: dict[str, int | None] = {}
        open_ones, never_named = [], set()
        for each in documents:
            record = numbers.find(each.name)
            if record is not None and record.stage is Stage.PUT:
                there[each.name] = record.number
                continue
            open_ones.append(each)
            if record is not None and record.stage is Stage.MADE:
                never_named.add(each.name)
        if open_ones:
            try:
                with self._connection(context):
                    there |= run(lambda: look(open_ones, self.settings, context))
            except AuthenticationError as error:
                return CannotTell(str(error))
        if len(there) == len(documents):
            return Found(_remote_ids(documents, there))
        gone = [each.name for each in open_ones if each.name not in {*there, *never_named}]
        if gone and self.settings.target_removes_files:
            return CannotTell(
                f"{', '.join(gone)}: not in the folder, and the partner removes the files that it"
                " has read"
            )
        return Absent()

    @hookimpl
    def check(self, context: Context) -> list[Finding]:
        """
        Connect and sign in, list the folders, write, rename and remove a probe file.
        """
        from orderferry_fulfillment_3pl._session import inspect, run

        with self._connection(context):
            return run(lambda: inspect(self.settings, context.time_left))

    def _written(
        self, documents: Sequence[ShippingOrder], properties: Properties, context: Context
    ) -> list[Written]:
        """
        The documents with their records: those of an earlier attempt, or the next numbers.
        """
        from orderferry_fulfillment_3pl._delivery import Written

        numbers = Numbers(context.state)
        written = []
        for each in documents:
            known = numbers.find(each.name)
            record = known or numbers.take(each.name, context.now)
            content = each.write(properties, self.settings, record)
            written.append(Written(each, record, content, again=known is not None))
        return written

    @property
    def _where(self) -> str:
        return f"{self.settings.folder} at {self.settings.host}"

    @contextmanager
    def _connection(self, context: Context) -> Iterator[None]:
        """
        One of the connections that this process may have to the server at once.
        """
        if not self._connections.acquire(timeout=context.time_left):
            raise TransientError(
                f"all {self.settings.max_connections} connections to {self.settings.host} were"
                " busy until the deadline"
            )
        try:
            yield
        finally:
            self._connections.release()


def _remote_ids(
    documents: Sequence[ShippingOrder], numbers: dict[str, int | None]
) -> dict[str, str]:
    """
    The ids of one document, or of several with the shipment's id behind the kind.
    """
    if len(documents) == 1:
        return documents[0].remote_ids(numbers[documents[0].name])
    return {
        f"{kind}/{each.delivery.shipment_id}": value
        for each in documents
        for kind, value in each.remote_ids(numbers[each.name]).items()
    }
