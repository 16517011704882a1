"""
The lanes of a ferry, and the threads that run them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from threading import Lock
from time import monotonic

from attrs import evolve

from orderferry.config import RuntimeSettings
from orderferry.connectors.http import Client
from orderferry.delivery import Engine, Flow, Lane, Readable, wanted_run
from orderferry.errors import ConfigurationError
from orderferry.exports import Backoff, Export
from orderferry.runtime._parts import Parts
from orderferry.runtime.background._followers import Followers, Retention, adopt_orphans
from orderferry.runtime.background._order_api import OrderApi
from orderferry.runtime.background._waiting import Progress, deferred_exports, with_reasons
from orderferry.storage import Store
from orderferry.workflow import TransitionResult

__all__ = ["Deliveries", "lanes_of", "settled"]


def lanes_of(
    parts: Parts,
    *,
    lease_seconds: float,
    backoff: Backoff | None,
    moved: Callable[[Export], None],
    readable: Readable,
    progress: Callable[[], None],
) -> dict[str, Lane]:
    """
    A lane for each instance, or several where its orders are spread.

    Args:
        lease_seconds: How long an owner may believe that a lane is its own.
        backoff: The waits between attempts, instead of each flow's own.
        moved: Called with an export whose failure wants its order to enter another status.
        readable: Whether the order of an export can be read.
        progress: Called after each round.
    """
    lanes = {}
    for instance, whole in parts.flows.items():
        names = parts.store.shards.lanes(instance)
        flow = _share(whole, len(names))
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
                moved=moved,
                readable=readable,
                progress=progress,
            )
    return lanes


def _share(flow: Flow, shards: int) -> Flow:
    """
    What one of several lanes of an instance may do: its share of the rate.
    """
    if flow.rate is None or shards == 1:
        return flow
    return evolve(flow, rate=flow.rate.divided(shards))


def settled(
    store: Store,
    result: TransitionResult,
    run: Callable[[str], TransitionResult | None],
    lanes: Collection[str],
) -> TransitionResult:
    """
    A result with its exports and its order as they are now.

    Args:
        run: What the run of that id came to, where a failure has led to one.
        lanes: The lanes that can be run.
    """
    stored = store.read(result.order_id)
    if stored is None:
        return result
    rows = with_reasons(store, store.of_order(result.order_id), lanes)
    present = result.with_exports({row.key: row for row in rows})
    failed = [e for s in present.steps for e in s.exports if e.origin.error_status is not None]
    later = [found for e in failed if (found := run(wanted_run(e))) is not None]
    followed = tuple(settled(store, each, run, lanes) for each in (*result.followed, *later))
    return evolve(
        present,
        order=stored.order,
        new_status=result.new_status or (later[0].status if later else None),
        followed=followed,
    )


class Deliveries:
    """
    The lanes of the configured instances, as far as this process runs them.

    Attributes:
        progress: Tells that a lane has made a round.
        retention: Forgets old requests and answers.

    Raises:
        ConfigurationError: An instance's shards were changed while its lanes had work.
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
        self._followers = Followers(parts, self.retention)
        lanes = lanes_of(
            parts,
            lease_seconds=runtime.lease_seconds,
            backoff=backoff,
            moved=lambda export: self._followers.ring(),
            readable=_readable(runtime, client),
            progress=self.progress.made,
        )
        self._engine = Engine(lanes, parts.locks, grace=runtime.grace_seconds)
        with parts.store.transaction() as batch:
            batch.lanes.ensure(
                (lane.name, lane.instance.connector, lane.instance.id) for lane in lanes.values()
            )
            self._pending = batch.ledger.pending_lanes()
        _refuse_undrained(lanes, self._pending)

    @property
    def lanes(self) -> tuple[str, ...]:
        """
        The lanes that can be run here.
        """
        return self._engine.names

    def follow_commits(self) -> None:
        """
        Run the lanes that have something to do now, and those that a commit of this process
        touches.
        """
        self._store.committed = self._run
        self._forget_notes()
        self._followers.start()
        self._engine.run(self._pending)

    def start(self) -> None:
        """
        Run all lanes that no other process runs, until `stop`.
        """
        self._forget_notes()
        self._followers.start()
        self._engine.run()
        self._engine.wake()

    def adopt(self) -> None:
        """
        Hand what a failed run has left under way to its lanes, when the database answers.
        """
        self._followers.adopt()

    def stop(self) -> None:
        """
        Finish what is under way, and let go of the lanes.
        """
        self._engine.stop()
        self._followers.stop()

    def wake(self, lane: str | None) -> None:
        """
        A lane, or every lane, may have something to do.
        """
        self._engine.wake(lane)

    def follow_failures(self) -> int:
        """
        Run what failures want now, and adopt what dead processes left; gives how many there were.
        """
        return self._followers.run_all() + adopt_orphans(self._parts)

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
            if not self._followers.run_all():
                break
        return tuple(
            settled(self._store, result, self._followers.result, self.lanes) for result in results
        )

    def wait(self, exports: Iterable[Export], *, seconds: float | None) -> tuple[Export, ...]:
        """
        Wait for exports; see `Ferry.wait`.
        """
        self.start()
        exports = tuple(exports)
        until = monotonic() + (seconds or 0.0)
        self.progress.wait_for(self._store, exports, lanes=self.lanes, until=until)
        self._followers.run_all()
        present = (self._store.find(each.key.id) or each for each in exports)
        return with_reasons(self._store, present, self.lanes)

    def _run(self, lanes: frozenset[str]) -> None:
        self._engine.run(lanes)
        for lane in lanes:
            self._engine.wake(lane)

    def _forget_notes(self) -> None:
        """
        What a lane waited for may be there now; who takes it says so again where it is not.
        """
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        with self._store.lane_transaction() as batch:
            for lane in self.lanes:
                batch.lanes.note(lane, None)


def _refuse_undrained(lanes: Mapping[str, Lane], pending: Iterable[str]) -> None:
    instances = {str(lane.instance) for lane in lanes.values()}
    for name in pending:
        instance = name.partition("#")[0]
        if name not in lanes and instance in instances:
            raise ConfigurationError(
                f"{instance}: `shards` has changed while lane {name} has exports that are not"
                " finished; set it back until they are"
            )


def _readable(runtime: RuntimeSettings, client: Client) -> Readable:
    """
    How an order is read back: through the host's API where it has one, else from the store.
    """
    api = None
    if runtime.api_url is not None:
        api = OrderApi(client, runtime.api_url, token=runtime.api_token)
    return Readable(
        api=api,
        deadline=runtime.api_deadline_seconds,
        interval=runtime.api_interval_seconds,
    )
