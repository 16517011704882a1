"""
The simulator as the demonstration and the tests start it.
"""

from __future__ import annotations

import secrets
from threading import Thread

from orderferry.connectors import Received
from orderferry_wms_manhattan.simulator._server import Answer, Server
from orderferry_wms_manhattan.simulator._tokens import Tokens
from orderferry_wms_manhattan.simulator._warehouse import Kept, Warehouse

__all__ = ["ManhattanSimulator"]

_REFERENCE = "ExternalPurchaseOrderNumber"


class ManhattanSimulator:
    """
    A tenant with one organization, on a free port of the loopback interface.

    It has a token endpoint, `originalOrder/save` and `originalOrder/search`, and answers in
    Manhattan's envelope. What it does not show: the checks of a real tenant, which are settled
    in its interface mapping; the codes and texts of a real refusal; and whether `save` takes an
    `OriginalOrderId` a second time as a change. Here it makes a second record, so that an order
    that was sent twice is seen.

    Args:
        organization: The organization.
        facilities: Its facilities, the first the one that `settings` name.
        token_seconds: How long a token holds.
        port: The port, or 0 for a free one.
    """

    def __init__(
        self,
        *,
        organization: str = "ORG",
        facilities: tuple[str, ...] = ("DC01", "DC02"),
        token_seconds: float = 300,
        port: int = 0,
    ) -> None:
        self._warehouse = Warehouse(organization, facilities)
        self._tokens = Tokens(
            client=("orderferry-demo", secrets.token_urlsafe(16)),
            user=("integration", secrets.token_urlsafe(16)),
            seconds=token_seconds,
        )
        self._port = port
        self._server: Server | None = None

    def start(self) -> None:
        """
        Listen, in a thread of its own.
        """
        self._server = Server(self._warehouse, self._tokens, self._port)
        thread = Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="manhattan-simulator",
            daemon=True,
        )
        thread.start()

    def stop(self) -> None:
        """
        Stop listening, and end what connections are open.
        """
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.
        """
        return "127.0.0.1", self._running().server_port

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it.
        """
        base_url = "http://{}:{}".format(*self.address)
        return {
            "base_url": base_url,
            "token_url": f"{base_url}/oauth/token",
            "client_id": self._tokens.client[0],
            "client_secret": self._tokens.client[1],
            "username": self._tokens.user[0],
            "password": self._tokens.user[1],
            "organization": self._warehouse.organization,
            "facility": self._warehouse.facilities[0],
            "reference_field": f"Extended.{_REFERENCE}",
        }

    def received(self) -> list[Received]:
        """
        The original orders that were saved, in the order saved.
        """
        return [_received(kept) for kept in self._warehouse.kept()]

    def plan(self, answer: Answer, request: str = "save") -> None:
        """
        Answer the next request of a kind in this way; several plans are taken in turn.

        Args:
            answer: The answer.
            request: `save` or `search`.
        """
        self._running().planned[request].append(answer)

    def revoke_tokens(self) -> None:
        """
        Let no token that was given hold any longer.
        """
        self._tokens.revoke()

    @property
    def tokens_given(self) -> int:
        """
        How many tokens were given.
        """
        return self._tokens.given

    @property
    def asked(self) -> list[str]:
        """
        The requests to the order service, `save` and `search`, in the order they came.
        """
        return list(self._running().asked)

    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the simulator is not started")
        return self._server


def _received(kept: Kept) -> Received:
    """
    The order and shipment that an original order stands for, as far as it says so.

    Its tenant wants the order's own id in an extended field; what `OriginalOrderId` has beyond it
    is the shipment's id.
    """
    original = str(kept.order["OriginalOrderId"])
    extended = kept.order.get("Extended")
    reference = extended.get(_REFERENCE) if isinstance(extended, dict) else None
    order_id = reference if isinstance(reference, str) else original
    shipment = original.removeprefix(f"{order_id}-") if original != order_id else None
    return Received(
        order_id=order_id, shipment_id=shipment, remote_id=kept.pk, content=kept.content
    )
