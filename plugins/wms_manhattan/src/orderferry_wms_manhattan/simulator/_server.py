"""
The simulator's HTTP: four addresses over HTTP/1.1, and answers that a test plans.
"""

from __future__ import annotations

import json
import socket
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import cast
from uuid import uuid4

from attrs import field, frozen

from orderferry_wms_manhattan.simulator._answers import Json, message, refused
from orderferry_wms_manhattan.simulator._tokens import Tokens
from orderferry_wms_manhattan.simulator._warehouse import Warehouse

__all__ = ["ORDERS", "Answer", "Server"]

ORDERS = "/dcorder/api/dcorder/originalOrder"
"""Where the order service stands."""

_LONGEST = 10_000_000
_HEADERS = ("Authorization", "SelectedOrganization", "SelectedLocation")

_Request = socket.socket | tuple[bytes, socket.socket]


@frozen(kw_only=True)
class Answer:
    """
    An answer that a test plans for the next request of a kind.

    Attributes:
        status: The HTTP status, or `None` to cut the connection with no answer at all.
        content: The body.
        headers: Further headers.
        acts: Whether the request is carried out all the same, as when its answer is lost.
    """

    status: int | None = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(factory=dict)
    acts: bool = True


class Server(ThreadingHTTPServer):
    """
    The listening socket, and the connections that are open on it.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, warehouse: Warehouse, tokens: Tokens, port: int = 0) -> None:
        self.warehouse = warehouse
        self.tokens = tokens
        self.planned: dict[str, deque[Answer]] = {"save": deque(), "search": deque()}
        self.asked: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: _Request, client_address: object) -> None:
        """
        Serve a connection in a thread of its own, and remember it.
        """
        with self._lock:
            self._open.add(cast("socket.socket", request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        """
        Close a connection, and forget it.
        """
        with self._lock:
            self._open.discard(cast("socket.socket", request))
        super().shutdown_request(request)

    def stop(self) -> None:
        """
        Take no more connections, and end the open ones.
        """
        self.shutdown()
        self.server_close()
        with self._lock:
            still_open = list(self._open)
        for each in still_open:
            with suppress(OSError):  # its own thread may be faster
                each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: _Request, client_address: object) -> None:
        """
        A client that goes away in the middle is no event of ours.
        """


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST:
            self.close_connection = True
            self._answer(411, {"error": "a length is required"})
            return
        body = self.rfile.read(int(length))
        if self.path == "/oauth/token":
            self._answer(*self.server.tokens.grant(self.headers.get("Authorization"), body))
            return
        kind = self.path.removeprefix(f"{ORDERS}/")
        if kind not in self.server.planned:
            self._answer(404, {"status": 404, "error": "Not Found", "path": self.path})
            return
        self.server.asked.append(kind)
        self._order_service(kind, body)

    def _order_service(self, kind: str, body: bytes) -> None:
        headers = {name: self.headers[name] for name in _HEADERS if name in self.headers}
        fault = self.server.tokens.fault(headers)
        if fault is not None:
            self._answer(401, refused([message("invalid_token", fault)], "error.401"))
            return
        planned = self.server.planned[kind].popleft() if self.server.planned[kind] else None
        act = self.server.warehouse.save if kind == "save" else self.server.warehouse.search
        if planned is None:
            self._answer(*act(headers, body))
            return
        if planned.acts:
            act(headers, body)
        if planned.status is None:
            self.close_connection = True
        else:
            self._send(planned.status, planned.content, planned.headers)

    def _answer(self, status: int, document: Json) -> None:
        self._send(status, json.dumps(document).encode("utf-8"), {})

    def _send(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("cp-trace-id", uuid4().hex)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """
        Nothing is logged: requests hold what must not be seen.
        """
