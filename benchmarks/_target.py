"""
A target that responds at once: every POST over a persistent connection gets one short response.

It is its own process, `python benchmarks/_target.py`, which prints its port and runs until its
standard input ends. One thread serves all connections, and parses only the length of a request: it
must be faster than any client.
"""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["run_target"]

BODY = b'{"id":"R-000000001","status":"created"}'
RESPONSE = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


@contextmanager
def run_target() -> Iterator[str]:
    """
    The target's address; the target runs while the context is open.
    """
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()


def serve() -> None:
    """
    Respond to requests until standard input ends.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    partial: dict[socket.socket, bytes] = {}
    while True:
        for key, _ in selector.select():
            source = key.fileobj
            if source is sys.stdin:
                return
            if source is listener:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(connection, selectors.EVENT_READ)
            elif isinstance(source, socket.socket) and not respond(source, partial):
                selector.unregister(source)
                source.close()


def respond(connection: socket.socket, partial: dict[socket.socket, bytes]) -> bool:
    """
    Read from a connection, and respond to a complete request.

    Args:
        connection: A connection with data to read.
        partial: Incomplete requests, by connection.

    Returns:
        False if the client has closed the connection.
    """
    try:
        data = connection.recv(1 << 18)
    except ConnectionResetError:
        data = b""
    if not data:
        partial.pop(connection, None)
        return False
    request = partial.pop(connection, b"") + data
    if is_complete(request):
        connection.sendall(RESPONSE)
    else:
        partial[connection] = request
    return True


def is_complete(request: bytes) -> bool:
    """
    Whether a request has its header and a body of the length in it.
    """
    end = request.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = request[:end].lower().find(b"content-length:")
    length = int(request[at + 15 : request.find(b"\r\n", at)])
    return len(request) >= end + 4 + length


if __name__ == "__main__":
    serve()
