"""
The exports of a transition's steps: awaited ones and deferred ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, evolve, field, frozen

from orderferry.connectors import Exporter, ExportState
from orderferry.delivery import PauseCause
from orderferry.errors import ConflictError, ExporterNotFoundError
from orderferry.exports import (
    RECEIVED,
    Export,
    ExportKey,
    FailureKind,
    Held,
    Intent,
    Journal,
    OrderChange,
    Origin,
    Skip,
    SkipCause,
    admission,
    clear_errors,
    consequences,
    export_key,
    intend,
    new_export,
)
from orderferry.orders import Order
from orderferry.runtime._parts import Parts
from orderferry.runtime.transition._awaited import AwaitedLedger, fail_paused
from orderferry.runtime.transition._unit import Unit
from orderferry.steps import ConnectorReference, ExportRequest, Sent, StepCall, StepConfig
from orderferry.storage import Batch

__all__ = ["TransitionExports"]

_TRIES = 5
"""How often an intent is written if other processes write the same export."""


@frozen(kw_only=True)
class _Written:
    """
    The intents of a step, and what their transaction has read for sending them.

    Attributes:
        changes: The changes of the order that the intents have led to.
        rows: All exports of the order, in the order in which they were created.
        exports: The exports of the intents, in the order of the step's requests.
        ready: The exports that are sent now, each with the instance that it goes to.
        reasons: Why the lane of each of these is paused; `None` if it is not.
    """

    changes: tuple[OrderChange, ...]
    rows: tuple[Export, ...]
    exports: tuple[Export, ...]
    ready: tuple[tuple[Export, Exporter], ...]
    reasons: Mapping[ExportKey, str | None]


@define(kw_only=True)
class TransitionExports:
    """
    The exports of one run: awaited ones are sent after a commit, deferred ones after the last.

    Attributes:
        deferred: Exports that wait until the order is saved, each as the step requested it and with
            its intent; new ones are not in the ledger yet.
    """

    parts: Parts
    unit: Unit
    deferred: list[tuple[Export, Intent]] = field(factory=list)

    def prepare(self, config: StepConfig, order: Order) -> None:
        """
        Load the connectors that a step names; the step reports those that cannot be loaded.
        """
        for reference in config.connectors:
            try:
                self.select(reference, order)
            except ExporterNotFoundError:
                continue

    def select(self, reference: ConnectorReference, order: Order) -> Exporter:
        """
        Select the exporter for a reference and the order's market.
        """
        return self.parts.instances.select(reference.name, reference.id, order.market_id)

    def send(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Commit the intents, send the exports, and wait for their outcomes.
        """
        if self.unit.joined:
            return self.send_after_save(call, requests)
        ledger = Journal(AwaitedLedger(self.parts.store))
        written = self.unit.commit(
            call.changes, lambda batch: self._write_awaited(batch, call, requests)
        )
        delivered = {export.key: export for export in self._deliver(ledger, written)}
        exports = tuple(delivered.get(export.key, export) for export in written.exports)
        changes = (*written.changes, *consequences(ledger.take()))
        self.unit.mark_written(changes)
        return Sent(exports=exports, changes=(*changes, *_clear_errors_of(exports)))

    def send_after_save(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Defer the intents to the last commit.
        """
        rows = self.rows(call.order.id)
        drafts = self._drafts(call, requests, deferred=True)
        intents = [intend(draft, rows) for draft in drafts]
        pairs = zip(drafts, intents, strict=True)
        self.deferred += [(draft, intent) for draft, intent in pairs if intent.begins]
        exports = tuple(intent.export for intent in intents)
        return Sent(exports=exports, changes=_clear_errors_of(exports))

    def write_deferred(self, batch: Batch) -> None:
        """
        Write the deferred intents to the ledger, and their changes to the order.
        """
        journal = Journal(batch.ledger)
        for draft, intent in self.deferred:
            _place(batch, journal, draft, intent)
        changes = consequences(journal.take())
        if self.deferred and changes:
            batch.orders.apply(self.unit.order.id, changes)

    def rows(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, as the run's transaction sees them.
        """
        if not self.unit.joined:
            return self.parts.store.of_order(order_id)
        with self.unit.transaction() as batch:
            return batch.ledger.of_order(order_id)

    def _write_awaited(
        self, batch: Batch, call: StepCall, requests: Sequence[ExportRequest]
    ) -> _Written:
        """
        Write the intents of a step, and read what sending them needs.
        """
        order_id = call.order.id
        before = batch.ledger.of_order(order_id)
        journal = Journal(batch.ledger)
        intents: list[Intent] = []
        drafts = self._drafts(call, requests, deferred=False)
        for draft, request in zip(drafts, requests, strict=True):
            intent = _place(batch, journal, draft, intend(draft, before))
            intents.append(intent)
            self._admit(batch, journal, intent, request)
        changes = consequences(journal.take())
        batch.orders.apply(order_id, changes)
        rows = batch.ledger.of_order(order_id)
        by_key = {row.key: row for row in rows}
        exports = tuple(by_key[intent.export.key] for intent in intents)
        ready = tuple(
            (export, request.exporter)
            for export, intent, request in zip(exports, intents, requests, strict=True)
            if intent.begins and _is_ready(export)
        )
        reasons = {
            export.key: batch.lanes.pause_reason(batch.shards.lane(export.key))
            for export, _ in ready
        }
        return _Written(changes=changes, rows=rows, exports=exports, ready=ready, reasons=reasons)

    def _deliver(self, ledger: Journal, written: _Written) -> tuple[Export, ...]:
        """
        Send the exports that are ready; those of a paused lane fail at once.
        """
        open_lanes, paused = [], []
        for export, exporter in written.ready:
            reason = written.reasons[export.key]
            if reason is None:
                open_lanes.append((export, exporter))
            else:
                paused.append(fail_paused(ledger, export, reason, self.parts.clock.now()))
        sent = self.parts.deliverer(ledger).deliver(open_lanes, rows=written.rows)
        for export in sent:
            self._pause_after(export)
        return (*paused, *sent)

    def _pause_after(self, export: Export) -> None:
        """
        Pause the lane of an export whose authentication has failed.
        """
        failure = export.failure
        if failure is None or failure.kind is not FailureKind.AUTHENTICATION:
            return
        flow = self.parts.flows[export.key.instance]
        self.parts.store.pause(
            export.key,
            cause=PauseCause.AUTHENTICATION,
            reason=failure.message,
            seconds=flow.cooldown,
        )

    def _admit(
        self, batch: Batch, journal: Journal, intent: Intent, request: ExportRequest
    ) -> None:
        """
        Write the reason if an intent is not sent now.
        """
        if not intent.begins:
            return
        export = intent.export
        decision = admission(
            export,
            batch.ledger.of_order(export.key.order_id),
            cancelled=False,
            updates=request.exporter.capabilities.updates,
        )
        if isinstance(decision, Held):
            if not export.origin.stop_on_error:
                origin = evolve(export.origin, deferred=True)
                waiting = evolve(export, origin=origin, reason=decision.reason)
                journal.change(waiting, was=export)
                return
            reason = f"{decision.reason}; StopOnError, so nothing is sent"
            decision = Skip(SkipCause.WORKFLOW, reason)
        if decision is not None:
            journal.change(decision.of(export, self.parts.clock.now()), was=export)

    def _drafts(
        self,
        call: StepCall,
        requests: Sequence[ExportRequest],
        *,
        deferred: bool,
    ) -> list[Export]:
        now = self.parts.clock.now()
        origin = Origin(
            step=call.config.name,
            run=call.run,
            position=call.position,
            stop_on_error=call.config.stop_on_error,
            error_status=call.config.error_status,
            deferred=deferred,
            user=call.user,
            after_save=call.config.run_after_order_is_saved,
        )
        return [
            new_export(
                export_key(
                    call.order,
                    request.exporter.name,
                    request.operation,
                    shipment_id=request.shipment_id,
                    status=call.status,
                ),
                call.order,
                origin=origin,
                now=now,
                properties=call.config.properties,
            )
            for request in requests
        ]


def _is_ready(export: Export) -> bool:
    return export.state is ExportState.QUEUED and not export.origin.deferred


def _place(batch: Batch, journal: Journal, draft: Export, intent: Intent) -> Intent:
    """
    Write an intent, even if another run writes the same export at the same time.

    An earlier step may have sent something, so a conflict must not end the run. Only a host's
    transaction, which may not see what others commit, can meet the conflict at every try; it has
    sent nothing.
    """
    for left in reversed(range(_TRIES)):
        try:
            _write(journal, intent)
        except ConflictError:
            if not left:
                raise
            intent = intend(draft, batch.ledger.of_order(draft.key.order_id))
        else:
            break
    return intent


def _write(journal: Journal, intent: Intent) -> None:
    if not intent.begins:
        return
    if intent.was is None:
        journal.add((intent.export,))
    else:
        journal.change(intent.export, was=intent.was)


def _clear_errors_of(exports: Sequence[Export]) -> tuple[OrderChange, ...]:
    """
    Clear the errors of each export that the target has received, now or before.
    """
    received = [e for e in exports if e.state in RECEIVED or e.skip is SkipCause.ACCEPTED]
    return tuple(clear_errors(export) for export in received)
