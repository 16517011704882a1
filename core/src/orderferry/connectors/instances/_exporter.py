"""
An exporter: a configured instance of a connector whose hooks can be called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, cast
from uuid import UUID

from attrs import evolve, frozen

from orderferry.connectors._connector import Capabilities
from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.instances._call import (
    CallContext,
    InstanceResources,
    PreviewContext,
    offline,
)
from orderferry.connectors.instances._redaction import hide_in_error, hide_in_result
from orderferry.connectors.spec._context import Context, InstanceName
from orderferry.errors import ConnectorError

if TYPE_CHECKING:
    from orderferry.connectors.spec._properties import Properties
    from orderferry.connectors.spec._results import (
        Absent,
        Acknowledgement,
        CannotTell,
        Document,
        Finding,
        Found,
        PushedRequest,
        SentExport,
    )
    from orderferry.export_result import ExportResult
    from orderferry.orders import Invoice, Order, Payment, Shipment

    Answer: TypeAlias = ExportResult | Sequence[ExportResult] | None

__all__ = ["Exporter"]


@frozen(eq=False)
class Exporter:
    """
    A configured instance; its hooks may be called from several threads.

    It has one method for each hook, with the hook's arguments and result. Each calls the connector
    with all arguments of the hook, reads an iterator that it returns to its end, and hides the
    instance's secrets in the result. The result is not checked: a connector may return anything.
    Each method raises `ConnectorError` if the connector does not offer the hook or tries to end
    the process, and otherwise what the connector raises, without secrets.

    Attributes:
        name: The instance.
        distribution: The distribution that its connector comes from.
        version: That distribution's version.
        capabilities: What the connector declares.
        redactor: Hides the instance's secrets.
        literal_secrets: Settings whose secret is in the configuration as plain text.
    """

    name: InstanceName
    distribution: str
    version: str
    capabilities: Capabilities
    redactor: Redactor
    literal_secrets: tuple[str, ...]
    _hooks: Mapping[str, Callable[..., object]]
    _resources: InstanceResources

    def offers(self, hook: str) -> bool:
        """
        Whether the connector implements a hook.
        """
        return hook in self._hooks

    def export_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> Answer:
        """
        Send the order, or one of its shipments.
        """
        answer = self._call(
            "export_order", context, order=order, shipment=shipment, properties=properties
        )
        return cast("Answer", answer)

    def order_saved(self, order: Order, context: Context) -> None:
        """
        Report that an order was saved.
        """
        self._call("order_saved", context, order=order)

    def preview_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> Document | None:
        """
        Render what `export_order` would send; the context is from `preview_context`.
        """
        answer = self._call(
            "preview_order", context, order=order, shipment=shipment, properties=properties
        )
        return cast("Document | None", answer)

    def find_export(
        self, export: SentExport, context: Context
    ) -> Found | Absent | CannotTell | None:
        """
        Ask the target whether it has an export whose outcome is unknown.
        """
        answer = self._call("find_export", context, export=export)
        return cast("Found | Absent | CannotTell | None", answer)

    def check(self, context: Context) -> Iterable[Finding] | None:
        """
        Check whether the target can be reached, and whether orders may be written there.
        """
        return cast("Iterable[Finding] | None", self._call("check", context))

    def acknowledgements(self, context: Context) -> Iterable[Acknowledgement] | None:
        """
        Ask the target for the outcomes of exports that were determined since the last call.
        """
        answer = self._call("acknowledgements", context)
        return cast("Iterable[Acknowledgement] | None", answer)

    def receive(self, request: PushedRequest, context: Context) -> Iterable[Acknowledgement] | None:
        """
        Read the outcomes of exports from a request that the target sent.
        """
        answer = self._call("receive", context, request=request)
        return cast("Iterable[Acknowledgement] | None", answer)

    def cancel_order(
        self, order: Order, shipment: Shipment | None, properties: Properties, context: Context
    ) -> Answer:
        """
        Cancel at the target what `export_order` sent.
        """
        answer = self._call(
            "cancel_order", context, order=order, shipment=shipment, properties=properties
        )
        return cast("Answer", answer)

    def export_payments(
        self,
        order: Order,
        shipment: Shipment | None,
        payments: Sequence[Payment],
        properties: Properties,
        context: Context,
    ) -> Answer:
        """
        Send the order's payments.
        """
        answer = self._call(
            "export_payments",
            context,
            order=order,
            shipment=shipment,
            payments=payments,
            properties=properties,
        )
        return cast("Answer", answer)

    def export_invoices(
        self,
        order: Order,
        shipment: Shipment | None,
        invoices: Sequence[Invoice],
        properties: Properties,
        context: Context,
    ) -> Answer:
        """
        Send the order's invoices.
        """
        answer = self._call(
            "export_invoices",
            context,
            order=order,
            shipment=shipment,
            invoices=invoices,
            properties=properties,
        )
        return cast("Answer", answer)

    def context(
        self,
        *,
        key: str = "",
        idempotency_key: UUID | None = None,
        attempt: int = 0,
        deadline: float,
        accepted: Sequence[ExportResult] = (),
        timeline: Timeline | None = None,
        now: datetime | None = None,
        alive: Callable[[], bool] | None = None,
    ) -> Context:
        """
        Make the context of one call.

        Args:
            key: The export's key, or empty.
            idempotency_key: The export's id.
            attempt: The number of the attempt, or 0.
            deadline: The end of the call, in seconds of the monotonic clock.
            accepted: Earlier accepted results of this instance for the order.
            timeline: Where requests are recorded; by default one of the call's own.
            now: The time when the call begins, in UTC; by default now.
            alive: Whether the caller may still send; once it returns `False`, no time is left.
        """
        return CallContext(
            self._resources,
            key=key,
            idempotency_key=idempotency_key,
            attempt=attempt,
            deadline=deadline,
            accepted=accepted,
            timeline=timeline,
            now=now,
            alive=alive,
        )

    def preview_context(self, now: datetime | None = None) -> Context:
        """
        Make the context of a preview, without a network and with a state that stores nothing.

        Args:
            now: The time when the call begins, in UTC; by default now.
        """
        return PreviewContext(self._resources, now=now)

    def wrap_hooks(
        self, wrap: Callable[[str, Callable[..., object]], Callable[..., object]]
    ) -> Exporter:
        """
        Return the same instance with wrapped hooks.

        Args:
            wrap: Called with the name of a hook and the function that calls it with keyword
                arguments; returns the function to call instead, which receives results and errors
                before secrets are hidden in them.
        """
        hooks = {name: wrap(name, function) for name, function in self._hooks.items()}
        return evolve(self, hooks=hooks)

    def _call(self, hook: str, context: Context, **arguments: object) -> object:
        """
        Call a hook, and hide the instance's secrets in its result or error.
        """
        function = self._hooks.get(hook)
        if function is None:
            raise ConnectorError(f"{self._description} does not offer {hook}")
        try:
            if isinstance(context, PreviewContext):
                with offline(self._description):
                    result = _read(function(context=context, **arguments))
            else:
                result = _read(function(context=context, **arguments))
        except KeyboardInterrupt:
            raise
        except Exception as error:
            hidden = hide_in_error(error, self.redactor)
            if hidden is error:
                raise
            raise hidden from hidden.__cause__
        except BaseException as error:  # noqa: BLE001 - SystemExit, a cancelled task: no connector may end the process
            message = self.redactor.text(f"{type(error).__name__}: {error}")
            raise ConnectorError(
                f"{self._description} tried to end the process: {message}"
            ) from None
        return hide_in_result(result, self.redactor)

    @property
    def _description(self) -> str:
        return f"connector {self.name} ({self.distribution} {self.version})"


def _read(result: object) -> object:
    """
    Read an iterator to its end here, where its errors are caught.
    """
    return tuple(result) if isinstance(result, Iterator) else result
