"""
Clients, and servers that fail in any way.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Lock, Thread

import pytest

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client

SECONDS = 10.0
"""How long a test waits for what must come, before it fails."""


class Conversation:
    """
    One connection of a server.

    Attributes:
        number: The number of the connection, from 1.
    """

    def __init__(self, server: RawServer, sock: socket.socket, number: int) -> None:
        self._server = server
        self._sock = sock
        self._read = b""
        self.number = number

    def request(self) -> bytes:
        """
        Return the next request with its body; empty if the client has closed the connection.
        """
        while b"\r\n\r\n" not in self._read:
            if not self._receive():
                return b""
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(self._read) < length:
            if not self._receive():
                return b""
        body, self._read = self._read[:length], self._read[length:]
        request = head + b"\r\n\r\n" + body
        self._server.note(request)
        return request

    def send(self, data: bytes) -> None:
        """
        Send bytes.
        """
        self._sock.sendall(data)

    def answer(self, body: bytes = b"{}", status: int = 200, headers: str = "") -> None:
        """
        Send a whole response.
        """
        head = f"HTTP/1.1 {status} Word\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        self.send(head.encode() + body)

    def reset(self) -> None:
        """
        Reset the connection (RST).
        """
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """
        Close the connection.
        """
        self._sock.close()

    @property
    def sock(self) -> socket.socket:
        """
        The socket, for a proxy.
        """
        return self._sock

    def _receive(self) -> bool:
        try:
            data = self._sock.recv(65536)
        except OSError:
            return False
        self._read += data
        return bool(data)


Script = Callable[[Conversation], None]


class RawServer:
    """
    A server on a socket that runs a script for each connection.
    """

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._open: list[socket.socket] = []
        self._requests: list[bytes] = []
        self.connections = 0
        self.port: int = self._listening.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._accepting = Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def requests(self) -> list[bytes]:
        """
        The requests that were received, in order.
        """
        with self._lock:
            return list(self._requests)

    def note(self, request: bytes) -> None:
        """
        Record a request.
        """
        with self._lock:
            self._requests.append(request)

    def stop(self) -> None:
        """
        Close everything, and wait for the scripts to end.
        """
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(SECONDS)
        with self._lock:
            for sock in self._open:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(SECONDS)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.append(sock)
                thread = Thread(target=self._serve, args=(sock, self.connections), daemon=True)
                self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(SECONDS)
        try:
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open.append(sock)
            self._script(Conversation(self, sock, number))
        except OSError:
            return
        finally:
            sock.close()


Serve = Callable[..., RawServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """
    Start raw servers, and stop them after the test.
    """
    servers: list[RawServer] = []

    def start(script: Script, context: ssl.SSLContext | None = None) -> RawServer:
        servers.append(RawServer(script, context))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def client() -> Iterator[Client]:
    """
    Return a client without a proxy of the environment.
    """
    with Client(environment={}, max_answer_bytes=100_000) as client:
        yield client


@pytest.fixture
def redactor() -> Redactor:
    """
    Return the redactor of the instance.
    """
    return Redactor()


@pytest.fixture
def timeline(redactor: Redactor) -> Timeline:
    """
    Return the timeline of `http`.
    """
    return Timeline(redactor)


@pytest.fixture
def http(client: Client, timeline: Timeline, redactor: Redactor) -> BoundClient:
    """
    Return the client of one call without a deadline.
    """
    return client.bind(timeline=timeline, redactor=redactor)
