"""
What each fault of the network means for a write and for a read.
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
    A target that reads a request and cuts the connection off.
    """
    conversation.request()
    conversation.reset()


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
        "check the port, and that the target is running"
    ) == str(caught.value)
    assert not timeline.begun


def test_an_unknown_host_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    `.invalid` never resolves (RFC 6761, section 6.4).
    """
    with pytest.raises(TransientError, match="was not sent: the host name cannot be resolved"):
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

    with pytest.raises(error, match=r"no response within 0\.6 s"):
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

    with pytest.raises(UnknownOutcomeError, match=r"no response within 0\.6 s"):
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

    with pytest.raises(UnknownOutcomeError, match=r"no response within 0\.6 s"):
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

    with pytest.raises(TransientError, match="was not sent: the deadline is over"):
        http.post(server.url, content=b"W1", timeout=30)

    assert ([], ()) == (server.requests, timeline.exchanges)


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


@pytest.fixture
def interruptible() -> Iterator[None]:
    """
    Control-C interrupts, though a shell that starts a job in the background has it ignored.
    """
    before = signal(SIGINT, default_int_handler)
    yield
    signal(SIGINT, before)


@pytest.mark.usefixtures("interruptible")
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
