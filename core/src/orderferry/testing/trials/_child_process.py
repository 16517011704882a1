"""
A child process that imports a connector, builds an instance and renders a preview, while an audit
hook blocks the network.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from orderferry.connectors import (
    Catalogue,
    InstanceConfig,
    InstanceName,
    Instances,
    MemoryState,
    Properties,
    load_connector,
)
from orderferry.connectors.http import Client
from orderferry.errors import NetworkForbiddenError, OrderferryError
from orderferry.orders import Order, order_document, order_from, write_json

__all__ = ["BUILD", "IMPORT", "PREVIEW", "load_in_child_process"]

IMPORT: Final = "import"
BUILD: Final = "build"
PREVIEW: Final = "preview"

_SECONDS: Final = 600.0
"""The time limit of the child process, which only loads a connector: one that hangs is killed."""

_FORBIDDEN: Final = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
    }
)
"""The audit events that Python raises before it uses the network."""


def load_in_child_process(
    connector: str,
    settings: dict[str, object],
    order: Order,
    shipment_id: str | None,
    properties: dict[str, object],
) -> dict[str, list[str]]:
    """
    Load a connector in a child process without a network.

    Args:
        connector: The connector's name.
        settings: The settings of an instance.
        order: The order to preview.
        shipment_id: The shipment to preview, or `None`.
        properties: The step's further properties.

    Returns:
        For each step, the attempts to use the network and the errors. Steps after a failed one are
        missing.

    Raises:
        RuntimeError: The child process failed.
    """
    task = {
        "connector": connector,
        "settings": settings,
        "order": order_document(order),
        "shipment_id": shipment_id,
        "properties": properties,
    }
    process = subprocess.run(  # noqa: S603 - this Python, and orderferry's own code
        [sys.executable, "-c", f"from {__name__} import main; main()"],
        input=write_json(task),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        timeout=_SECONDS,
        check=False,
    )
    if process.returncode:
        output = process.stderr.decode(errors="replace")[-2000:]
        raise RuntimeError(
            f"the child process that loads {connector} failed with exit code "
            f"{process.returncode}; last output: {output}"
        )
    problems: dict[str, list[str]] = json.loads(process.stdout.splitlines()[-1])
    return problems


class _NetworkGuard:
    """
    Blocks the network in this process, and records each attempt to use it.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _FORBIDDEN:
            return
        first = arguments[0] if arguments else None
        if isinstance(first, socket.socket) and first.family == socket.AF_UNIX:
            return
        shown = ", ".join(str(value) for value in arguments if not isinstance(value, socket.socket))
        self.problems.append(f"the connector used the network: {event}({shown})")
        raise NetworkForbiddenError(f"the network is blocked here ({event})")

    @contextmanager
    def step(self, name: str, problems: dict[str, list[str]]) -> Iterator[None]:
        """
        Record the problems of one step: attempts to use the network, and its error.
        """
        self.problems = problems.setdefault(name, [])
        try:
            yield
        except OrderferryError as error:
            self.problems.append(f"{type(error).__name__}: {error}")
            raise


def _run_steps(task: dict[str, Any], problems: dict[str, list[str]]) -> None:
    guard, name = _NetworkGuard(), InstanceName(task["connector"], "offline")
    sys.addaudithook(guard)
    with guard.step(IMPORT, problems):
        load_connector(Catalogue.installed(), name.connector)
    with guard.step(BUILD, problems):
        exporter = Instances(
            [InstanceConfig(name=name.connector, id=name.id, settings=task["settings"])],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: MemoryState(),
            http=Client(environment={}),
        ).exporter(name)
    if exporter.offers("preview_order"):
        order, shipment_id = order_from(task["order"]), task["shipment_id"]
        with guard.step(PREVIEW, problems):
            exporter.preview_order(
                order=order,
                shipment=None if shipment_id is None else order.shipment(shipment_id),
                properties=Properties(task["properties"]),
                context=exporter.preview_context(),
            )


def main(read: Callable[[], bytes] = sys.stdin.buffer.read) -> None:
    """
    Run the steps of the task on standard input, and print the problems as JSON.
    """
    problems: dict[str, list[str]] = {}
    task: Any = json.loads(read())
    try:
        _run_steps(task, problems)
    except OrderferryError as error:
        problems.setdefault(IMPORT, [f"{type(error).__name__}: {error}"])
    print(f"\n{json.dumps(problems)}")  # noqa: T201 - read by `load_in_child_process`
