"""
When nothing is under way at the proxy any more.
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

from .proxy_site import SECONDS, dial, echo, read, read_all, tcp_target

POST = b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\ntake"


def test_the_proxy_is_at_rest_when_the_target_has_dealt_with_what_it_got() -> None:
    """
    After a cut the target may be slow: what it does with the bytes before the cut is waited for.
    """
    may_go_on, done = Event(), Event()

    def serve(sock: socket.socket) -> None:
        read_all(sock)
        assert may_go_on.wait(SECONDS)
        done.set()

    with tcp_target(serve) as target, Proxy(target, http=False) as proxy:
        proxy.inflict(Fault.CUT, BytePlace("up", 3))
        with dial(proxy.address) as client:
            client.sendall(b"put")
            assert b"" == read_all(client)
        waiting = Thread(target=proxy.wait_at_rest, args=(SECONDS,))
        waiting.start()
        assert waiting.is_alive()
        may_go_on.set()
        waiting.join(SECONDS)
        assert done.is_set()
        assert not waiting.is_alive()


def test_a_target_that_never_closes_is_waited_for_once() -> None:
    """
    Where the target does not close what was cut, it is cut off too, and later at once.
    """
    got: SimpleQueue[bytes] = SimpleQueue()

    def serve(sock: socket.socket) -> None:
        got.put(read(sock, 3))
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
            assert b"put" == got.get(timeout=SECONDS)
            began = monotonic()
            proxy.wait_at_rest(patience)
            assert SECONDS / 2 > monotonic() - began


def test_a_connection_that_is_used_no_more_is_at_rest() -> None:
    """
    Connections that the client keeps are not waited for: they are idle, or stalled.
    """
    with (
        tcp_target(echo) as target,
        Proxy(target, http=False) as proxy,
        dial(proxy.address) as idle,
        dial(proxy.address) as stalled,
    ):
        idle.sendall(b"x")
        assert b"x" == read(idle, 1)
        proxy.inflict(Fault.STALL)
        stalled.sendall(b"x")
        began = monotonic()
        proxy.wait_at_rest(SECONDS)
        assert 1 == proxy.met
        assert SECONDS / 2 > monotonic() - began


@pytest.mark.parametrize("fault", [None, Fault.LOSE_ANSWER_STALLED])
def test_a_request_that_nobody_waits_for_comes_to_the_target_all_the_same(
    fault: Fault | None,
) -> None:
    """
    The proxy is at rest when the target has the request of a client that gave up before.
    """
    began, may_answer, answered = Event(), Event(), Event()

    def serve(sock: socket.socket) -> None:
        began.set()
        assert may_answer.wait(SECONDS)
        answered.set()
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
        may_answer.set()
        waiting.join(SECONDS)
        assert answered.is_set()
        assert not waiting.is_alive()
