"""
Tests of connections that are kept alive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Thread
from time import monotonic

import pytest

from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client
from orderferry.connectors.http._connections import Pools
from orderferry.connectors.http._deadline import Call, in_progress
from orderferry.errors import TransientError, UnknownOutcomeError

from .conftest import SECONDS, Conversation, Serve


def answer_all(conversation: Conversation) -> None:
    """
    Respond as long as requests arrive.
    """
    while conversation.request():
        conversation.answer()


def test_a_connection_is_used_for_many_requests(http: BoundClient, serve: Serve) -> None:
    """
    One connection is used for requests of several calls and instances.
    """
    server = serve(answer_all)

    for _ in range(3):
        http.post(server.url, content=b"W1")

    assert 1 == server.connections


def test_a_closed_connection_is_not_used(http: BoundClient, serve: Serve) -> None:
    """
    A write is not sent over a connection that the target has closed.
    """
    closed = Event()

    def answer_once(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer()
        conversation.close()
        closed.set()

    server = serve(answer_once)

    for _ in range(3):
        closed.clear()
        assert 200 == http.post(server.url, content=b"W1").status
        assert closed.wait(SECONDS)

    assert (3, 3) == (server.connections, len(server.requests))


def close_on_second(conversation: Conversation) -> None:
    """
    Close the first connection when its second request arrives, and respond on the next ones.
    """
    conversation.request()
    conversation.answer()
    conversation.request()
    if conversation.number == 1:
        conversation.close()
        return
    conversation.answer()


def test_a_read_on_a_closed_connection_is_sent_again(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    A read whose kept-alive connection is closed is sent again, and both requests are in the
    timeline.
    """
    server = serve(close_on_second)
    http.get(server.url)

    assert 200 == http.get(server.url).status

    assert 2 == server.connections
    faults = [exchange.fault for exchange in timeline.exchanges]
    assert [None, "the connection was closed without a response", None] == faults


def test_a_write_on_a_closed_connection_is_never_sent_again(
    http: BoundClient, serve: Serve
) -> None:
    """
    A write whose kept-alive connection is closed is not sent again, because the target may have
    accepted it.
    """
    server = serve(close_on_second)
    http.post(server.url, content=b"W1")

    with pytest.raises(UnknownOutcomeError):
        http.post(server.url, content=b"W2")

    assert [b"W1", b"W2"] == [request.rpartition(b"\r\n")[2] for request in server.requests]


def test_a_read_is_sent_again_only_once(http: BoundClient, serve: Serve) -> None:
    """
    A read whose connection is closed twice is not sent a third time.
    """

    def close(conversation: Conversation) -> None:
        conversation.request()
        if conversation.number == 1:
            conversation.answer()
            conversation.request()
        conversation.close()

    server = serve(close)
    http.get(server.url)

    with pytest.raises(TransientError):
        http.get(server.url)

    assert 3 == len(server.requests)


def test_a_read_on_a_new_connection_is_not_sent_again(http: BoundClient, serve: Serve) -> None:
    """
    A read whose new connection is closed is not sent again.
    """

    def close(conversation: Conversation) -> None:
        conversation.request()
        conversation.close()

    server = serve(close)

    with pytest.raises(TransientError):
        http.get(server.url)

    assert 1 == len(server.requests)


@pytest.fixture
def time() -> list[float]:
    """
    Return the time of the client's monotonic clock.
    """
    return [1000.0]


@pytest.fixture
def client_with_clock(time: list[float]) -> Iterator[BoundClient]:
    """
    Return a client whose clock the test sets.
    """
    with Client(environment={}, clock=lambda: time[0]) as client:
        yield client.bind()


@pytest.mark.parametrize(("idle", "connections"), [(29.0, 1), (31.0, 2)])
def test_a_connection_that_was_idle_for_long_is_not_used(
    client_with_clock: BoundClient, time: list[float], serve: Serve, idle: float, connections: int
) -> None:
    """
    A connection that was idle for long is not used, because a firewall may have dropped it.
    """
    server = serve(answer_all)

    client_with_clock.post(server.url, content=b"W1")
    time[0] += idle
    client_with_clock.post(server.url, content=b"W2")

    assert connections == server.connections


def test_threads_receive_their_own_responses(http: BoundClient, serve: Serve) -> None:
    """
    Each of sixteen threads that share a client receives the response to its own request.
    """

    def echo(conversation: Conversation) -> None:
        while request := conversation.request():
            conversation.answer(request.rpartition(b"\r\n")[2])

    server = serve(echo)
    wrong: list[tuple[str, str]] = []

    def send(thread: int) -> None:
        for number in range(25):
            sent = f"{thread}-{number}"
            got = http.post(server.url, content=sent).text
            if got != sent:
                wrong.append((sent, got))

    run = [_started(send, number) for number in range(16)]
    for thread in run:
        thread.join()

    assert [] == wrong
    assert 400 == len(set(server.requests))
    assert 16 >= server.connections


def _started(target: Callable[[int], None], number: int) -> Thread:
    thread = Thread(target=target, args=(number,))
    thread.start()
    return thread


def test_closing_the_client_closes_idle_connections(client: Client, serve: Serve) -> None:
    """
    Closing the client closes its idle connections.
    """
    closed = Event()

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer()
        if not conversation.request():
            closed.set()

    server = serve(answer)
    client.bind().get(server.url)

    client.close()

    assert closed.wait(SECONDS)


def test_idle_connections_close_at_once(serve: Serve) -> None:
    """
    Idle connections are closed at once, also if something still refers to their pool, such as a
    traceback.
    """
    closed = Event()

    def answer(conversation: Conversation) -> None:
        conversation.request()
        conversation.answer()
        if not conversation.request():
            closed.set()

    server = serve(answer)
    pools = Pools()
    held = pools.manager(None, None).connection_from_url(server.url)
    with in_progress(Call(SECONDS, monotonic() + SECONDS)):
        held.urlopen("GET", "/", preload_content=True)

    pools.close()

    assert closed.wait(SECONDS)
    assert held is not None
