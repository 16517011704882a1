"""
Simulators of targets, which entry points in the group `orderferry.simulators` name.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

__all__ = ["Received", "Simulator"]


@frozen(kw_only=True)
class Received:
    """
    One order, or one shipment of it, that a simulator received.

    Attributes:
        order_id: The order's id in the document.
        shipment_id: The shipment, or `None` for the whole order.
        remote_id: The id that the simulator assigned.
        content: The bytes that it received.
    """

    order_id: str
    shipment_id: str | None
    remote_id: str
    content: bytes


class Simulator(Protocol):
    """
    A simulator of a target, on a free port.

    A simulator of a folder has no socket: its address is `None`, and it has the attribute
    `folder`, a `pathlib.Path`. One that runs third-party software has the attribute `software`,
    with the name and version of that software.
    """

    def start(self) -> None:
        """
        Start listening; return when it listens.
        """

    def stop(self) -> None:
        """
        Stop listening, and close all connections.
        """

    @property
    def address(self) -> tuple[str, int] | None:
        """
        Its host and port, or `None` if it has no socket.
        """

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that connects to it; to connect through a proxy, the address in
        them is replaced.
        """

    def received(self) -> list[Received]:
        """
        Return the orders that it received, in that order.
        """
