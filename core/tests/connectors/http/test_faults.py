"""
What each fault of the network means for a write and for a read.
"""

from __future__ import annotations

import gzip
import socket
from signal import SIGINT, pthread_kill
from threading import Event, Thread, main_thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BoundClient, Client
from orderferry.errors import ExportError, TransientError, UnknownOutcomeError

from .conftest import SECONDS, Conversation, Script, Serve


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def close_at_once(conversation: Conversation) -> None:
    conversation.request()


def reset(conversation: Conversation) -> None:
    conversation.request()
    conversation.reset()


def cut_head(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Cre")


def cut_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nhalf")


def cut_chunks(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")


def bad_chunks(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")


def garbage(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"220 smtp.example ESMTP\r\n\r\n")


def two_lengths(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(
        b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"
    )


def endless_head(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nX: " + b"x" * 70_000 + b"\r\n\r\n")


def declared_too_long(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nContent-Length: 100000000\r\n\r\nx")


def chunked_too_long(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(1_600):
        conversation.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


def until_close_too_long(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\n\r\n")
    for _ in range(1_600):
        conversation.send(b"x" * 65_536)


def bomb(conversation: Conversation) -> None:
    conversation.request()
    conversation.answer(gzip.compress(b"0" * 100_000_000), headers="Content-Encoding: gzip\r\n")


def cut_gzip(conversation: Conversation) -> None:
    conversation.request()
    conversation.answer(gzip.compress(b"0" * 1_000)[:-9], headers="Content-Encoding: gzip\r\n")


def no_gzip(conversation: Conversation) -> None:
    conversation.request()
    conversation.answer(b"{}", headers="Content-Encoding: gzip\r\n")


def unknown_encoding(conversation: Conversation) -> None:
    conversation.request()
    conversation.answer(b"{}", headers="Content-Encoding: br\r\n")


LOST = {
    close_at_once: "the connection was closed without an answer",
    reset: "connection reset by peer",
    cut_head: "",
    cut_body: "the answer ended early",
    cut_chunks: "the answer ended early",
    bad_chunks: "the answer ended early",
    garbage: "the answer is not HTTP",
    two_lengths: "",
    endless_head: "the answer is not HTTP",
    declared_too_long: "the answer is longer than 100000 bytes",
    chunked_too_long: "the answer is longer than 100000 bytes",
    until_close_too_long: "the answer is longer than 100000 bytes",
    bomb: "the answer is longer than 100000 bytes, decompressed",
    cut_gzip: "the answer's compressed body ended early",
    no_gzip: "the answer is no gzip",
    unknown_encoding: "the answer's encoding 'br' was not asked for",
}


@pytest.mark.parametrize("script", LOST, ids=lambda script: script.__name__)
def test_an_answer_that_is_lost_after_a_write_leaves_the_outcome_unknown(
    http: BoundClient, serve: Serve, timeline: Timeline, script: Script
) -> None:
    """
    The request had left, so the target may have taken it.
    """
    server = serve(script)

    with pytest.raises(UnknownOutcomeError) as caught:
        http.post(f"{server.url}/orders", content=b"W1")

    assert f"POST {server.url}/orders was sent, and its answer was lost" in str(caught.value)
    assert LOST[script] in str(caught.value)
    assert 1 == len(server.requests)
    assert timeline.begun


@pytest.mark.parametrize("script", LOST, ids=lambda script: script.__name__)
def test_an_answer_that_is_lost_after_a_read_is_transient(
    http: BoundClient, serve: Serve, timeline: Timeline, script: Script
) -> None:
    """
    Nothing changed at the target: it can be asked again.
    """
    server = serve(script)

    with pytest.raises(TransientError) as caught:
        http.get(f"{server.url}/orders")

    assert f"GET {server.url}/orders failed" in str(caught.value)
    assert LOST[script] in str(caught.value)
    assert not timeline.begun


def test_a_refused_connection_sent_nothing(http: BoundClient, timeline: Timeline) -> None:
    """
    It may pass, and it does not count as begun.
    """
    port = closed_port()

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


def test_a_connection_that_never_stands_sent_nothing(
    http: BoundClient, timeline: Timeline
) -> None:
    """
    A listener whose queue is full drops what knocks, as a firewall does.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        with socket.create_connection(address):
            with pytest.raises(TransientError, match="no connection in time"):
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

    with pytest.raises(error, match=r"no answer within 0\.2 s"):
        http.request(method, server.url, timeout=0.2)
    released.set()


def test_an_answer_that_drips_is_given_up_at_the_deadline(
    client: Client, serve: Serve
) -> None:
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
    http = client.bind(deadline=lambda: 0.3)

    with pytest.raises(UnknownOutcomeError, match=r"no answer within 0\.3 s"):
        http.post(server.url, content=b"W1")
    released.set()


def test_a_request_that_the_target_does_not_read_is_given_up(
    http: BoundClient, serve: Serve
) -> None:
    """
    A part of it may have arrived.
    """
    released = Event()
    server = serve(lambda conversation: released.wait(SECONDS) and None)

    with pytest.raises(UnknownOutcomeError, match=r"no answer within 0\.2 s"):
        http.post(server.url, content=b"x" * 50_000_000, timeout=0.2)
    released.set()


def test_without_time_left_nothing_is_sent(
    client: Client, serve: Serve, timeline: Timeline
) -> None:
    """
    The deadline of the call counts, not only the request's timeout.
    """
    server = serve(close_at_once)
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
    A target may refuse a body before it has read it, and close.
    """
    refused = Event()

    def refuse(conversation: Conversation) -> None:
        conversation.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        conversation.sock.shutdown(socket.SHUT_WR)
        refused.wait(SECONDS)

    server = serve(refuse)

    response = http.post(server.url, content=b"x" * 1_000, accept=(413,))
    refused.set()

    assert 413 == response.status


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
    with Client(environment={}) as client, listening:
        try:
            client.bind().post(f"http://127.0.0.1:{listening.getsockname()[1]}/", content=b"W1")
        except ExportError as error:
            assert str(error)
        client.close()
    thread.join()
