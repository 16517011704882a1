"""
The HTTP target of these connectors.
"""

from __future__ import annotations

import json
import secrets
import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit
from weakref import WeakSet

from attrs import define, evolve, field

from orderferry.connectors import Received

__all__ = ["Target"]


class Target:
    """
    One account's orders behind a bearer token: create, search, change, cancel.

    Any other document that is posted gets an id and is not stored. A repeated Idempotency-Key
    creates no second order; a request without a key creates a new one. The search also finds orders
    whose reference only contains the text, as a full-text search does. Only the token is validated.
    """

    def __init__(self) -> None:
        self._account = _Account()
        self._server: _Server | None = None

    def start(self) -> None:
        """
        Listen.
        """
        self._server = _Server(self._account)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """
        Stop listening, and close the open connections.
        """
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.
        """
        if self._server is None:
            raise RuntimeError("the target is not started")
        return "127.0.0.1", self._server.server_port

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it.
        """
        host, port = self.address
        return {"base_url": f"http://{host}:{port}", "token": self._account.token}

    def received(self) -> list[Received]:
        """
        The orders that were created, cancelled ones too.
        """
        return self._account.received()


@define(eq=False)
class _Account:
    token: str = field(factory=lambda: secrets.token_urlsafe(16))
    _orders: dict[str, Received] = field(factory=dict, init=False)
    _cancelled: set[str] = field(factory=set, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def received(self) -> list[Received]:
        with self._lock:
            return list(self._orders.values())

    def create(self, key: str, content: bytes) -> dict[str, object]:
        with self._lock:
            if key not in self._orders:
                self._orders[key] = Received(
                    order_id=json.loads(content)["reference"],
                    shipment_id=None,
                    remote_id=f"R{1001 + len(self._orders)}",
                    content=content,
                )
            return {"id": self._orders[key].remote_id}

    def change(self, remote_id: str, content: bytes) -> dict[str, object]:
        with self._lock:
            for key, order in self._orders.items():
                if order.remote_id == remote_id:
                    self._orders[key] = evolve(order, content=content)
            return {"id": remote_id}

    def search(self, text: str) -> dict[str, object]:
        matches = [order for order in self.received() if text in order.order_id]
        return {"orders": [{"id": o.remote_id, "reference": o.order_id} for o in matches]}

    def cancel(self, remote_id: str) -> dict[str, object]:
        with self._lock:
            self._cancelled.add(remote_id)
            return {"cancelled": remote_id}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128

    def __init__(self, account: _Account) -> None:
        self.account = account
        self._connections: WeakSet[socket.socket] = WeakSet()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, client = super().get_request()
        self._connections.add(connection)
        return connection, client

    def stop(self) -> None:
        self.shutdown()
        for connection in list(self._connections):
            with suppress(OSError):  # already closed
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """
        Ignore a client that disconnects during a request.
        """


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # a response is sent in one piece
    server: _Server

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_authenticated():
            key = self.headers.get("Idempotency-Key") or secrets.token_hex(16)
            document: dict[str, object] = {"id": key}
            if urlsplit(self.path).path == "/orders":
                document = self.server.account.create(key, content)
            self._answer(201, document)

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_authenticated():
            remote_id = self.path.rpartition("/")[2]
            self._answer(200, self.server.account.change(remote_id, content))

    def do_GET(self) -> None:
        if self._is_authenticated():
            text = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
            self._answer(200, self.server.account.search(text))

    def do_DELETE(self) -> None:
        if self._is_authenticated():
            self._answer(200, self.server.account.cancel(self.path.rpartition("/")[2]))

    def _is_authenticated(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.server.account.token}":
            return True
        self._answer(401, {"error": "invalid token"})
        return False

    def _answer(self, status: int, document: dict[str, object]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's name
        """
        Log nothing.
        """
