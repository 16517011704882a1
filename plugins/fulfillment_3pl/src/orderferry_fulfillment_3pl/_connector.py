"""
The connector `fulfillment_3pl`: the hooks that orderferry calls.
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
from orderferry_fulfillment_3pl._document import ShippingOrder, shipping_orders, validate
from orderferry_fulfillment_3pl._records import Records, Stage
from orderferry_fulfillment_3pl._settings import ThreePlSettings

if TYPE_CHECKING:
    from orderferry_fulfillment_3pl._transfer import PreparedFile

__all__ = ["ThreePlConnector"]

# Importing asyncssh takes a third of a second, and previews do not need it. The modules that use it
# are therefore imported where a connection is opened.


@define(eq=False)
class ThreePlConnector(Connector):
    """
    Sends each shipment of an order as an X12 940 file to a warehouse's SFTP server.

    The connector does not declare `idempotent`: a repeated file replaces the first only until the
    partner picks that up. `find_export` looks for the file.
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
        Upload a 940 for the shipment, or for each shipment, to the partner's folder.

        Raises:
            InvalidOrderError: The order does not fit a 940. Nothing was sent.
            AuthenticationError: The server, the account or the folder differs from the
                configuration.
            TransientError: The partner received nothing of the file that failed.
            UnknownOutcomeError: The connection was lost while a file was being renamed.
        """
        from orderferry_fulfillment_3pl._session import run
        from orderferry_fulfillment_3pl._transfer import ConfirmedFiles, upload

        documents = shipping_orders(order, shipment, context.idempotency_key)
        validate(documents, properties, self.settings, context.now)
        try:
            files = self._prepare_files(documents, properties, context)
        except StateError as error:
            raise TransientError(
                f"cannot assign a control number to order {order.id}: {error}"
            ) from error
        confirmed = ConfirmedFiles()
        try:
            with self._connection(context):
                run(lambda: upload(files, self.settings, context, confirmed))
        except ExportError as error:
            error.accepted = confirmed.results(documents, self._target)
            raise
        results = confirmed.results(documents, self._target)
        return results[0] if len(results) == 1 else results

    @hookimpl
    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> Document:
        """
        The 940 that `export_order` would upload, with the next control number.

        Raises:
            InvalidOrderError: The order does not fit a 940, or has several shipments.
        """
        documents = shipping_orders(order, shipment, context.idempotency_key)
        if len(documents) > 1:
            ids = ", ".join(str(document.delivery.shipment_id) for document in documents)
            raise InvalidOrderError(
                f"order {order.id} has {len(documents)} shipments, and each is a separate 940;"
                f" choose one with --shipment ({ids})"
            )
        (document,) = documents
        validate(documents, properties, self.settings, context.now)
        record = Records(context.state).assign(document.name, context.now)
        content = document.render(properties, self.settings, record)
        return Document(content, "application/EDI-X12", document.name)

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent | CannotTell:
        """
        Find the files of an export in the partner's folders.

        A file that the server has confirmed is known from the instance's state. For any other, the
        folder and the archive folders are searched, even if the state says that the file was never
        renamed: state restored from a backup may be older than the upload.
        """
        from orderferry_fulfillment_3pl._session import run
        from orderferry_fulfillment_3pl._transfer import find_files

        documents = shipping_orders(export.order, export.shipment, context.idempotency_key)
        records = Records(context.state)
        numbers: dict[str, int | None] = {}
        unconfirmed, never_renamed = [], set()
        for document in documents:
            record = records.find(document.name)
            if record is not None and record.stage is Stage.PUT:
                numbers[document.name] = record.number
                continue
            unconfirmed.append(document)
            if record is not None and record.stage is Stage.MADE:
                never_renamed.add(document.name)
        if unconfirmed:
            try:
                with self._connection(context):
                    numbers |= run(lambda: find_files(unconfirmed, self.settings, context))
            except AuthenticationError as error:
                return CannotTell(str(error))
        if len(numbers) == len(documents):
            return Found(_remote_ids(documents, numbers))
        missing = [
            document.name
            for document in unconfirmed
            if document.name not in {*numbers, *never_renamed}
        ]
        if missing and self.settings.target_removes_files:
            return CannotTell(
                f"{', '.join(missing)}: not in the folder, but the partner removes the files that"
                " it has read"
            )
        return Absent()

    @hookimpl
    def check(self, context: Context) -> list[Finding]:
        """
        Connect and sign in, list the folders, and write, rename and remove a probe file.
        """
        from orderferry_fulfillment_3pl._session import inspect, run

        with self._connection(context):
            return run(lambda: inspect(self.settings, context.time_left))

    def _prepare_files(
        self, documents: Sequence[ShippingOrder], properties: Properties, context: Context
    ) -> list[PreparedFile]:
        """
        The documents with the records of an earlier attempt, or with the next control numbers.
        """
        from orderferry_fulfillment_3pl._transfer import PreparedFile

        records = Records(context.state)
        files = []
        for document in documents:
            earlier = records.find(document.name)
            record = earlier or records.assign(document.name, context.now)
            content = document.render(properties, self.settings, record)
            files.append(PreparedFile(document, record, content, is_repeat=earlier is not None))
        return files

    @property
    def _target(self) -> str:
        return f"{self.settings.folder} on {self.settings.host}"

    @contextmanager
    def _connection(self, context: Context) -> Iterator[None]:
        """
        Reserve one of the connections that this process may have to the server at once.
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
    The ids of one document, or of several, with the shipment's id appended to each kind.
    """
    if len(documents) == 1:
        return documents[0].remote_ids(numbers[documents[0].name])
    return {
        f"{kind}/{document.delivery.shipment_id}": value
        for document in documents
        for kind, value in document.remote_ids(numbers[document.name]).items()
    }
