"""
What each fault of the network means for a write and for a read.
"""

from __future__ import annotations

import gzip
import socket
from contextlib import suppress
from signal import SIGINT, pthread_kill
from threading import Event, Thread, main_thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client
from orderferry.errors import ExportError, TransientError, UnknownOutcomeError

from .conftest import SECONDS, Conversation, Script, Serve

CREATED = b"HTTP/1.1 201 Created\r\n"
GZIP = CREATED + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
CHUNKED = CREATED + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 65_536

LOST = {
    "closed": ("the connection was closed without an answer", []),
    "cut head": ("the answer ended early", [b"HTTP/1.1 201 Cre"]),
    "cut body": ("the answer ended early", [CREATED, b"Content-Length: 100\r\n\r\nhalf"]),
    "cut chunks": ("the answer ended early", [CHUNKED, b"5\r\nhello\r\n"]),
    "bad chunks": ("the answer ended early", [CHUNKED, b"zz\r\nhello\r\n"]),
    "garbage": ("the answer is not HTTP", [b"220 smtp.example ESMTP\r\n\r\n"]),
    "two lengths": (
        "Content-Length",
        [CREATED, b"Content-Length: 2\r\n" * 2, b"Content-Length: 3\r\n\r\nabc"],
    ),
    "endless head": ("the answer is not HTTP", [CREATED, b"X: ", BLOCK, BLOCK, b"\r\n\r\n"]),
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
    "cut gzip": ("compressed body ended early", [GZIP, gzip.compress(b"0" * 1_000)[:-9]]),
    "no gzip": ("the answer is no gzip", [GZIP, b"{}"]),
    "unknown encoding": (
        "the answer's encoding 'br' was not asked for",
        [CREATED, b"Content-Encoding: br\r\n\r\n{}"],
    ),
}
"""Answers, in parts, that cannot be used, and what is said of each."""


def sending(*parts: bytes) -> Script:
    """
    A target that reads a request, sends these bytes and closes.
    """

    def script(conversation: Conversation) -> None:
        conversation.request()
        for part in parts:
            conversation.send(part)
        conversation.sock.shutdown(socket.SHUT_WR)
        conversation.request()

    return script


def reset(conversation: Conversation) -> None:
    """
    A target that reads a request and cuts the connection off.
    """
    conversation.request()
    conversation.reset()


@pytest.mark.parametrize(("cause", "parts"), LOST.values(), ids=LOST)
def test_an_answer_that_is_lost_after_a_write_leaves_the_outcome_unknown(
    http: BoundClient, serve: Serve, timeline: Timeline, cause: str, parts: list[bytes]
) -> None:
    """
    The request had left, so the target may have taken it.
    """
    server = serve(sending(*parts))

    with pytest.raises(UnknownOutcomeError) as caught:
        http.post(f"{server.url}/orders", content=b"W1")

    assert f"POST {server.url}/orders was sent, and its answer was lost" in str(caught.value)
    assert cause in str(caught.value)
    assert (1, True) == (len(server.requests), timeline.begun)


@pytest.mark.parametrize(("cause", "parts"), LOST.values(), ids=LOST)
def test_an_answer_that_is_lost_after_a_read_is_transient(
    http: BoundClient, serve: Serve, timeline: Timeline, cause: str, parts: list[bytes]
) -> None:
    """
    Nothing changed at the target: it can be asked again.
    """
    server = serve(sending(*parts))

    with pytest.raises(TransientError) as caught:
        http.get(f"{server.url}/orders")

    assert f"GET {server.url}/orders failed" in str(caught.value)
    assert cause in str(caught.value)
    assert not timeline.begun


@pytest.mark.parametrize(
    ("method", "error"), [("POST", UnknownOutcomeError), ("GET", TransientError)]
)
def test_a_connection_that_is_cut_off_loses_the_answer(
    http: BoundClient, serve: Serve, method: str, error: type[ExportError]
) -> None:
    """
    A reset looks the same before and after the target took the request.
    """
    server = serve(reset)

    with pytest.raises(error, match="connection reset by peer"):
        http.request(method, server.url)


def test_a_refused_connection_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    It may pass, and it does not count as begun.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    with pytest.raises(TransientError) as caught:
        http.post(f"http://127.0.0.1:{port}/orders", content=b"W1")

    assert (
        f"POST http://127.0.0.1:{port}/orders was not sent: the connection was refused; "
        "check that the target runs, and its port"
    ) == str(caught.value)
    assert not timeline.begun


