"""
HTTP servers for simulators: a simulator of an HTTP API is one class that responds to requests.

`HttpSimulator` listens on the loopback interface and speaks HTTP/1.1; a simulator of a target
derives from it, and implements `respond`, which returns the target's response::

    @define(eq=False, kw_only=True)
    class AcmeSimulator(HttpSimulator):
        planned: AnswerQueue = field(factory=AnswerQueue, init=False)

        def respond(self, request: Request) -> Answer:
            if request.path != "/orders":
                return Answer(status=404)
            return self.planned.answer(lambda: self.create(request.content))

An `AnswerQueue` contains responses that a test plans, such as those of a target that fails:
`simulator.planned.add(Answer(status=503))`.

The module needs neither pytest nor trustme, so that `orderferry demo` and `orderferry simulator`
run where the extra `testing` is not installed.
"""

from __future__ import annotations

import socket
import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import unquote, urlsplit

from attrs import define, field, frozen

from orderferry.connectors import Received

__all__ = ["Answer", "AnswerQueue", "HttpSimulator", "Request"]

_HOST = "127.0.0.1"
_MAX_CONTENT = 10_000_000
_POLL_SECONDS = 0.02
_WITH_CONTENT = ("POST", "PUT", "PATCH")

_Connection = socket.socket | tuple[bytes, socket.socket]


@frozen(kw_only=True)
class Request:
    """
    A request that was read completely.

    Attributes:
        method: The HTTP method, such as `POST`.
        target: The request target as it was sent, with its query.
        headers: The headers; names are case-insensitive.
        content: The body; empty if there is none.
    """

    method: str
    target: str
    headers: Message
    content: bytes = b""

    @property
    def path(self) -> str:
        """
        The path of the target, decoded, without the query.
        """
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> str:
        """
        The query of the target as it was sent, without the question mark.
        """
        return urlsplit(self.target).query


@frozen(kw_only=True)
class Answer:
    """
    A response to a request: the simulator's own, or one that a test plans.

    Attributes:
        status: The HTTP status, or `None` to close the connection without a response.
        content: The body.
        headers: The headers of this response; a tuple is sent as several headers of one name. They
            replace the simulator's default headers of the same name.
        carried_out: For a planned response: whether the request is carried out nevertheless, as
            when the response to a successful request is lost.
    """

    status: int | None = 200
    content: bytes = b""
    headers: Mapping[str, str | tuple[str, ...]] = field(factory=dict)
    carried_out: bool = False


@define(eq=False)
class AnswerQueue:
    """
    Responses that a test has planned; each is sent once, in order. Safe between threads.
    """

    _answers: deque[Answer] = field(factory=deque, init=False)

    def add(self, *answers: Answer) -> None:
        """
        Plan the responses to the next requests.
        """
        self._answers.extend(answers)

    def answer(self, carry_out: Callable[[], Answer]) -> Answer:
        """
        Respond to a request: with the next planned response, or else by carrying the request out.

        Args:
            carry_out: Carries the request out, and returns the simulator's own response.
        """
        try:
            planned = self._answers.popleft()
        except IndexError:
            return carry_out()
        if planned.carried_out:
            carry_out()
        return planned


@define(eq=False, kw_only=True)
class HttpSimulator(ABC):
    """
    The part of a simulator that listens; a subclass adds `respond`, `settings` and `received`.

    Each connection is served by its own thread, so `respond` must be safe between threads. A
    request whose method has a body must have a `Content-Length` of at most ten million bytes; the
    response to any other is 411.

    Attributes:
        port: The port to listen on; 0 selects a free one.
    """

    port: int = 0
    _server: _Server | None = field(default=None, init=False, repr=False)

    @abstractmethod
    def respond(self, request: Request) -> Answer:
        """
        Respond to a request.
        """

    @property
    @abstractmethod
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to the simulator.
        """

    @abstractmethod
    def received(self) -> list[Received]:
        """
        The documents that the simulator received, oldest first.
        """

    def default_headers(self) -> Mapping[str, str]:
        """
        The headers of every response, unless the response has others of the same name.
        """
        return {"Content-Type": "application/json"}

    def start(self) -> None:
        """
        Listen on the loopback interface; returns when the port is open.

        Raises:
            RuntimeError: The simulator has been started already.
            OSError: The port is in use.
        """
        if self._server is not None:
            raise RuntimeError("the simulator is already started")
        self._server = _Server(self)
        self._server.start()

    def stop(self) -> None:
        """
        Stop listening, and close the open connections. The received documents are kept.
        """
        if self._server is not None:
            self._server.stop()
        self._server = None

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.

        Raises:
            RuntimeError: The simulator is not started.
        """
        if self._server is None:
            raise RuntimeError("the simulator is not started")
        return _HOST, self._server.server_port

    @property
    def base_url(self) -> str:
        """
        The URL of the server, without a slash at the end.

        Raises:
            RuntimeError: The simulator is not started.
        """
        return "http://{}:{}".format(*self.address)


class _Server(ThreadingHTTPServer):
    """
    The listening socket, and the connections that are open.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, simulator: HttpSimulator) -> None:
        self.simulator = simulator
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__((_HOST, simulator.port), _Handler)
        self._thread = Thread(
            target=self.serve_forever,
            args=(_POLL_SECONDS,),
            name=type(simulator).__name__,
            daemon=True,
        )

    def start(self) -> None:
        self._thread.start()

    def process_request(self, request: _Connection, client_address: object) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Connection) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._connections.discard(request)
        super().shutdown_request(request)

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with suppress(OSError):  # its thread may have closed it in between
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: _Connection, client_address: object) -> None:
        # A client that disconnects is not an error of the simulator.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        length = self.headers.get("Content-Length")
        if length is None and self.command not in _WITH_CONTENT:
            length = "0"
        if length is None or not length.isdecimal() or int(length) > _MAX_CONTENT:
            self.close_connection = True
            content = f"a Content-Length of at most {_MAX_CONTENT} is required".encode()
            self._send(Answer(status=411, content=content, headers={"Content-Type": "text/plain"}))
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers=self.headers,
            content=self.rfile.read(int(length)),
        )
        self._send(self.server.simulator.respond(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _send(self, answer: Answer) -> None:
        if answer.status is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        names = {name.lower() for name in answer.headers}
        for name, value in self.server.simulator.default_headers().items():
            if name.lower() not in names:
                self.send_header(name, value)
        for name, values in answer.headers.items():
            for value in (values,) if isinstance(values, str) else values:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """
        Log nothing: requests carry credentials and personal data.
        """
