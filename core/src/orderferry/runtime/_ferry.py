"""
The whole, put together from a configuration: the only place that does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from attrs import evolve

from orderferry.config import Config, read_config
from orderferry.connectors import Catalogue, FileState, InstanceName, Instances
from orderferry.connectors.http import Client
from orderferry.errors import ConflictError
from orderferry.exports import Backoff, Clock, MemoryLedger
from orderferry.orders import Order, read_orders
from orderferry.runtime._after_save import AfterSave
from orderferry.runtime._orders import MemoryOrders
from orderferry.runtime._parts import Parts
from orderferry.runtime._transition import Transition
from orderferry.steps import load_steps
from orderferry.workflow import TransitionResult

__all__ = ["Ferry"]


class Ferry:
    """
    Carries orders through their workflow to the systems that act on them.

    ::

        with Ferry.from_config("orderferry.toml") as ferry:
            result = ferry.transition(order, "New")

    It is safe between threads, and keeps orders and exports as long as its process lasts.
    """

    def __init__(self, config: Config, parts: Parts, client: Client) -> None:
        self._config = config
        self._parts = parts
        self._client = client
        self._after_save = AfterSave(parts)
        self._lock = Lock()
        self._under_way: set[tuple[str, str, str | None]] = set()

    @classmethod
    def from_config(
        cls,
        path: str | os.PathLike[str],
        *,
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        backoff: Backoff | None = None,
    ) -> Self:
        """
        Read a configuration, and put together what it names.

        Connectors are loaded when they are first used.

        Args:
            path: The configuration file, `orderferry.toml`.
            environment: Where `${env:NAME}` looks; the process's own by default.
            clock: The time, for tests.
            backoff: The waits between attempts.

        Raises:
            ConfigurationError: The configuration or the workflow does not hold.
        """
        environment = os.environ if environment is None else environment
        steps = load_steps(Catalogue.installed("orderferry.steps"))
        config = read_config(Path(path), steps=steps)
        client = Client(environment=environment)
        folder = config.runtime.state_directory

        def state(name: InstanceName) -> FileState:
            return FileState(folder / f"{name.connector}-{name.id}.json")

        instances = Instances(
            config.connectors,
            catalogue=Catalogue.installed("orderferry.connectors"),
            environment=environment,
            state=state,
            http=client,
        )
        parts = Parts(
            workflow=config.workflow,
            steps=steps,
            instances=instances,
            orders=MemoryOrders(),
            ledger=MemoryLedger(),
            clock=clock or Clock(),
            backoff=backoff or Backoff(),
            inline_deadline=config.runtime.inline_deadline_seconds,
        )
        return cls(config, parts, client)

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

    def read_orders(self, data: bytes, *, lines: bool = False) -> list[Order]:
        """
        Read one order, a list of them, or one a line, within the configured limit.

        Raises:
            OrderFormatError: One of them cannot be read.
        """
        return read_orders(data, lines=lines, limit=self._config.runtime.order_limit_bytes)

    def transition(
        self,
        order: Order,
        status: str,
        shipment_id: str | None = None,
        test: bool = False,
        user: str | None = None,
    ) -> TransitionResult:
        """
        Let an order enter a status, and run its workflow.

        Args:
            order: The order as it is now.
            status: The status that it enters; the present one runs its steps again.
            shipment_id: The shipment, if the transition is one shipment's.
            test: Nothing leaves the process, nothing is saved.
            user: Who moves it, for the history.

        Returns:
            What each step came to, and the changed order.

        Raises:
            UnknownStatusError: There is no such order type, status or shipment.
            ConflictError: The same transition is under way, or the order's content changed under
                one version. Nothing was sent.
        """
        transition = Transition(parts=self._parts, shipment_id=shipment_id, user=user)
        if test:
            return transition.test(order, status)
        with self._alone(order, status, shipment_id):
            try:
                return transition.enter(order, status)
            finally:
                self._after_save.wake(order.id)

    def validate(self, order: Order, status: str, shipment_id: str | None = None) -> None:
        """
        Whether a transition can be begun.

        Raises:
            UnknownStatusError: There is no such order type, status or shipment.
        """
        Transition(parts=self._parts, shipment_id=shipment_id).entered(order, status)

    def settle(self, results: Sequence[TransitionResult]) -> tuple[TransitionResult, ...]:
        """
        Wait for the exports that run after the save, and say what has become of each result.

        Args:
            results: Results of this ferry's transitions.

        Returns:
            The results with their exports and orders as they are now, and the runs that later
            failures led to.
        """
        self._after_save.drain()
        return tuple(self._present(result) for result in results)

    def close(self) -> None:
        """
        Deliver what can be, and let go of connectors and connections.
        """
        self._after_save.close()
        self._parts.instances.close()
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _present(self, result: TransitionResult) -> TransitionResult:
        stored = self._parts.orders.read(result.order_id)
        if stored is None:
            return result
        rows = {row.key: row for row in self._parts.ledger.of_order(result.order_id)}
        later = self._after_save.followed(result.run)
        return evolve(
            result.with_exports(rows),
            order=stored.order,
            new_status=result.new_status or (later[0].status if later else None),
            followed=tuple(self._present(each) for each in (*result.followed, *later)),
        )

    @contextmanager
    def _alone(self, order: Order, status: str, shipment_id: str | None) -> Iterator[None]:
        under_way = (order.id, status, shipment_id)
        with self._lock:
            if under_way in self._under_way:
                raise ConflictError(f"order {order.id} is entering {status} already")
            self._under_way.add(under_way)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(under_way)
