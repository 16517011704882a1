"""
The simulator itself.
"""

from __future__ import annotations

from threading import Thread

from attrs import define, field

from orderferry.connectors import Received
from orderferry_erp_sap.simulator._orders import SalesOrders
from orderferry_erp_sap.simulator._server import Answer, Server
from orderferry_erp_sap.simulator._sessions import Sessions

__all__ = ["SapSimulator"]


@define(eq=False, kw_only=True)
class SapSimulator:
    """
    `API_SALES_ORDER_SRV` over a real socket, in this process.

    It answers as SAP does to a good deep insert, and refuses as SAP does what breaks its metadata:
    unknown and not creatable properties, lengths, digits, and decimals that are no strings; a wrong
    password (401), a missing CSRF token (403). It does not show what a customer's system adds:
    master data, pricing, Customizing, authorizations, or SAP's own message codes.

    Attributes:
        username: The one user.
        password: The user's password.
        port: The port to listen on; 0 takes a free one.
    """

    username: str = "ORDERFERRY"
    password: str = field(default="simulated-sap", repr=False)
    port: int = 0
    _orders: SalesOrders = field(factory=SalesOrders, init=False)
    _sessions: Sessions = field(init=False)
    _server: Server | None = field(default=None, init=False)
    _thread: Thread | None = field(default=None, init=False)

    @_sessions.default
    def _sessions_default(self) -> Sessions:
        return Sessions(self.username, self.password)

    def start(self) -> None:
        """
        Listen; returns when it does.
        """
        self._server = Server(self._orders, self._sessions, ("127.0.0.1", self.port))
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """
        Stop listening, and end what connections are open.
        """
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
        self._server = self._thread = None

    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the simulator is not started")
        return self._server

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.
        """
        return "127.0.0.1", self._running().server_address[1]

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it.
        """
        host, port = self.address
        return {
            "base_url": f"http://{host}:{port}",
            "sap_client": "100",
            "username": self.username,
            "password": self.password,
        }

    @property
    def asked(self) -> list[tuple[str, str, dict[str, str]]]:
        """
        The requests so far: method, path below the service, and query options.
        """
        return list(self._running().asked)

    def received(self) -> list[Received]:
        """
        The sales orders that it made, in that order.

        An order's id that has a slash cannot be told from an order and a shipment: what stands
        behind the last slash of the purchase order number is taken for the shipment.
        """
        return self._orders.received()

    def plan(self, *answers: Answer) -> None:
        """
        Give these answers to the next POSTs that are let in.
        """
        self._running().planned.extend(answers)

    def forget_sessions(self) -> None:
        """
        End all sessions, so that their CSRF tokens are refused.
        """
        self._sessions.forget()
