"""
The lanes of a ferry: their threads, wake-ups, and waiting for deferred exports.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from threading import Lock
from time import monotonic

from attrs import evolve

from orderferry.config import RuntimeSettings
from orderferry.connectors.http import Client
from orderferry.delivery import Engine, Flow, Lane, OrderReadback, error_status_run
from orderferry.errors import ConfigurationError
from orderferry.exports import Backoff, Export
from orderferry.runtime._parts import Parts
from orderferry.runtime.background._follow_ups import FollowUps, Retention, adopt_orphans
from orderferry.runtime.background._order_api import order_readback
from orderferry.runtime.background._waiting import Progress, deferred_exports, with_reasons
from orderferry.storage import Store
from orderferry.workflow import TransitionResult

__all__ = ["Deliveries", "build_lanes", "refresh"]


def build_lanes(
    parts: Parts,
    *,
    lease_seconds: float,
    backoff: Backoff | None,
    on_error_status: Callable[[Export], None],
    readback: OrderReadback,
    progress: Callable[[], None],
) -> dict[str, Lane]:
    """
    Build the lanes of each instance: one, or one for each shard.

    Args:
        parts: The parts of the ferry.
        lease_seconds: How long an owner may send after a commit that proves the ownership.
        backoff: The waits between attempts, instead of those of each instance.
        on_error_status: Called with an export whose failure sets another status on its order.
        readback: Whether the order of an export can be read.
        progress: Called after each round.

    Returns:
        The lanes by name.
    """
    lanes = {}
    for instance, configured in parts.flows.items():
        names = parts.store.shards.lanes(instance)
        flow = _split(configured, len(names))
        for name in names:
            lanes[name] = Lane(
                name=name,
                instance=instance,
                flow=flow,
                store=parts.store,
                instances=parts.instances,
                workflow=parts.workflow,
                owner=parts.owner,
                clock=parts.clock,
                backoff=backoff,
                lease_seconds=lease_seconds,
                on_error_status=on_error_status,
                readback=readback,
                progress=progress,
            )
    return lanes


def _split(flow: Flow, shards: int) -> Flow:
    """
    Return the flow control of one of several lanes of an instance: its share of the rate.
    """
    if flow.rate is None or shards == 1:
        return flow
    return evolve(flow, rate=flow.rate.split(shards))


def refresh(
    store: Store,
    result: TransitionResult,
    run: Callable[[str], TransitionResult | None],
    lanes: Collection[str],
) -> TransitionResult:
    """
    Return a result with its exports and its order as they are now.

    Args:
        store: The store.
        result: The result of a transition.
        run: Returns the result of the run with an id, or `None` if this process did not run it.
        lanes: The lanes that can be run.
    """
    stored = store.read(result.order_id)
    if stored is None:
        return result
    rows = with_reasons(store, store.of_order(result.order_id), lanes)
    present = result.with_exports({row.key: row for row in rows})
    exports = [export for step in present.steps for export in step.exports]
    runs = [run(error_status_run(e)) for e in exports if e.origin.error_status is not None]
    later = [follow_up for follow_up in runs if follow_up is not None]
    followed = tuple(
        refresh(store, follow_up, run, lanes) for follow_up in (*result.followed, *later)
    )
    return evolve(
        present,
        order=stored.order,
        new_status=result.new_status or (later[0].status if later else None),
        followed=followed,
    )


class Deliveries:
    """
    Runs the lanes of the configured instances that no other process runs.

    Attributes:
        progress: Reports each round of a lane.
        retention: Deletes old requests and responses.

    Raises:
        ConfigurationError: An instance's `shards` has changed while its lanes had work.
    """

    def __init__(
        self, parts: Parts, runtime: RuntimeSettings, client: Client, *, backoff: Backoff | None
    ) -> None:
        self.progress = Progress()
        self._parts = parts
        self._store = parts.store
        self._lock = Lock()
        self._is_started = False
        age = timedelta(days=runtime.document_retention_days)
        self.retention = Retention(parts.store, age, parts.clock)
        self._follow_ups = FollowUps(parts, self.retention)
        lanes = build_lanes(
            parts,
            lease_seconds=runtime.lease_seconds,
            backoff=backoff,
            on_error_status=lambda export: self._follow_ups.wake(),
            readback=order_readback(runtime, client),
            progress=self.progress.report_round,
        )
        self._engine = Engine(lanes, parts.locks, grace=runtime.grace_seconds)
        with parts.store.transaction() as batch:
            batch.lanes.ensure(
                (lane.name, lane.instance.connector, lane.instance.id) for lane in lanes.values()
            )
            self._pending = batch.ledger.pending_lanes()
        _check_shards(lanes, self._pending)

    @property
    def lanes(self) -> tuple[str, ...]:
        """
        The names of the lanes that can be run.
        """
        return self._engine.names

    def follow_commits(self) -> None:
        """
        Run the lanes that have work now, and those for which this process commits exports.
        """
        self._store.on_commit = self._run
        self._clear_notes()
        self._follow_ups.start()
        self._engine.run(self._pending)

    def start(self) -> None:
        """
        Run all lanes that no other process runs, until `stop`.
        """
        self._clear_notes()
        self._follow_ups.start()
        self._engine.run()
        self._engine.wake()

    def adopt(self) -> None:
        """
        Hand the exports that a failed run left in flight to their lanes, once the database is back.
        """
        self._follow_ups.adopt()

    def stop(self) -> None:
        """
        Wait for exports in flight, and release the lanes.
        """
        self._engine.stop()
        self._follow_ups.stop()

    def wake(self, lane: str | None) -> None:
        """
        Wake a lane, or every lane if it is `None`: it may have work.
        """
        self._engine.wake(lane)

    def follow_failures(self) -> int:
        """
        Run the follow-up runs of failures, and adopt the exports of processes that have ended.

        Returns:
            How many runs and exports there were.
        """
        return self._follow_ups.run_all() + adopt_orphans(self._parts)

    def settle(
        self, results: Sequence[TransitionResult], *, seconds: float | None
    ) -> tuple[TransitionResult, ...]:
        """
        Wait for the deferred exports of results; see `Ferry.settle`.
        """
        order_ids = {result.order_id for result in results}
        until = monotonic() + (seconds or 0.0)
        while True:
            deferred = deferred_exports(self._store, order_ids, untried=seconds is None)
            if deferred:
                self.start()
            self.progress.wait_for(self._store, deferred, lanes=self.lanes, until=until)
            if not self._follow_ups.run_all():
                break
        return tuple(
            refresh(self._store, result, self._follow_ups.result, self.lanes) for result in results
        )

    def wait(self, exports: Iterable[Export], *, seconds: float | None) -> tuple[Export, ...]:
        """
        Wait for exports; see `Ferry.wait`.
        """
        self.start()
        exports = tuple(exports)
        until = monotonic() + (seconds or 0.0)
        self.progress.wait_for(self._store, exports, lanes=self.lanes, until=until)
        self._follow_ups.run_all()
        present = (self._store.find(export.key.id) or export for export in exports)
        return with_reasons(self._store, present, self.lanes)

    def _run(self, lanes: frozenset[str]) -> None:
        self._engine.run(lanes)
        for lane in lanes:
            self._engine.wake(lane)

    def _clear_notes(self) -> None:
        """
        Clear the lanes' notes: a missing connector may be installed now, else the owner notes it.
        """
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        with self._store.lane_transaction() as batch:
            for lane in self.lanes:
                batch.lanes.set_reason(lane, None)


def _check_shards(lanes: Mapping[str, Lane], pending: Iterable[str]) -> None:
    """
    Raises:
        ConfigurationError: A lane with unfinished exports is not among the lanes of its instance.
    """
    instances = {str(lane.instance) for lane in lanes.values()}
    for name in pending:
        instance = name.partition("#")[0]
        if name not in lanes and instance in instances:
            raise ConfigurationError(
                f"{instance}: `shards` has changed while lane {name} has unfinished exports;"
                " restore the old value until they are finished"
            )
