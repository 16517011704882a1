"""
Tests of invalid responses, to writes and to reads.
"""

from __future__ import annotations

import gzip
import socket
from contextlib import suppress
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client
from orderferry.errors import ExportError, TransientError, UnknownOutcomeError

from .conftest import Conversation, Script, Serve

CREATED = b"HTTP/1.1 201 Created\r\n"
GZIP = CREATED + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
CHUNKED = CREATED + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 65_536

LOST = {
    "closed": ("the connection was closed without a response", []),
    "cut head": ("the response ended early", [b"HTTP/1.1 201 Cre"]),
    "cut body": ("the response ended early", [CREATED, b"Content-Length: 100\r\n\r\nhalf"]),
    "cut chunks": ("the response ended early", [CHUNKED, b"5\r\nhello\r\n"]),
    "bad chunks": ("the response ended early", [CHUNKED, b"zz\r\nhello\r\n"]),
    "garbage": ("the response is not HTTP", [b"220 smtp.example ESMTP\r\n\r\n"]),
    "two lengths": (
        "Content-Length",
        [CREATED, b"Content-Length: 2\r\n" * 2, b"Content-Length: 3\r\n\r\nabc"],
    ),
    "endless head": ("the response is not HTTP", [CREATED, b"X: ", BLOCK, BLOCK, b"\r\n\r\n"]),
    "declared too long": (
        "longer than 100000 bytes",
        [CREATED, b"Content-Length: 100000000\r\n\r\n"],
    ),
    "100 MB until the end": ("longer than 100000 bytes", [CREATED, b"\r\n", *[BLOCK] * 1_600]),
    "100 MB in chunks": (
        "longer than 100000 bytes",
        [CHUNKED, *[b"10000\r\n" + BLOCK + b"\r\n"] * 1_600],
    ),
    "bomb": (
        "longer than 100000 bytes, decompressed",
        [GZIP, gzip.compress(b"0" * 100_000_000)],
    ),
    "cut gzip": (
        "compressed body of the response ended early",
        [GZIP, gzip.compress(b"0" * 1_000)[:-9]],
    ),
    "no gzip": ("the response is not valid gzip", [GZIP, b"{}"]),
    "unknown encoding": (
        "the response has the encoding 'br', which was not requested",
        [CREATED, b"Content-Encoding: br\r\n\r\n{}"],
    ),
}
"""Answers, in parts, that cannot be used, and what is said of each."""


def sending(*parts: bytes) -> Script:
    """
    Return a target that reads a request, sends some bytes and closes the connection.
    """

    def script(conversation: Conversation) -> None:
        conversation.request()
        for part in parts:
            conversation.send(part)
        conversation.sock.shutdown(socket.SHUT_WR)
        conversation.request()

    return script


@pytest.mark.parametrize(("cause", "parts"), LOST.values(), ids=LOST)
def test_a_lost_response_to_a_write_is_an_unknown_outcome(
    http: BoundClient, serve: Serve, timeline: Timeline, cause: str, parts: list[bytes]
) -> None:
    """
    The outcome of a write whose response is lost is unknown, because the request was sent.
    """
    server = serve(sending(*parts))

    with pytest.raises(UnknownOutcomeError) as caught:
        http.post(f"{server.url}/orders", content=b"W1")

    assert f"POST {server.url}/orders was sent, and its response was lost" in str(caught.value)
    assert cause in str(caught.value)
    assert (1, True) == (len(server.requests), timeline.begun)


@pytest.mark.parametrize(("cause", "parts"), LOST.values(), ids=LOST)
def test_a_lost_response_to_a_read_is_transient(
    http: BoundClient, serve: Serve, timeline: Timeline, cause: str, parts: list[bytes]
) -> None:
    """
    The loss of the response to a read is transient, because nothing changed at the target.
    """
    server = serve(sending(*parts))

    with pytest.raises(TransientError) as caught:
        http.get(f"{server.url}/orders")

    assert f"GET {server.url}/orders failed" in str(caught.value)
    assert cause in str(caught.value)
    assert not timeline.begun


WHOLE = b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n4711"


def test_a_response_that_is_cut_anywhere_is_an_error(http: BoundClient, serve: Serve) -> None:
    """
    A response that is cut at any byte is an error; `http.client` alone accepts half a status line
    as a response with the status 201.
    """

    def cut(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(WHOLE[: conversation.number])

    server = serve(cut)

    for _ in range(len(WHOLE) - 1):
        with pytest.raises(UnknownOutcomeError):
            http.post(server.url, content=b"W1")
    assert b"4711" == http.post(server.url, content=b"W1").content


def test_a_response_of_the_longest_length_is_read(client: Client, serve: Serve) -> None:
    """
    A response of exactly the longest length is read, whatever declares its length.
    """

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer(b"x" * 100_000)
        conversation.request()
        conversation.answer(gzip.compress(b"x" * 100_000), headers="Content-Encoding: gzip\r\n")
        conversation.request()
        conversation.send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n"
            + b"x" * 100_000
            + b"\r\n0\r\n\r\n"
        )

    server = serve(answer)
    http = client.bind()

    assert [100_000] * 3 == [len(http.get(server.url).content) for _ in range(3)]
    assert 1 == server.connections


@given(answer=st.binary(max_size=200), head=st.booleans())
def test_any_bytes_end_in_a_response_or_an_export_error(answer: bytes, head: bool) -> None:
    """
    A write returns a response or raises an export error for any bytes that are received.
    """
    listening = socket.create_server(("127.0.0.1", 0))

    def serve_once() -> None:
        sock, _ = listening.accept()
        with sock:
            sock.recv(65536)
            sock.sendall((b"HTTP/1.1 200 OK\r\n" if head else b"") + answer)
            sock.shutdown(socket.SHUT_WR)
            sock.recv(1)

    thread = Thread(target=serve_once)
    thread.start()
    with Client(environment={}) as client, listening, suppress(ExportError):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert 200 <= client.bind().post(url, content=b"W1").status < 300
    thread.join()
