"""
`verify`: after a restore from a backup, ask the targets what they have before lanes resume.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from attrs import evolve, frozen

from orderferry.connectors import Absent, CannotTell, Exporter, ExportState, Found, InstanceName
from orderferry.delivery import Flow, after_asking, lane_lock
from orderferry.errors import LoadError, UsageError
from orderferry.exports import (
    RECEIVED,
    Act,
    Change,
    Export,
    Operation,
    OrderChange,
    act_changes,
    ask,
)
from orderferry.runtime._parts import Parts
from orderferry.storage import ExportFilter, list_exports

__all__ = ["Verdict", "Verified", "verify"]

_MAY_BE_SENT = frozenset(
    {ExportState.QUEUED, ExportState.RETRYING, ExportState.SENDING, ExportState.UNKNOWN}
)
"""An export that is in one of these states in a backup may have been sent after the backup."""


class Verdict(StrEnum):
    """
    A target's answer about an export.
    """

    FOUND = "found"
    ABSENT = "absent"
    CANNOT_TELL = "cannot tell"


@frozen(kw_only=True)
class Verified:
    """
    An export that its target was asked about, and the answer.

    Attributes:
        was: The export before the question.
        export: The export as it is now.
        verdict: The target's answer.
        note: What happens next, or why there is no answer; may be empty.
    """

    was: Export
    export: Export
    verdict: Verdict
    note: str = ""

    @property
    def is_settled(self) -> bool:
        """
        Whether ledger and target agree, or will agree once the lanes resume.
        """
        missing = self.verdict is Verdict.ABSENT and self.was.state in RECEIVED
        return not missing and self.verdict is not Verdict.CANNOT_TELL


def verify(parts: Parts, since: datetime, act: Act) -> Iterator[Verified]:
    """
    Ask the targets about exports that may have been sent since a time; see `Acts.verify`.
    """
    exports = _list_exports(parts, since)
    _check_paused(parts, exports)
    return _verify(parts, exports, act)


def _list_exports(parts: Parts, since: datetime) -> list[Export]:
    unfinished = ExportFilter(operation=Operation.EXPORT_ORDER, states=_MAY_BE_SENT)
    accepted = ExportFilter(operation=Operation.EXPORT_ORDER, states=RECEIVED, since=since)
    exports = [*list_exports(parts.store, unfinished), *list_exports(parts.store, accepted)]
    return sorted(exports, key=lambda export: (str(export.key.instance), export.created))


def _check_paused(parts: Parts, exports: Iterable[Export]) -> None:
    """
    Raises:
        UsageError: A lane of these exports may send while the targets are asked.
    """
    with parts.store.reading() as batch:
        open_lanes = {row.name for row in batch.lanes.rows() if not row.paused or row.until}
    running = sorted({parts.store.shards.lane(export.key) for export in exports} & open_lanes)
    if running:
        raise UsageError(
            f"lanes are not paused, and may send exports during `verify`: {', '.join(running)}; run"
            " `orderferry lanes pause --all` first"
        )


def _verify(parts: Parts, exports: Sequence[Export], act: Act) -> Iterator[Verified]:
    for instance, group in groupby(exports, key=lambda export: export.key.instance):
        exporter = _load_exporter(parts, instance)
        if isinstance(exporter, str):
            for export in group:
                yield Verified(
                    was=export, export=export, verdict=Verdict.CANNOT_TELL, note=exporter
                )
            continue
        verifier = _Verifier(parts=parts, exporter=exporter, flow=parts.flows[instance], act=act)
        with ThreadPoolExecutor(verifier.flow.concurrency) as pool:
            yield from pool.map(verifier.verify, group)


def _load_exporter(parts: Parts, instance: InstanceName) -> Exporter | str:
    """
    Return the exporter to ask, or why it cannot be asked.
    """
    try:
        exporter = parts.instances.exporter(instance)
    except KeyError:
        return f"{instance} is no longer configured"
    except LoadError as error:
        return str(error)
    if exporter.offers("find_export"):
        return exporter
    if exporter.capabilities.idempotent:
        return "the connector has no find_export; its target discards duplicates"
    return "the connector has no find_export: look the order up in the target"


@frozen(kw_only=True)
class _Verifier:
    """
    Asks one instance about exports, and records the answers.
    """

    parts: Parts
    exporter: Exporter
    flow: Flow
    act: Act

    def verify(self, listed: Export) -> Verified:
        with self.parts.store.reading() as batch:
            export = batch.ledger.find(listed.key.id) or listed
            rows = batch.ledger.of_order(export.key.order_id)
        answer = ask(
            export,
            self.exporter,
            rows=rows,
            clock=self.parts.clock,
            seconds=self.flow.timeout,
        )
        problem = _explain_unusable(answer)
        if isinstance(answer, CannotTell) or problem is not None:
            note = problem or ""
            return Verified(was=export, export=export, verdict=Verdict.CANNOT_TELL, note=note)
        return self._record(export, answer)

    def _record(self, asked: Export, answer: Found | Absent) -> Verified:
        verdict = Verdict.FOUND if isinstance(answer, Found) else Verdict.ABSENT
        with self.parts.store.transaction() as batch:
            batch.lanes.lock_lane_of(asked.key.id)
            was = batch.ledger.find(asked.key.id) or asked
            if (was.state, was.changed) != (asked.state, asked.changed):
                note = "the export has changed in the meantime: run verify again"
                return Verified(was=asked, export=was, verdict=Verdict.CANNOT_TELL, note=note)
            if was.state is ExportState.SENDING and self._has_owner(was):
                note = "the export is in flight: run verify again"
                return Verified(was=was, export=was, verdict=Verdict.CANNOT_TELL, note=note)
            changes = self._changes(was, answer, batch.now())
            for before, after in changes:
                batch.ledger.change(after, was=before)
            if changes:
                batch.orders.apply(was.key.order_id, self._order_changes(changes))
        now = changes[-1][1] if changes else was
        return Verified(was=was, export=now, verdict=verdict, note=_next_step(now, verdict))

    def _has_owner(self, export: Export) -> bool:
        lane = self.parts.store.shards.lane(export.key)
        return self.parts.locks.is_held(lane_lock(lane))

    def _changes(self, export: Export, answer: Found | Absent, now: datetime) -> list[Change]:
        """
        Return the changes of the export that follow from the answer, each an allowed transition.
        """
        if isinstance(answer, Absent):
            if export.state is not ExportState.UNKNOWN:
                return []
            after = after_asking(export, answer, self.flow, now)
            return [] if after.state is export.state else [(export, after)]
        if export.state in RECEIVED:
            differs = export.state is ExportState.ACCEPTED and answer.state is not export.state
            return [(export, export.to(answer.state, now, due=None))] if differs else []
        if export.state not in (ExportState.QUEUED, ExportState.RETRYING):
            return [(export, after_asking(export, answer, self.flow, now))]
        reason = self.act.describe("verified")
        sending = export.to(ExportState.SENDING, now, due=None, reason=reason)
        settled = evolve(after_asking(sending, answer, self.flow, now), reason=reason)
        return [(export, sending), (sending, settled)]

    def _order_changes(self, changes: Sequence[Change]) -> tuple[OrderChange, ...]:
        return tuple(
            change for before, after in changes for change in act_changes(before, after, self.act)
        )


def _explain_unusable(answer: Found | Absent | CannotTell) -> str | None:
    """
    Return why an answer cannot be used, or `None` if it can.
    """
    if isinstance(answer, CannotTell):
        return answer.reason
    if isinstance(answer, Found) and answer.state not in RECEIVED | {ExportState.REJECTED}:
        return f"find_export returned Found with the invalid state {answer.state}"
    return None


def _next_step(export: Export, verdict: Verdict) -> str:
    if verdict is Verdict.ABSENT:
        if export.state in RECEIVED:
            return "the ledger has it as accepted: `orderferry export` sends it again"
        return {
            ExportState.QUEUED: "it is sent when its lane resumes",
            ExportState.RETRYING: "it is sent when its lane resumes",
            ExportState.SENDING: "the lane asks again when it resumes",
            ExportState.UNKNOWN: "it may still arrive: the lane asks again when it resumes",
        }.get(export.state, "")
    return ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
