"""
Targets behind the proxy, and plain clients of the proxy.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SECONDS = 60.0
"""The seconds that a test waits for an event before it fails."""


class Shop(ThreadingHTTPServer):
    """
    An HTTP/1.1 server that keeps the bodies of POST requests.

    Attributes:
        received: The bodies.
    """

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[bytes] = []

    @property
    def place(self) -> tuple[str, int]:
        """
        Host and port.
        """
        return "127.0.0.1", self.server_port


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """
        Log nothing.
        """

    def do_POST(self) -> None:
        self.server.received.append(self._body())
        self._answer(201, b'{"id": %d}' % len(self.server.received))

    def do_GET(self) -> None:
        if self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\none\r\n4;x=y\r\n two\r\n0\r\nTrailer: t\r\n\r\n")
        elif self.path == "/to-the-end":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"until the end")
        else:
            self._answer(204 if self.path == "/nothing" else 304)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body


@contextmanager
def shop() -> Iterator[Shop]:
    """
    A running shop.
    """
    with Shop() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def tcp_target(serve: Callable[[socket.socket], None]) -> Iterator[tuple[str, int]]:
    """
    Run a target that serves each connection with a function.

    Args:
        serve: Called with each connection, in a thread.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def run(sock: socket.socket) -> None:
        with sock, suppress(OSError):
            serve(sock)

    def accept() -> None:
        with suppress(OSError):
            while True:
                sock = listener.accept()[0]
                sock.settimeout(SECONDS)
                threads.append(Thread(target=run, args=(sock,)))
                threads[-1].start()

    accepting = Thread(target=accept)
    accepting.start()
    try:
        yield listener.getsockname()
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()
        listener.close()
        for thread in threads:
            thread.join()


def echo(sock: socket.socket) -> None:
    """
    Send back all bytes of a connection.
    """
    while chunk := sock.recv(65536):
        sock.sendall(chunk)


@contextmanager
def dial(address: tuple[str, int]) -> Iterator[socket.socket]:
    """
    Connect to an address.
    """
    with socket.create_connection(address, timeout=SECONDS) as sock:
        yield sock


def read(sock: socket.socket, size: int) -> bytes:
    """
    Read a number of bytes, or fewer at the end of the connection.
    """
    content = b""
    while len(content) < size and (chunk := sock.recv(size - len(content))):
        content += chunk
    return content


def read_all(sock: socket.socket) -> bytes:
    """
    Read all bytes up to the end of the connection.
    """
    return b"".join(iter(lambda: sock.recv(65536), b""))
