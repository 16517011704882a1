"""
A target that answers at once: every POST over a kept-alive connection gets one short answer.

It is a process of its own, `python benchmarks/_target.py`; it prints its port, and ends with its
standard input. One thread looks after all connections, and takes a request apart only as far as
its length: it must cost less than any client.
"""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["running"]

BODY = b'{"id":"R-000000001","status":"created"}'
ANSWER = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


@contextmanager
def running() -> Iterator[str]:
    """
    The target, for as long as it is needed; gives its address.
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
    Answer until standard input ends.
    """
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listening.getsockname()[1], flush=True)
    waiting = selectors.DefaultSelector()
    waiting.register(sys.stdin, selectors.EVENT_READ)
    waiting.register(listening, selectors.EVENT_READ)
    begun: dict[socket.socket, bytes] = {}
    while True:
        for key, _ in waiting.select():
            found = key.fileobj
            if found is sys.stdin:
                return
            if found is listening:
                accepted, _ = listening.accept()
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting.register(accepted, selectors.EVENT_READ)
            elif isinstance(found, socket.socket) and not answered(found, begun):
                waiting.unregister(found)
                found.close()


def answered(connection: socket.socket, begun: dict[socket.socket, bytes]) -> bool:
    """
    Read what is there, and answer a request that is whole; false where the client has gone.
    """
    try:
        read = connection.recv(1 << 18)
    except ConnectionResetError:
        read = b""
    if not read:
        begun.pop(connection, None)
        return False
    request = begun.pop(connection, b"") + read
    if is_whole(request):
        connection.sendall(ANSWER)
    else:
        begun[connection] = request
    return True


def is_whole(request: bytes) -> bool:
    """
    Whether the body is as long as the header says.
    """
    end = request.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = request[:end].lower().find(b"content-length:")
    length = int(request[at + 15 : request.find(b"\r\n", at)])
    return len(request) >= end + 4 + length


if __name__ == "__main__":
    serve()
