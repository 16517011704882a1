"""
What a simulator is: a stand-in for a connector's target, named under `orderferry.simulators`.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

__all__ = ["Received", "Simulator"]


@frozen(kw_only=True)
class Received:
    """
    One order, or one shipment of it, as a simulator took it.

    Attributes:
        order_id: The order's id, as far as the document says it.
        shipment_id: The shipment, or `None` where the document is about the whole order.
        remote_id: The id that the simulator gave.
        content: The very bytes that arrived.
    """

    order_id: str
    shipment_id: str | None
    remote_id: str
    content: bytes


class Simulator(Protocol):
    """
    A stand-in for a target, on a free port.

    One that has no socket, because its target is a folder, has the address `None`, and the
    attribute `folder`, a `pathlib.Path`. One that runs software which is not its vendor's own has
    the attribute `software`, with name and version of that.
    """

    def start(self) -> None:
        """
        Listen; returns when it does.
        """

    def stop(self) -> None:
        """
        Stop listening, and end what connections are open.
        """

    @property
    def address(self) -> tuple[str, int] | None:
        """
        Host and port, or `None` where it has no socket.
        """

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it; whoever puts a proxy between replaces the
        address in them.
        """

    def received(self) -> list[Received]:
        """
        What was taken, in the order taken.
        """
