"""
A process of its own in which the connector is imported, built and asked for a preview, and in which
nothing reaches the network.
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

__all__ = ["BUILD", "IMPORT", "PREVIEW", "alone"]

IMPORT: Final = "import"
BUILD: Final = "build"
PREVIEW: Final = "preview"

_SECONDS: Final = 600.0
"""How long a process may take that does nothing but load a connector: one that hangs is ended."""

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
"""The audit events of Python before anything reaches the network."""


def alone(
    connector: str,
    settings: dict[str, object],
    order: Order,
    shipment_id: str | None,
    properties: dict[str, object],
) -> dict[str, list[str]]:
    """
    What reached for the network, or failed, in a process of its own: a list for each step.

    Args:
        connector: The connector's name.
        settings: The settings of an instance.
        order: The order to preview.
        shipment_id: The shipment to preview, or `None`.
        properties: The step's further properties.
    """
    asked = {
        "connector": connector,
        "settings": settings,
        "order": order_document(order),
        "shipment_id": shipment_id,
        "properties": properties,
    }
    done = subprocess.run(  # noqa: S603 - this Python, and a line of ours
        [sys.executable, "-c", f"from {__name__} import main; main()"],
        input=write_json(asked),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace")[-2000:]
        raise RuntimeError(f"the process of its own ended with {done.returncode}: {said}")
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Guard:
    """
    Refuses the network to this process, and keeps what reached for it.
    """

    def __init__(self) -> None:
        self.reached: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _FORBIDDEN:
            return
        at = arguments[0] if arguments else None
        if isinstance(at, socket.socket) and at.family == socket.AF_UNIX:
            return
        shown = ", ".join(str(each) for each in arguments if not isinstance(each, socket.socket))
        self.reached.append(f"reached for the network: {event}({shown})")
        raise NetworkForbiddenError(f"nothing may reach the network here ({event})")

    @contextmanager
    def step(self, name: str, found: dict[str, list[str]]) -> Iterator[None]:
        """
        Keep what reaches for the network meanwhile, or fails.
        """
        self.reached = found.setdefault(name, [])
        try:
            yield
        except OrderferryError as error:
            self.reached.append(f"{type(error).__name__}: {error}")
            raise


def _steps(asked: dict[str, Any], found: dict[str, list[str]]) -> None:
    guard, name = _Guard(), InstanceName(asked["connector"], "alone")
    sys.addaudithook(guard)
    with guard.step(IMPORT, found):
        load_connector(Catalogue.installed(), name.connector)
    with guard.step(BUILD, found):
        exporter = Instances(
            [InstanceConfig(name=name.connector, id=name.id, settings=asked["settings"])],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: MemoryState(),
            http=Client(environment={}),
        ).exporter(name)
    if exporter.offers("preview_order"):
        order, shipment_id = order_from(asked["order"]), asked["shipment_id"]
        with guard.step(PREVIEW, found):
            exporter.preview_order(
                order=order,
                shipment=None if shipment_id is None else order.shipment(shipment_id),
                properties=Properties(asked["properties"]),
                context=exporter.preview_context(),
            )


def main(read: Callable[[], bytes] = sys.stdin.buffer.read) -> None:
    """
    Take the steps that standard input asks for, and print what was found.
    """
    found: dict[str, list[str]] = {}
    asked: Any = json.loads(read())
    try:
        _steps(asked, found)
    except OrderferryError as error:
        found.setdefault(IMPORT, [f"{type(error).__name__}: {error}"])
    print(f"\n{json.dumps(found)}")  # noqa: T201 - it is read by `alone`
