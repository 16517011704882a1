"""
The HTTP target of the frozen connectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

from attrs import field, frozen

__all__ = ["TOKEN", "Target", "listening"]

TOKEN = "a-token-of-the-frozen"


@frozen
class Target:
    """
    The documents that the target received, and its faults.

    Attributes:
        address: Its URL.
        received: The posted documents, by the first part of the path.
        headers: The header fields of each posted order.
        deleted: The ids of deleted orders.
        losing: The ids of orders whose next response is lost.
    """

    address: str
    received: dict[str, list[Any]] = field(factory=dict)
    headers: list[dict[str, str]] = field(factory=list)
    deleted: list[str] = field(factory=list)
    losing: set[str] = field(factory=set)


@contextmanager
def listening() -> Iterator[Target]:
    """
    A target that listens on a free port of the loopback address.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    target = Target(f"http://127.0.0.1:{server.server_address[1]}")
    _Handler.targets[server] = target
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield target
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        del _Handler.targets[server]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    targets: ClassVar[dict[object, Target]] = {}

    @property
    def target(self) -> Target:
        return self.targets[self.server]

    def do_GET(self) -> None:
        path, _, query = self.path.strip("/").partition("?")
        if not self._is_authenticated():
            return
        if path == "orders":
            order_id = query.partition("=")[2]
            orders = self.target.received.get("orders", ())
            matches = [order for order in orders if order_id == order["id"]]
            self._answer(200, [{"id": f"R-{order['id']}"} for order in matches])
        elif path == "acknowledgements":
            self._answer(200, [{"export": "R-1", "id": "A1", "lines": ["1"], "refused": []}])
        else:
            self._answer(200, {"write": True})

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._answer(200, {"access_token": TOKEN, "token_type": "bearer"})
            return
        if not self._is_authenticated():
            return
        kind, document = self.path.strip("/"), json.loads(content)
        self.target.received.setdefault(kind, []).append(document)
        if kind == "orders":
            self.target.headers.append({key.lower(): value for key, value in self.headers.items()})
            if document["id"] in self.target.losing:
                self.target.losing.discard(document["id"])
                self.close_connection = True
                return
        name = document["id"] if isinstance(document, dict) else kind
        self._answer(201, {"id": f"R-{name}"})

    def do_DELETE(self) -> None:
        if self._is_authenticated():
            self.target.deleted.append(self.path.rpartition("/")[2])
            self._answer(200, {})

    def _is_authenticated(self) -> bool:
        header = self.headers.get("Authorization", "")
        if header == f"Bearer {TOKEN}" or header.startswith("Basic "):
            return True
        self._answer(401, {"error": "authentication required"})
        return False

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
