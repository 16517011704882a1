"""
Waiting until nothing is in flight at the proxy.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic

import pytest

from orderferry.testing.proxy._fault import BytePlace, Fault
from orderferry.testing.proxy._proxy import Proxy

from .targets import SECONDS, dial, echo, read, read_all, tcp_target

POST = b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\ntake"


def test_the_proxy_is_at_rest_when_the_target_has_processed_all_bytes() -> None:
    """
    The proxy waits until the target has processed the bytes before a cut.
    """
    may_continue, done = Event(), Event()

    def serve(sock: socket.socket) -> None:
        read_all(sock)
        assert may_continue.wait(SECONDS)
        done.set()

    with tcp_target(serve) as target, Proxy(target, http=False) as proxy:
        proxy.inflict(Fault.CUT, BytePlace("up", 3))
        with dial(proxy.address) as client:
            client.sendall(b"put")
            assert b"" == read_all(client)
        waiting = Thread(target=proxy.wait_at_rest, args=(SECONDS,))
        waiting.start()
        assert waiting.is_alive()
        may_continue.set()
        waiting.join(SECONDS)
        assert done.is_set()
        assert not waiting.is_alive()


def test_a_target_that_never_closes_is_awaited_once() -> None:
    """
    A target that does not close a cut connection is disconnected, later without waiting.
    """
    received: SimpleQueue[bytes] = SimpleQueue()

    def serve(sock: socket.socket) -> None:
        received.put(read(sock, 3))
        with suppress(OSError):
            while True:
                sock.sendall(b"still here" * 1000)

    with tcp_target(serve) as target, Proxy(target, http=False) as proxy:
        proxy.inflict(Fault.CUT, BytePlace("up", 3))
        for patience in (0.1, SECONDS):
            with dial(proxy.address) as client:
                client.sendall(b"put")
                with suppress(ConnectionResetError):
                    read_all(client)
            assert b"put" == received.get(timeout=SECONDS)
            began = monotonic()
            proxy.wait_at_rest(patience)
            assert SECONDS / 2 > monotonic() - began


def test_an_idle_connection_is_at_rest() -> None:
    """
    Open connections that are idle or stalled are not awaited.
    """
    with (
        tcp_target(echo) as target,
        Proxy(target, http=False) as proxy,
        dial(proxy.address) as idle,
        dial(proxy.address) as stalled,
    ):
        for connection in (idle, stalled):
            connection.sendall(b"x")
            assert b"x" == read(connection, 1)
        proxy.inflict(Fault.STALL, BytePlace("up", 2))
        stalled.sendall(b"x")
        began = monotonic()
        proxy.wait_at_rest(SECONDS)
        assert 1 == proxy.met
        assert SECONDS / 2 > monotonic() - began


@pytest.mark.parametrize("fault", [None, Fault.LOSE_ANSWER_STALLED])
def test_a_request_reaches_the_target_after_the_client_disconnected(
    fault: Fault | None,
) -> None:
    """
    The proxy is at rest when the target has received the request of a client that disconnected.
    """
    began, may_respond, responded = Event(), Event(), Event()

    def serve(sock: socket.socket) -> None:
        began.set()
        assert may_respond.wait(SECONDS)
        responded.set()
        sock.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with tcp_target(serve) as target, Proxy(target, http=True) as proxy:
        if fault is not None:
            proxy.inflict(fault)
        with dial(proxy.address) as client:
            client.sendall(POST)
            assert began.wait(SECONDS)
        waiting = Thread(target=proxy.wait_at_rest, args=(SECONDS,))
        waiting.start()
        assert waiting.is_alive()
        may_respond.set()
        waiting.join(SECONDS)
        assert responded.is_set()
        assert not waiting.is_alive()
