"""
A ferry: the one place that puts all objects together from a configuration.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from orderferry.config import Config
from orderferry.connectors import Instances
from orderferry.connectors.http import Client
from orderferry.errors import ConflictError, OrderferryError
from orderferry.exports import Backoff, Clock, Export
from orderferry.orders import Order, read_orders
from orderferry.runtime._configured import make_instances, read_files
from orderferry.runtime._parts import Parts, Presence
from orderferry.runtime._state import state_of
from orderferry.runtime.background._deliveries import Deliveries
from orderferry.runtime.background._worker import Worker
from orderferry.runtime.operations._acts import Acts
from orderferry.runtime.transition._transition import Transition
from orderferry.storage import Shards, Store, locks_for, open_engine, prepare
from orderferry.workflow import TransitionResult

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["Ferry"]


class Ferry:
    """
    Exports orders from their workflow to ERP, WMS and 3PL systems.

    ::

        with Ferry.from_config("orderferry.toml") as ferry:
            result = ferry.transition(order, "New")

    It is thread-safe. Deferred exports outlive it: they are delivered by this process or by any
    other with the same database.
    """

    def __init__(
        self,
        config: Config,
        parts: Parts,
        client: Client,
        *,
        backoff: Backoff | None = None,
        deliver: bool = True,
    ) -> None:
        self._config = config
        self._parts = parts
        self._client = client
        self._lock = Lock()
        self._in_progress: set[tuple[str, str, str | None]] = set()
        parts.presence.hold()
        self._deliveries = Deliveries(parts, config.runtime, client, backoff=backoff)
        if deliver and parts.store.is_sqlite:
            self._deliveries.follow_commits()

    @classmethod
    def from_config(
        cls,
        path: str | os.PathLike[str],
        *,
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        backoff: Backoff | None = None,
        deliver: bool = True,
    ) -> Self:
        """
        Open the ferry of a configuration. Connectors are loaded when they are first used.

        Args:
            path: The configuration file, `orderferry.toml`.
            environment: The variables for `${env:NAME}`; by default those of the process.
            clock: The time, for tests.
            backoff: The waits between attempts, in place of each instance's own.
            deliver: Whether deferred exports are delivered in the background, if the database is
                an SQLite file; with PostgreSQL, workers deliver them.

        Raises:
            ConfigurationError: The configuration or the workflow is invalid, or the database's
                schema is not this program's.
        """
        environment = os.environ if environment is None else environment
        config, steps = read_files(path, environment)
        client = Client(environment=environment)
        engine = open_engine(config.runtime.database_url)
        prepare(engine)
        owner, locks = str(uuid4()), locks_for(engine)
        parts = Parts(
            workflow=config.workflow,
            steps=steps,
            instances=make_instances(
                config,
                environment=environment,
                client=client,
                state=state_of(config.runtime, engine),
            ),
            store=Store(
                engine,
                owner=owner,
                clock=None if clock is None else clock.now,
                shards=Shards({name: flow.shards for name, flow in config.flows.items()}),
            ),
            locks=locks,
            owner=owner,
            presence=Presence(locks, owner),
            flows=config.flows,
            clock=clock or Clock(),
            backoff=backoff or Backoff(),
            inline_deadline=config.runtime.inline_deadline_seconds,
        )
        return cls(config, parts, client, backoff=backoff, deliver=deliver)

    @property
    def config(self) -> Config:
        """
        The configuration.
        """
        return self._config

    @property
    def instances(self) -> Instances:
        """
        The configured connectors.
        """
        return self._parts.instances

    @property
    def lanes(self) -> tuple[str, ...]:
        """
        The lanes of the configured connectors.
        """
        return self._deliveries.lanes

    @property
    def acts(self) -> Acts:
        """
        The manual actions on exports and lanes.
        """
        return Acts(parts=self._parts)

    def worker(self) -> Worker:
        """
        Make a worker, which delivers deferred exports while it runs.
        """
        limits = self._config.runtime.age_limits
        return Worker(self._parts.store, self._deliveries, age_limits=limits)

    def read_orders(self, data: bytes, *, lines: bool = False) -> list[Order]:
        """
        Read one order, a list of orders, or one order per line, within the configured limit.

        Raises:
            OrderFormatError: One of the orders cannot be read.
        """
        return read_orders(data, lines=lines, limit=self._config.runtime.order_limit_bytes)

    def transition(
        self,
        order: Order,
        status: str,
        shipment_id: str | None = None,
        test: bool = False,
        user: str | None = None,
        connection: Connection | None = None,
    ) -> TransitionResult:
        """
        Let an order enter a status, and run the workflow of the status.

        Args:
            order: The order as it is now.
            status: The status that the order enters; its present status runs the steps again.
            shipment_id: The shipment, if the transition is of one shipment.
            test: Whether nothing leaves the process and nothing is saved.
            user: The user who moves the order, for the history.
            connection: The host's SQLAlchemy connection to the same database. Everything is
                written in its transaction, and every export waits for its commit.

        Returns:
            The outcome of each step, and the changed order.

        Raises:
            UnknownStatusError: There is no such order type, status or shipment.
            ConflictError: The same transition is in progress, or the order's content changed under
                one version. Nothing was sent.
        """
        transition = Transition(
            parts=self._parts, shipment_id=shipment_id, user=user, connection=connection
        )
        if test:
            return transition.test(order, status)
        with self._enter_once(order, status, shipment_id):
            self._parts.presence.hold()
            try:
                return transition.enter(order, status)
            except OrderferryError:
                raise
            except BaseException:
                self._deliveries.adopt()
                raise

    def validate(self, order: Order, status: str, shipment_id: str | None = None) -> None:
        """
        Check that an order can enter a status.

        Raises:
            UnknownStatusError: There is no such order type, status or shipment.
        """
        Transition(parts=self._parts, shipment_id=shipment_id).find_status(order, status)

    def deliver(self) -> None:
        """
        Deliver in the background, while this ferry is open, the lanes that no other process owns.
        """
        self._deliveries.start()

    def settle(
        self, results: Sequence[TransitionResult], *, seconds: float | None = None
    ) -> tuple[TransitionResult, ...]:
        """
        Wait until each deferred export has been tried once.

        An export that cannot be tried now is not waited for: its lane is paused or waits for its
        connector, or an earlier export of the same order holds it back.

        Args:
            results: Results of this ferry's transitions.
            seconds: How long to wait for each export to be finished, beyond its first attempt.

        Returns:
            The results with their exports and orders as they are now, and the runs that later
            failures led to.
        """
        return self._deliveries.settle(results, seconds=seconds)

    def wait(
        self, exports: Iterable[Export], *, seconds: float | None = None
    ) -> tuple[Export, ...]:
        """
        Wait, as `settle` does, until each of the exports has been tried once.

        Args:
            exports: Exports of the ledger.
            seconds: How long to wait for each export to be finished, beyond its next attempt.

        Returns:
            The exports as they are now; an export that could not be tried has the reason.
        """
        return self._deliveries.wait(exports, seconds=seconds)

    def close(self) -> None:
        """
        Finish exports in flight, and release lanes, connectors and connections.
        """
        self._deliveries.stop()
        self._parts.instances.close()
        self._parts.presence.release()
        self._parts.locks.close()
        self._client.close()
        self._parts.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _enter_once(self, order: Order, status: str, shipment_id: str | None) -> Iterator[None]:
        transition = (order.id, status, shipment_id)
        with self._lock:
            if transition in self._in_progress:
                raise ConflictError(f"order {order.id} is already entering {status}")
            self._in_progress.add(transition)
        try:
            yield
        finally:
            with self._lock:
                self._in_progress.discard(transition)
