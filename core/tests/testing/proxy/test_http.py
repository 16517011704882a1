"""
HTTP through the proxy, at the level of bytes.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse
from threading import Thread

import pytest

from orderferry.testing.proxy._fault import RETRY_AFTER, Fault, RequestPlace
from orderferry.testing.proxy._proxy import Proxy, Seen

from .targets import SECONDS, Shop, dial, echo, read_all, shop, tcp_target

POST = b"POST /orders?x=1 HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\n\r\ntake"
PLACE = RequestPlace("POST", "/orders")


@pytest.fixture
def site() -> Iterator[tuple[Shop, Proxy]]:
    """
    A shop, and the proxy in front of it.
    """
    with (
        shop() as target,
        Proxy(target.place, http=True, observe=lambda: len(target.received)) as proxy,
    ):
        yield target, proxy


def _read_response(sock: socket.socket, method: str) -> tuple[int, bytes]:
    response = HTTPResponse(sock, method=method)
    try:
        response.begin()
        return response.status, response.read()
    finally:
        response.close()


def test_one_connection_carries_many_requests(site: tuple[Shop, Proxy]) -> None:
    """
    Requests with lengths and with chunks, and responses without bodies, share one connection.
    """
    target, proxy = site
    chunked = (
        b"POST /orders HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2;a=b\r\nch\r\n4\r\nunks\r\n0\r\n\r\n"
    )
    with dial(proxy.address) as client:
        for request, method, expected in (
            (POST, "POST", (201, b'{"id": 1}')),
            (chunked, "POST", (201, b'{"id": 2}')),
            (b"HEAD / HTTP/1.1\r\n\r\n", "HEAD", (200, b"")),
            (b"GET /nothing HTTP/1.1\r\n\r\n", "GET", (204, b"")),
            (b"GET /same HTTP/1.1\r\n\r\n", "GET", (304, b"")),
            (b"GET /chunks HTTP/1.1\r\n\r\n", "GET", (200, b"one two")),
            (POST, "POST", (201, b'{"id": 3}')),
        ):
            client.sendall(request)
            assert expected == _read_response(client, method)
        assert 1 == proxy.open_connections
    assert [b"take", b"chunks", b"take"] == target.received
    assert proxy.wait_closed(SECONDS)


def test_a_response_without_a_length_ends_with_the_connection(site: tuple[Shop, Proxy]) -> None:
    """
    The connection is closed after a response without a length.
    """
    with dial(site[1].address) as client:
        client.sendall(b"GET /to-the-end HTTP/1.1\r\nHost: s\r\n\r\n")
        assert read_all(client).endswith(b"\r\n\r\nuntil the end")


def test_a_client_that_expects_100_continue_gets_it(site: tuple[Shop, Proxy]) -> None:
    """
    A client that waits for 100 Continue gets it, and then the response.
    """
    head, _, body = POST.partition(b"\r\n\r\n")
    with dial(site[1].address) as client:
        client.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == client.recv(25)
        client.sendall(body)
        assert (201, b'{"id": 1}') == _read_response(client, "POST")


def test_requests_are_recorded_with_what_the_target_received(site: tuple[Shop, Proxy]) -> None:
    """
    Each request is recorded in order, without its query, with what the target received at it.
    """
    _, proxy = site
    with dial(proxy.address) as client:
        client.sendall(b"GET /nothing?q HTTP/1.1\r\n\r\n")
        _read_response(client, "GET")
        client.sendall(POST)
        _read_response(client, "POST")
        proxy.inflict(Fault.STATUS_409, PLACE)
        client.sendall(POST)
        _read_response(client, "POST")
    assert (
        Seen("GET", "/nothing", forwarded=True, taken=0),
        Seen("POST", "/orders", forwarded=True, taken=1),
        Seen("POST", "/orders", forwarded=False, taken=0),
    ) == proxy.seen
    proxy.clear()
    assert 0 == len(proxy.seen)


def test_a_fault_is_at_its_place_only(site: tuple[Shop, Proxy]) -> None:
    """
    Only the requests at the place meet a fault, and none does after `mend`.
    """
    _, proxy = site
    with dial(proxy.address) as client:
        client.sendall(POST)
        assert 201 == _read_response(client, "POST")[0]
        proxy.inflict(Fault.STATUS_503, PLACE)
        client.sendall(b"GET /nothing HTTP/1.1\r\n\r\n")
        assert 204 == _read_response(client, "GET")[0]
        for _ in range(2):
            client.sendall(POST)
            assert 503 == _read_response(client, "POST")[0]
        assert 2 == proxy.met
        proxy.mend()
        client.sendall(POST)
        assert 201 == _read_response(client, "POST")[0]


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.status is not None])
def test_a_fault_with_a_status_is_a_response(site: tuple[Shop, Proxy], fault: Fault) -> None:
    """
    The response has the fault's status and `Retry-After`, and the target receives the request if
    the fault forwards it.
    """
    target, proxy = site
    proxy.inflict(fault, PLACE)
    connection = HTTPConnection(*proxy.address, timeout=SECONDS)
    try:
        connection.request("POST", "/orders", b"take")
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    assert fault.status == response.status
    assert "error" in json.loads(body)
    assert [b"take"] * fault.forwards == target.received
    wait = response.headers["Retry-After"]
    if fault.retry_after == "date":
        date = parsedate_to_datetime(response.headers["Date"])
        later = (parsedate_to_datetime(wait) - date).total_seconds()
        assert RETRY_AFTER <= later <= RETRY_AFTER + 1
    else:
        assert (None if fault.retry_after is None else str(RETRY_AFTER)) == wait


@pytest.mark.parametrize(
    "fault",
    [Fault.DROP_REQUEST, Fault.LOSE_ANSWER, Fault.CUT, Fault.DEAF],
)
def test_a_lost_response_closes_the_connection(site: tuple[Shop, Proxy], fault: Fault) -> None:
    """
    The connection is closed without a response, and the target receives the request if the fault
    forwards it.
    """
    target, proxy = site
    proxy.inflict(fault, PLACE)
    with dial(proxy.address) as client:
        client.sendall(POST)
        assert b"" == read_all(client)
        assert 1 == proxy.open_connections
    assert proxy.wait_closed(SECONDS)
    assert [b"take"] * fault.forwards == target.received


@pytest.mark.parametrize("fault", [Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED, Fault.STALL])
def test_a_stalled_connection_stays_open(site: tuple[Shop, Proxy], fault: Fault) -> None:
    """
    A stalled connection is open until the client closes it or the fault ends.
    """
    target, proxy = site
    proxy.inflict(fault, PLACE)
    with dial(proxy.address) as client:
        client.sendall(POST)
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(SECONDS)
        proxy.mend()
        assert b"" == read_all(client)
    proxy.inflict(fault, PLACE)
    with dial(proxy.address) as client:
        client.sendall(b"GET /nothing HTTP/1.1\r\n\r\n")
        assert 204 == _read_response(client, "GET")[0]
        client.sendall(POST)
        assert not proxy.wait_closed(0)
    assert proxy.wait_closed(SECONDS)
    assert [b"take"] * (2 * fault.forwards) == target.received


def test_a_request_is_reset(site: tuple[Shop, Proxy]) -> None:
    """
    The connection is reset after the request was read, and the target receives nothing.
    """
    target, proxy = site
    proxy.inflict(Fault.RESET, PLACE)
    with dial(proxy.address) as client:
        client.sendall(POST)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    assert 1 == proxy.met
    assert [] == target.received


def test_a_response_is_truncated(site: tuple[Shop, Proxy]) -> None:
    """
    A truncated response has the target's head, and a Content-Length that is too large.
    """
    site[1].inflict(Fault.TRUNCATED, PLACE)
    with dial(site[1].address) as client:
        client.sendall(POST)
        head, _, body = read_all(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 201 ")
    assert b"Content-Length: 1009" in head
    assert b'{"id' == body


def test_a_request_is_echoed(site: tuple[Shop, Proxy]) -> None:
    """
    The response contains everything that the client sent, including secrets.
    """
    site[1].inflict(Fault.ECHO)
    with dial(site[1].address) as client:
        client.sendall(POST.replace(b"Host: shop", b"Authorization: Bearer open-sesame"))
        status, body = _read_response(client, "POST")
    assert 400 == status
    assert b"Authorization: Bearer open-sesame" in body
    assert b"take" in body


def test_a_flood_ends_when_the_client_closes(site: tuple[Shop, Proxy]) -> None:
    """
    A flood ends when the client closes, and has 100 MB for a client that reads everything.
    """
    _, proxy = site
    proxy.inflict(Fault.FLOOD)
    with dial(proxy.address) as client:
        client.sendall(POST)
        client.recv(1000)
    assert proxy.wait_closed(SECONDS)
    with dial(proxy.address) as client:
        client.sendall(POST)
        response = HTTPResponse(client, method="POST")
        try:
            response.begin()
            assert 100_000_000 == sum(map(len, iter(lambda: response.read(1_000_000), b"")))
        finally:
            response.close()


def test_an_invalid_response_closes_the_connection() -> None:
    """
    A client gets no bytes of a response of the target that is not HTTP.
    """
    with (
        tcp_target(echo) as target,
        Proxy(target, http=True) as proxy,
        dial(proxy.address) as client,
    ):
        client.sendall(POST)
        assert b"" == read_all(client)
    assert (Seen("POST", "/orders", forwarded=True, taken=0),) == proxy.seen


def test_an_incomplete_request_is_not_forwarded(site: tuple[Shop, Proxy]) -> None:
    """
    A request that the client does not complete is neither forwarded nor recorded.
    """
    target, proxy = site
    with dial(proxy.address) as client:
        client.sendall(POST[:-1])
    assert proxy.wait_closed(SECONDS)
    assert [] == target.received
    assert () == proxy.seen


def test_sixteen_clients_send_at_the_same_time(site: tuple[Shop, Proxy]) -> None:
    """
    All requests of sixteen concurrent connections are forwarded and recorded.
    """
    target, proxy = site

    def order() -> None:
        with dial(proxy.address) as client:
            for _ in range(10):
                client.sendall(POST)
                assert 201 == _read_response(client, "POST")[0]

    threads = [Thread(target=order) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 160 == len(target.received)
    assert 160 == len(proxy.seen)
    assert proxy.wait_closed(SECONDS)
