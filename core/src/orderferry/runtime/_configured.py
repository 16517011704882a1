"""
The connectors and steps that a configuration names, without a database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from orderferry.config import Config, read_config
from orderferry.connectors import Catalogue, InstanceName, Instances, MemoryState, State
from orderferry.connectors.http import Client
from orderferry.orders import Order, read_orders
from orderferry.steps import Step, load_steps

__all__ = ["Configured", "make_instances", "read_files"]


def read_files(
    path: str | os.PathLike[str], environment: Mapping[str, str]
) -> tuple[Config, Mapping[str, Step]]:
    """
    Read a configuration and its workflow, and load the installed steps.

    Args:
        environment: The variables for `${env:NAME}`.

    Raises:
        ConfigurationError: The configuration or the workflow is invalid.
    """
    steps = load_steps(Catalogue.installed("orderferry.steps"))
    return read_config(Path(path), steps=steps, environment=environment), steps


def make_instances(
    config: Config,
    *,
    environment: Mapping[str, str],
    client: Client,
    state: Callable[[InstanceName], State],
) -> Instances:
    """
    Make the instances of a configuration; each connector is loaded when it is first used.

    Args:
        environment: The variables for `${env:NAME}`.
        client: The HTTP client that the instances share.
        state: Opens the stored state of an instance.
    """
    return Instances(
        config.connectors,
        catalogue=Catalogue.installed("orderferry.connectors"),
        environment=environment,
        state=state,
        http=client,
    )


@frozen(kw_only=True)
class Configured:
    """
    A configuration for commands without a database: nothing is saved, and state is in memory.

    Attributes:
        config: The configuration.
        instances: The configured connectors.
        steps: The steps that a workflow may have, by key.
    """

    config: Config
    instances: Instances
    steps: Mapping[str, Step]
    _client: Client

    @classmethod
    def from_config(
        cls, path: str | os.PathLike[str], *, environment: Mapping[str, str] | None = None
    ) -> Self:
        """
        Read a configuration.

        Args:
            path: The configuration file, `orderferry.toml`.
            environment: The variables for `${env:NAME}`; by default those of the process.

        Raises:
            ConfigurationError: The configuration or the workflow is invalid.
        """
        environment = os.environ if environment is None else environment
        config, steps = read_files(path, environment)
        client = Client(environment=environment)
        instances = make_instances(
            config, environment=environment, client=client, state=lambda name: MemoryState()
        )
        return cls(config=config, instances=instances, steps=steps, client=client)

    def read_orders(self, data: bytes, *, lines: bool = False) -> list[Order]:
        """
        Read one order, a list of orders, or one order per line, within the configured limit.

        Raises:
            OrderFormatError: One of the orders cannot be read.
        """
        return read_orders(data, lines=lines, limit=self.config.runtime.order_limit_bytes)

    def close(self) -> None:
        """
        Close connectors and connections.
        """
        self.instances.close()
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
