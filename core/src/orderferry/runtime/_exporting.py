"""
How the steps of a transition have exports made.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve, field

from orderferry.connectors import Exporter
from orderferry.errors import ExporterNotFoundError
from orderferry.exports import (
    TAKEN,
    Export,
    ExportKey,
    Held,
    Intent,
    Journal,
    OrderChange,
    Origin,
    Skip,
    SkipCause,
    admission,
    cleared,
    consequences,
    intend,
)
from orderferry.orders import Order
from orderferry.runtime._orders import version_of
from orderferry.runtime._parts import Parts
from orderferry.runtime._unit import Unit
from orderferry.steps import ConnectorReference, ExportRequest, Sent, StepCall, StepConfig

__all__ = ["TransitionExports"]


@define(kw_only=True)
class TransitionExports:
    """
    The exports of one run: awaited ones are sent after a commit, deferred ones wait for the last.

    Attributes:
        deferred: Exports that wait until the order is saved; not in the ledger yet where new.
    """

    parts: Parts
    unit: Unit
    deferred: list[Intent] = field(factory=list)

    def prepare(self, config: StepConfig, order: Order) -> None:
        """
        Load the connectors that a step names; those that cannot be are the step's to report.
        """
        for reference in config.connectors:
            try:
                self.select(reference, order)
            except ExporterNotFoundError:
                continue

    def select(self, reference: ConnectorReference, order: Order) -> Exporter:
        """
        The exporter for a reference and the order's market.
        """
        return self.parts.instances.select(reference.name, reference.id, order.market_id)

    def send(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Commit the intents, send them, and wait for what comes of them.
        """
        journal = Journal(self.parts.ledger)
        intents = self._intents(call, requests, deferred=False)
        self.unit.commit(call.changes)
        for intent in intents:
            _write(journal, intent)
        present: dict[ExportKey, Export] = {}
        ready = []
        for intent, request in zip(intents, requests, strict=True):
            export = intent.export
            if intent.begins:
                export = self._admit(journal, export, request.exporter, call.config)
            present[export.key] = export
            if intent.begins and export == intent.export:
                ready.append((export, request.exporter))
        for export in self.parts.deliverer(journal).deliver(ready):
            present[export.key] = export
        exports = tuple(present[intent.export.key] for intent in intents)
        return Sent(exports=exports, changes=_changes(journal, exports))

    def send_after_save(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Remember the intents for the last commit.
        """
        intents = self._intents(call, requests, deferred=True)
        self.deferred += [intent for intent in intents if intent.begins]
        exports = tuple(intent.export for intent in intents)
        return Sent(exports=exports, changes=_changes(Journal(self.parts.ledger), exports))

    def write_deferred(self) -> tuple[OrderChange, ...]:
        """
        Put the deferred intents into the ledger.

        Returns:
            What that means for the order.
        """
        journal = Journal(self.parts.ledger)
        for intent in self.deferred:
            _write(journal, intent)
        return consequences(journal.take())

    def _admit(
        self, journal: Journal, export: Export, exporter: Exporter, config: StepConfig
    ) -> Export:
        """
        The export as it was, or as it is if it is not sent now.
        """
        decision = admission(
            export,
            journal.of_order(export.key.order_id),
            cancelled=False,
            updates=exporter.capabilities.updates,
        )
        now = self.parts.clock.now()
        if decision is None:
            return export
        if isinstance(decision, Held):
            if not config.stop_on_error:
                origin = evolve(export.origin, deferred=True)
                waiting = evolve(export, origin=origin, reason=decision.reason)
                self.parts.ledger.change(waiting, was=export)
                return waiting
            reason = f"{decision.reason}; StopOnError, so nothing is sent"
            decision = Skip(SkipCause.WORKFLOW, reason)
        skipped = decision.of(export, now)
        journal.change(skipped, was=export)
        return skipped

    def _intents(
        self, call: StepCall, requests: Sequence[ExportRequest], *, deferred: bool
    ) -> list[Intent]:
        rows = self.parts.ledger.of_order(call.order.id)
        now = self.parts.clock.now()
        origin = Origin(
            step=call.config.name,
            run=call.run,
            position=call.position,
            stop_on_error=call.config.stop_on_error,
            error_status=call.config.error_status,
            deferred=deferred,
            user=call.user,
        )
        return [
            intend(
                Export(
                    key=ExportKey(
                        order_id=call.order.id,
                        shipment_id=request.shipment_id,
                        connector=request.exporter.name.connector,
                        connector_id=request.exporter.name.id,
                        operation=request.operation,
                        status=call.status,
                        version=version_of(call.order),
                    ),
                    order=call.order,
                    properties=call.config.properties,
                    origin=origin,
                    created=now,
                    changed=now,
                ),
                rows,
            )
            for request in requests
        ]


def _write(journal: Journal, intent: Intent) -> None:
    if not intent.begins:
        return
    if intent.was is None:
        journal.add((intent.export,))
    else:
        journal.change(intent.export, was=intent.was)


def _changes(journal: Journal, exports: Sequence[Export]) -> tuple[OrderChange, ...]:
    """
    What was changed, and that each export the target has, now or before, clears its errors.
    """
    changed = consequences(journal.take())
    taken = [e for e in exports if e.state in TAKEN or e.skip is SkipCause.ACCEPTED]
    return changed + tuple(cleared(export) for export in taken)