def test_an_unknown_host_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    `.invalid` never resolves (RFC 6761, section 6.4).
    """
    with pytest.raises(TransientError, match="was not sent: the host's name is not known"):
        http.post("http://wms.invalid/orders", content=b"W1")

    assert not timeline.begun


def test_a_connection_that_never_stands_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    A listener whose queue is full drops what knocks, as a firewall does.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        with (
            socket.create_connection(address),
            pytest.raises(TransientError, match="no connection in time"),
        ):
            http.post(f"http://127.0.0.1:{address[1]}/orders", content=b"W1", timeout=0.2)

    assert not timeline.begun


def test_a_name_with_several_addresses_reaches_the_one_that_answers(
    http: BoundClient, serve: Serve
) -> None:
    """
    `localhost` is `::1` too, where nobody listens.
    """

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer()

    server = serve(answer)

    assert 200 == http.get(f"http://localhost:{server.port}/").status


@pytest.mark.parametrize(
    ("method", "error"), [("POST", UnknownOutcomeError), ("GET", TransientError)]
)
def test_an_answer_that_stalls_is_given_up_at_the_timeout(
    http: BoundClient, serve: Serve, method: str, error: type[ExportError]
) -> None:
    """
    The target took the request, and says nothing.
    """
    released = Event()

    def stall(conversation: Conversation) -> None:
        conversation.request()
        released.wait(SECONDS)

    server = serve(stall)

    with pytest.raises(error, match=r"no answer within 0\.6 s"):
        http.request(method, server.url, timeout=0.6)
    released.set()


def test_an_answer_that_drips_is_given_up_at_the_deadline(client: Client, serve: Serve) -> None:
    """
    A socket's timeout would begin anew with each byte.
    """
    released = Event()

    def drip(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 200 OK\r\nX: ")
        while not released.wait(0.01):
            conversation.send(b"x")

    server = serve(drip)
    http = client.bind(deadline=lambda: 0.6)

    with pytest.raises(UnknownOutcomeError, match=r"no answer within 0\.6 s"):
        http.post(server.url, content=b"W1")
    released.set()


def test_a_request_that_the_target_does_not_read_is_given_up(
    http: BoundClient, serve: Serve
) -> None:
    """
    A part of it may have arrived.
    """
    released = Event()

    def ignore(_: Conversation) -> None:
        released.wait(SECONDS)

    server = serve(ignore)

    with pytest.raises(UnknownOutcomeError, match=r"no answer within 0\.6 s"):
        http.post(server.url, content=b"x" * 20_000_000, timeout=0.6)
    released.set()


def test_without_time_left_nothing_is_sent(
    client: Client, serve: Serve, timeline: Timeline
) -> None:
    """
    The deadline of the call counts, not only the request's timeout.
    """
    server = serve(reset)
    http = client.bind(deadline=lambda: 0.0, timeline=timeline)

    with pytest.raises(TransientError, match="was not sent: no time was left for it"):
        http.post(server.url, content=b"W1", timeout=30)

    assert ([], ()) == (server.requests, timeline.exchanges)


def test_the_longest_answer_that_is_allowed_is_read(client: Client, serve: Serve) -> None:
    """
    The limit itself is no fault, however the length is told.
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


def test_interim_answers_are_passed_over(http: BoundClient, serve: Serve) -> None:
    """
    103 and 102 precede the answer (RFC 9110, section 15.2).
    """

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        conversation.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        conversation.answer(b"4711", 201)

    server = serve(answer)

    response = http.post(server.url, content=b"W1")

    assert (201, b"4711", None) == (
        response.status,
        response.content,
        response.headers.get("Link"),
    )


def test_an_early_refusal_is_read(http: BoundClient, serve: Serve) -> None:
    """
    A target may refuse a body that it has not read, and cut it off.
    """

    def refuse(conversation: Conversation) -> None:
        conversation.sock.recv(1)
        conversation.answer(b"too large", 413)
        conversation.close()

    server = serve(refuse)

    response = http.post(server.url, content=b"x" * 20_000_000, accept=(413,))

    assert (413, "too large") == (response.status, response.text)


def test_a_connection_that_stands_too_late_sent_nothing(serve: Serve, timeline: Timeline) -> None:
    """
    Names and handshakes take time too; here the clock goes on 11 seconds each time it is read.
    """
    server = serve(reset)
    time = iter(range(0, 1_000, 11))

    with Client(environment={}, clock=lambda: next(time)) as client:
        http = client.bind(timeline=timeline)
        with pytest.raises(TransientError, match="was not sent: no connection in time"):
            http.post(server.url, content=b"W1", timeout=30)

    assert ([], False) == (server.requests, timeline.begun)


def test_an_interrupted_request_is_recorded(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    Control-C during a write leaves a request that had begun, and no connection behind.
    """
    closed = Event()

    def interrupt(conversation: Conversation) -> None:
        conversation.request()
        pthread_kill(main_thread().ident or 0, SIGINT)
        if not conversation.request():
            closed.set()

    server = serve(interrupt)

    with pytest.raises(KeyboardInterrupt):
        http.post(server.url, content=b"W1")

    assert closed.wait(SECONDS)
    assert ("KeyboardInterrupt", True) == (timeline.exchanges[0].fault, timeline.begun)


WHOLE = b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n4711"


def test_an_answer_that_ends_anywhere_is_never_taken_for_a_whole_one(
    http: BoundClient, serve: Serve
) -> None:
    """
    `http.client` by itself takes half a status line for an answer with status 201.
    """

    def cut(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(WHOLE[: conversation.number])

    server = serve(cut)

    for _ in range(len(WHOLE) - 1):
        with pytest.raises(UnknownOutcomeError):
            http.post(server.url, content=b"W1")
    assert b"4711" == http.post(server.url, content=b"W1").content


@given(answer=st.binary(max_size=200), head=st.booleans())
def test_no_answer_whatever_raises_another_error(answer: bytes, head: bool) -> None:
    """
    Whatever bytes come back, a write ends in an answer or an export error.
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
