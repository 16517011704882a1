"""
The simulator's HTTP: the service over HTTP/1.1, and answers that a test plans.
"""

from __future__ import annotations

import json
import re
import socket
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import field, frozen

from orderferry_erp_sap.simulator._documents import metadata, service_document
from orderferry_erp_sap.simulator._orders import SalesOrders
from orderferry_erp_sap.simulator._reading import Entity
from orderferry_erp_sap.simulator._refusals import RefusedError, error_body
from orderferry_erp_sap.simulator._sessions import Sessions

__all__ = ["SERVICE", "Answer", "Server"]

SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
"""Where the service stands."""

_LONGEST = 10_000_000
_ENTITY = re.compile(r"/A_SalesOrder\('(\w*)'\)")
_JSON = "application/json; charset=utf-8"

_Request = socket.socket | tuple[bytes, socket.socket]


@frozen(kw_only=True)
class Answer:
    """
    An answer that a test plans for the next POST that is let in.

    Attributes:
        status: The HTTP status, or `None` to cut the connection with no answer at all.
        content: The body.
        headers: Further headers.
        acts: Whether the sales order is made all the same, as when an answer is lost.
    """

    status: int | None = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(factory=dict)
    acts: bool = False


class Server(ThreadingHTTPServer):
    """
    The listening socket, and the connections that are open on it.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, orders: SalesOrders, sessions: Sessions, address: tuple[str, int]) -> None:
        self.orders = orders
        self.sessions = sessions
        self.planned: deque[Answer] = deque()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: _Request, client_address: object) -> None:
        """
        Serve a connection in a thread of its own, and remember it.
        """
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        """
        Close a connection, and forget it.
        """
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
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
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # its own thread was faster

    def handle_error(self, request: _Request, client_address: object) -> None:
        """
        A client that goes away in the middle is no event of ours.
        """


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_HEAD(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST:
            self.close_connection = True
            self._send(411, b"Length Required", {"Content-Type": "text/plain"})
            return
        self._serve(self.rfile.read(int(length)))

    def _serve(self, content: bytes) -> None:
        target = urlsplit(self.path)
        path = (
            unquote(target.path).removeprefix(SERVICE) if target.path.startswith(SERVICE) else None
        )
        options = dict(parse_qsl(target.query, keep_blank_values=True))
        self.server.asked.append((self.command, path or target.path, options))
        client = options.get("sap-client", "100")
        if not self.server.sessions.lets_in(self.headers.get("Authorization")) or client != "100":
            realm = 'Basic realm="SAP NetWeaver Application Server [SIM/100]"'
            page = b"<html><body><h1>Logon failed</h1></body></html>"
            self._send(401, page, {"Content-Type": "text/html", "WWW-Authenticate": realm})
            return
        if path is None:
            self._send(404, b"<html>Not Found</html>", {"Content-Type": "text/html"})
            return
        try:
            if self.command == "POST":
                self._post(path, content)
            else:
                self._get(path, options)
        except RefusedError as error:
            self._send(error.status, _json(error_body(error.faults)))

    def _post(self, path: str, content: bytes) -> None:
        token = self.headers.get("X-CSRF-Token")
        if not self.server.sessions.holds(self.headers.get("Cookie"), token):
            headers = {"Content-Type": "text/plain", "x-csrf-token": "Required"}
            self._send(403, b"CSRF token validation failed", headers)
            return
        if path != "/A_SalesOrder":
            self._send(405, b"", {"Content-Type": "text/plain"})
            return
        planned = self.server.planned.popleft() if self.server.planned else None
        if planned is None:
            self._create(content)
            return
        if planned.acts:
            self.server.orders.create(content)
        if planned.status is None:
            self.close_connection = True
        else:
            self._send(planned.status, planned.content, {"Content-Type": _JSON, **planned.headers})

    def _create(self, content: bytes) -> None:
        request_id = self.headers.get("RequestID")
        repeatable = request_id is not None and "RepeatabilityCreation" in self.headers
        order = self.server.orders.create(content, request_id if repeatable else None)
        headers = {"Location": self._address(order)}
        if repeatable:
            headers["RepeatabilityResult"] = "accepted"
        self._send(201, _json({"d": self._marked(order)}), headers)

    def _get(self, path: str, options: Mapping[str, str]) -> None:
        headers: dict[str, str] = {}
        cookies: tuple[str, ...] = ()
        if (self.headers.get("X-CSRF-Token") or "").lower() == "fetch":
            headers["x-csrf-token"], cookies = self.server.sessions.open(self.headers.get("Cookie"))
        entity = _ENTITY.fullmatch(path)
        if path in ("", "/"):
            self._send(200, _json(service_document()), headers, cookies)
        elif path == "/$metadata":
            self._send(200, metadata(), {"Content-Type": "application/xml", **headers}, cookies)
        elif path == "/A_SalesOrder":
            found = [self._marked(order) for order in self.server.orders.query(options)]
            self._send(200, _json({"d": {"results": found}}), headers, cookies)
        elif entity is not None:
            order = self.server.orders.read(entity[1])
            self._send(200, _json({"d": self._marked(order)}), headers, cookies)
        else:
            self._send(404, b"", {"Content-Type": "text/plain", **headers}, cookies)

    def _address(self, order: Entity) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}{SERVICE}/A_SalesOrder('{order.get('SalesOrder')}')"

    def _marked(self, order: Entity) -> Entity:
        address = self._address(order)
        kind = "API_SALES_ORDER_SRV.A_SalesOrderType"
        return {"__metadata": {"id": address, "uri": address, "type": kind}, **order}

    def _send(
        self,
        status: int,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        cookies: tuple[str, ...] = (),
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": _JSON, **(headers or {})}.items():
            self.send_header(name, value)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """
        Nothing is logged: requests hold what must not be seen.
        """


def _json(document: object) -> bytes:
    return json.dumps(document).encode()
