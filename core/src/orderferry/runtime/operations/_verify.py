"""
After a restore from a backup: asking targets what they have, before lanes go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from attrs import frozen

from orderferry.connectors import Absent, CannotTell, Exporter, ExportState, Found, InstanceName
from orderferry.delivery import Flow, after_asking, lane_lock
from orderferry.errors import LoadError, UsageError
from orderferry.exports import TAKEN, Act, Change, Export, Operation, OrderChange, act_changes, ask
from orderferry.runtime._parts import Parts
from orderferry.storage import ExportFilter, list_exports

__all__ = ["Verdict", "Verified", "verify"]

_MAY_BE_SENT = frozenset(
    {ExportState.QUEUED, ExportState.RETRYING, ExportState.SENDING, ExportState.UNKNOWN}
)
"""Whatever a backup has in these states may have been sent after it was made."""


class Verdict(StrEnum):
    """
    What a target says of an export.
    """

    FOUND = "found"
    ABSENT = "absent"
    CANNOT_TELL = "cannot tell"


@frozen(kw_only=True)
class Verified:
    """
    An export that its target was asked about.

    Attributes:
        was: The export before.
        export: The export as it is now.
        note: What follows, or why the target cannot tell.
    """

    was: Export
    export: Export
    verdict: Verdict
    note: str = ""

    @property
    def is_settled(self) -> bool:
        """
        Whether ledger and target agree, or will once the lanes go on.
        """
        missing = self.verdict is Verdict.ABSENT and self.was.state in TAKEN
        return not missing and self.verdict is not Verdict.CANNOT_TELL


def verify(parts: Parts, since: datetime, act: Act) -> Iterator[Verified]:
    """
    Ask the targets about everything that may have been sent since a time; see `Acts.verify`.
    """
    wanted = _wanted(parts, since)
    _refuse_running(parts, wanted)
    return _verified(parts, wanted, act)


def _wanted(parts: Parts, since: datetime) -> list[Export]:
    unfinished = ExportFilter(operation=Operation.EXPORT_ORDER, states=_MAY_BE_SENT)
    accepted = ExportFilter(operation=Operation.EXPORT_ORDER, states=TAKEN, since=since)
    found = [*list_exports(parts.store, unfinished), *list_exports(parts.store, accepted)]
    return sorted(found, key=lambda each: (str(each.key.instance), each.created))


def _refuse_running(parts: Parts, wanted: Iterable[Export]) -> None:
    """
    Raises:
        UsageError: A lane may send meanwhile.
    """
    with parts.store.reading() as batch:
        open_lanes = {row.name for row in batch.lanes.rows() if not row.paused or row.until}
    running = sorted({parts.store.shards.lane(each.key) for each in wanted} & open_lanes)
    if running:
        raise UsageError(
            f"the lanes {', '.join(running)} are not paused, and may send what is asked about:"
            " run `orderferry lanes pause --all` first"
        )


def _verified(parts: Parts, wanted: Sequence[Export], act: Act) -> Iterator[Verified]:
    for instance, group in groupby(wanted, key=lambda each: each.key.instance):
        exporter = _exporter(parts, instance)
        if isinstance(exporter, str):
            for export in group:
                yield Verified(
                    was=export, export=export, verdict=Verdict.CANNOT_TELL, note=exporter
                )
            continue
        asking = _Asking(parts=parts, exporter=exporter, flow=parts.flows[instance], act=act)
        with ThreadPoolExecutor(asking.flow.concurrency) as pool:
            yield from pool.map(asking.verified, group)


def _exporter(parts: Parts, instance: InstanceName) -> Exporter | str:
    """
    The exporter to ask, or why it cannot be asked.
    """
    try:
        exporter = parts.instances.exporter(instance)
    except KeyError:
        return f"{instance} is not configured any more"
    except LoadError as error:
        return str(error)
    if exporter.offers("find_export"):
        return exporter
    if exporter.capabilities.idempotent:
        return "the connector offers no find_export; its target drops what it has already"
    return "the connector offers no find_export: look at its target"


@frozen(kw_only=True)
class _Asking:
    parts: Parts
    exporter: Exporter
    flow: Flow
    act: Act

    def verified(self, listed: Export) -> Verified:
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
        why_not = _useless(answer)
        if isinstance(answer, CannotTell) or why_not is not None:
            note = why_not or ""
            return Verified(was=export, export=export, verdict=Verdict.CANNOT_TELL, note=note)
        return self._recorded(export, answer)

    def _recorded(self, asked: Export, answer: Found | Absent) -> Verified:
        verdict = Verdict.FOUND if isinstance(answer, Found) else Verdict.ABSENT
        with self.parts.store.transaction() as batch:
            batch.lanes.hold_still(asked.key.id)
            was = batch.ledger.find(asked.key.id) or asked
            if (was.state, was.changed) != (asked.state, asked.changed):
                note = "it changed meanwhile: verify again"
                return Verified(was=asked, export=was, verdict=Verdict.CANNOT_TELL, note=note)
            if was.state is ExportState.SENDING and self._is_run(was):
                note = "it is under way: verify again"
                return Verified(was=was, export=was, verdict=Verdict.CANNOT_TELL, note=note)
            changes = self._changes(was, answer, batch.now())
            for before, after in changes:
                batch.ledger.change(after, was=before)
            if changes:
                batch.orders.apply(was.key.order_id, self._told(changes))
        now = changes[-1][1] if changes else was
        return Verified(was=was, export=now, verdict=verdict, note=_follows(now, verdict))

    def _is_run(self, export: Export) -> bool:
        lane = self.parts.store.shards.lane(export.key)
        return self.parts.locks.is_held(lane_lock(lane))

    def _changes(self, export: Export, answer: Found | Absent, now: datetime) -> list[Change]:
        """
        What the answer makes of the export, each step by the table of states.
        """
        if isinstance(answer, Absent):
            if export.state is not ExportState.UNKNOWN:
                return []
            after = after_asking(export, answer, self.flow, now)
            return [] if after.state is export.state else [(export, after)]
        if export.state in TAKEN:
            is_news = export.state is ExportState.ACCEPTED and answer.state is not export.state
            return [(export, export.to(answer.state, now, due=None))] if is_news else []
        steps: list[Change] = []
        if export.state in (ExportState.QUEUED, ExportState.RETRYING):
            reason = self.act.told("asked about")
            sending = export.to(ExportState.SENDING, now, due=None, reason=reason)
            steps.append((export, sending))
            export = sending
        return [*steps, (export, after_asking(export, answer, self.flow, now))]

    def _told(self, changes: Sequence[Change]) -> tuple[OrderChange, ...]:
        return tuple(
            each for before, after in changes for each in act_changes(before, after, self.act)
        )


def _useless(answer: Found | Absent | CannotTell) -> str | None:
    """
    Why nothing follows from an answer, or `None` where something does.
    """
    if isinstance(answer, CannotTell):
        return answer.reason
    if isinstance(answer, Found) and answer.state not in TAKEN | {ExportState.REJECTED}:
        return f"find_export answered with the state {answer.state}"
    return None


def _follows(export: Export, verdict: Verdict) -> str:
    if verdict is Verdict.ABSENT:
        if export.state in TAKEN:
            return "the ledger says that it was taken: `orderferry export` sends it again"
        return {
            ExportState.QUEUED: "it is sent when its lane goes on",
            ExportState.RETRYING: "it is sent when its lane goes on",
            ExportState.SENDING: "its lane asks again when it goes on",
            ExportState.UNKNOWN: "it may still arrive: its lane asks again when it goes on",
        }.get(export.state, "")
    return ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
