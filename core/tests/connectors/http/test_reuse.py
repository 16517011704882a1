"""
Connections that are kept alive, and found closed.
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
    Answers as long as requests come.
    """
    while conversation.request():
        conversation.answer()


def test_a_connection_serves_many_requests(http: BoundClient, serve: Serve) -> None:
    """
    Also requests of other calls of other instances.
    """
    server = serve(answer_all)

    for _ in range(3):
        http.post(server.url, content=b"W1")

    assert 1 == server.connections


def test_a_connection_that_was_closed_meanwhile_is_not_used(
    http: BoundClient, serve: Serve
) -> None:
    """
    A write must not run into the end of a connection that can be seen beforehand.
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
    The first connection ends just when its second request comes; the next ones serve.
    """
    conversation.request()
    conversation.answer()
    conversation.request()
    if conversation.number == 1:
        conversation.close()
        return
    conversation.answer()


def test_a_read_on_a_connection_that_was_closed_is_sent_once_more(
    http: BoundClient, serve: Serve, timeline: Timeline
) -> None:
    """
    Both requests stand in the timeline.
    """
    server = serve(close_on_second)
    http.get(server.url)

    assert 200 == http.get(server.url).status

    assert 2 == server.connections
    faults = [one.fault for one in timeline.exchanges]
    assert [None, "the connection was closed without a response", None] == faults


def test_a_write_on_a_connection_that_was_closed_is_never_sent_again(
    http: BoundClient, serve: Serve
) -> None:
    """
    The target may have taken it before it closed.
    """
    server = serve(close_on_second)
    http.post(server.url, content=b"W1")

    with pytest.raises(UnknownOutcomeError):
        http.post(server.url, content=b"W2")

    assert [b"W1", b"W2"] == [request.rpartition(b"\r\n")[2] for request in server.requests]


def test_a_read_is_sent_once_more_only_once(http: BoundClient, serve: Serve) -> None:
    """
    A target that closes each time is not asked for ever.
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


def test_a_fresh_connection_that_is_closed_is_no_reason_to_repeat(
    http: BoundClient, serve: Serve
) -> None:
    """
    Only a kept-alive connection may have been closed for its age.
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
    What the client's monotonic clock says.
    """
    return [1000.0]


@pytest.fixture
def aging(time: list[float]) -> Iterator[BoundClient]:
    """
    A client whose clock the test sets.
    """
    with Client(environment={}, clock=lambda: time[0]) as client:
        yield client.bind()


@pytest.mark.parametrize(("idle", "connections"), [(29.0, 1), (31.0, 2)])
def test_a_connection_that_was_idle_for_long_is_not_used(
    aging: BoundClient, time: list[float], serve: Serve, idle: float, connections: int
) -> None:
    """
    A firewall forgets it without a word, and a write over it would have an unknown outcome.
    """
    server = serve(answer_all)

    aging.post(server.url, content=b"W1")
    time[0] += idle
    aging.post(server.url, content=b"W2")

    assert connections == server.connections


def test_sixteen_threads_get_each_their_own_answer(http: BoundClient, serve: Serve) -> None:
    """
    One client serves all threads of all lanes.
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
    Nothing stays open when a process ends its work.
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
    Also where somebody, such as the traceback of an error, still holds on to their pool.
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
