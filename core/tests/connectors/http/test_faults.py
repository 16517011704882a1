"""
Tests of the errors for network faults, of writes and of reads.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from signal import SIGINT, default_int_handler, pthread_kill, signal
from threading import Event, main_thread

import pytest

from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client
from orderferry.errors import ExportError, TransientError, UnknownOutcomeError

from .conftest import SECONDS, Conversation, Serve


def reset(conversation: Conversation) -> None:
    """
    Read a request, and reset the connection.
    """
    conversation.request()
    conversation.reset()


@pytest.mark.parametrize(
    ("method", "error"), [("POST", UnknownOutcomeError), ("GET", TransientError)]
)
def test_a_reset_connection_loses_the_response(
    http: BoundClient, serve: Serve, method: str, error: type[ExportError]
) -> None:
    """
    A reset connection loses the response, because the target may have accepted the request before.
    """
    server = serve(reset)

    with pytest.raises(error, match="connection reset by peer"):
        http.request(method, server.url)


def test_a_refused_connection_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    A refused connection is transient, and the request does not count as begun.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    with pytest.raises(TransientError) as caught:
        http.post(f"http://127.0.0.1:{port}/orders", content=b"W1")

    assert (
        f"POST http://127.0.0.1:{port}/orders was not sent: the connection was refused; "
        "check the port, and that the target is running"
    ) == str(caught.value)
    assert not timeline.begun


def test_an_unknown_host_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    A host name that cannot be resolved is transient; `.invalid` never resolves (RFC 6761, section
    6.4).
    """
    with pytest.raises(TransientError, match="was not sent: the host name cannot be resolved"):
        http.post("http://wms.invalid/orders", content=b"W1")

    assert not timeline.begun


def test_a_connection_that_is_not_accepted_sent_nothing(
    http: BoundClient, timeline: Timeline
) -> None:
    """
    A connection that is not accepted in time is transient, and nothing was sent.
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


def test_a_name_with_several_addresses_is_connected(http: BoundClient, serve: Serve) -> None:
    """
    A name with several addresses is connected to the one that accepts.
    """

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer()

    server = serve(answer)

    assert 200 == http.get(f"http://localhost:{server.port}/").status


@pytest.mark.parametrize(
    ("method", "error"), [("POST", UnknownOutcomeError), ("GET", TransientError)]
)
def test_a_response_that_stalls_ends_at_the_timeout(
    http: BoundClient, serve: Serve, method: str, error: type[ExportError]
) -> None:
    """
    A response that does not arrive is an error after the timeout.
    """
    released = Event()

    def stall(conversation: Conversation) -> None:
        conversation.request()
        released.wait(SECONDS)

    server = serve(stall)

    with pytest.raises(error, match=r"no response within 0\.6 s"):
        http.request(method, server.url, timeout=0.6)
    released.set()


def test_a_slow_response_ends_at_the_deadline(client: Client, serve: Serve) -> None:
    """
    A response that arrives slowly is an error after the deadline, which does not start again with
    each byte.
    """
    released = Event()

    def drip(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 200 OK\r\nX: ")
        while not released.wait(0.01):
            conversation.send(b"x")

    server = serve(drip)
    http = client.bind(deadline=lambda: 0.6)

    with pytest.raises(UnknownOutcomeError, match=r"no response within 0\.6 s"):
        http.post(server.url, content=b"W1")
    released.set()


def test_a_request_that_is_not_read_ends_at_the_timeout(http: BoundClient, serve: Serve) -> None:
    """
    The outcome of a request that the target does not read is unknown after the timeout.
    """
    released = Event()

    def ignore(_: Conversation) -> None:
        released.wait(SECONDS)

    server = serve(ignore)

    with pytest.raises(UnknownOutcomeError, match=r"no response within 0\.6 s"):
        http.post(server.url, content=b"x" * 20_000_000, timeout=0.6)
    released.set()


def test_nothing_is_sent_after_the_deadline(
    client: Client, serve: Serve, timeline: Timeline
) -> None:
    """
    A request is not sent after the deadline of the call, whatever its own timeout is.
    """
    server = serve(reset)
    http = client.bind(deadline=lambda: 0.0, timeline=timeline)

    with pytest.raises(TransientError, match="was not sent: the deadline is over"):
        http.post(server.url, content=b"W1", timeout=30)

    assert [] == server.requests
    assert () == timeline.exchanges


def test_interim_responses_are_skipped(http: BoundClient, serve: Serve) -> None:
    """
    Interim responses, such as 103 and 102, are skipped (RFC 9110, section 15.2).
    """

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        conversation.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        conversation.answer(b"4711", 201)

    server = serve(answer)

    response = http.post(server.url, content=b"W1")

    assert 201 == response.status
    assert b"4711" == response.content
    assert response.headers.get("Link") is None


def test_an_early_response_is_read(http: BoundClient, serve: Serve) -> None:
    """
    A response that the target sends before it has read the body is returned.
    """

    def refuse(conversation: Conversation) -> None:
        conversation.sock.recv(1)
        conversation.answer(b"too large", 413)
        conversation.close()

    server = serve(refuse)

    response = http.post(server.url, content=b"x" * 20_000_000, accept=(413,))

    assert 413 == response.status
    assert "too large" == response.text


def test_a_connection_after_the_deadline_sent_nothing(serve: Serve, timeline: Timeline) -> None:
    """
    A connection that is made after the deadline is transient; the clock advances 11 seconds each
    time it is read.
    """
    server = serve(reset)
    time = iter(range(0, 1_000, 11))

    with Client(environment={}, clock=lambda: next(time)) as client:
        http = client.bind(timeline=timeline)
        with pytest.raises(TransientError, match="was not sent: no connection in time"):
            http.post(server.url, content=b"W1", timeout=30)

    assert [] == server.requests
    assert not timeline.begun


@pytest.fixture
def interruptible() -> Iterator[None]:
    """
    Let SIGINT interrupt the test, also in a background job of a shell, which ignores it.
    """
    before = signal(SIGINT, default_int_handler)
    yield
    signal(SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_request_is_recorded(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    A write that is interrupted is recorded as begun, and its connection is closed.
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
    assert "KeyboardInterrupt" == timeline.exchanges[0].fault
    assert timeline.begun
