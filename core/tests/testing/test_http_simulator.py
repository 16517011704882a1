"""
The HTTP server of simulators, with requests of the standard library's client over a socket.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from queue import Queue
from threading import Barrier, Event, Thread, current_thread

import pytest
from attrs import define, field

from orderferry.connectors import Received
from orderferry.testing.harness import run_simulator
from orderferry.testing.http_simulator import Answer, AnswerQueue, HttpSimulator, Request

CREATED = Answer(status=201, content=b'{"number":"1"}')


@define(eq=False, kw_only=True)
class OrderSimulator(HttpSimulator):
    """
    Records the requests that it carried out; planned responses are sent to POST requests only.
    """

    requests: list[Request] = field(factory=list, init=False)
    planned: AnswerQueue = field(factory=AnswerQueue, init=False)

    def default_headers(self) -> dict[str, str]:
        """
        The headers of every response.
        """
        return {"Content-Type": "text/xml", "X-Trace": "trace-1"}

    def respond(self, request: Request) -> Answer:
        """
        Respond to a request.
        """
        if request.path == "/broken":
            raise ValueError("the simulator has a bug")
        if request.method == "POST":
            return self.planned.answer(lambda: self._create(request))
        return self._create(request)

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance.
        """
        return {"base_url": self.base_url}

    def received(self) -> list[Received]:
        """
        Return nothing, because these tests use the requests.
        """
        return []

    def _create(self, request: Request) -> Answer:
        self.requests.append(request)
        return CREATED


def ask(
    connection: HTTPConnection,
    method: str = "POST",
    target: str = "/orders",
    content: bytes | None = b"{}",
) -> tuple[HTTPResponse, bytes]:
    """
    The response to a request, and its body.
    """
    connection.request(method, target, content, {"X-Client": "test"})
    response = connection.getresponse()
    return response, response.read()


@pytest.fixture
def simulator() -> Iterator[OrderSimulator]:
    """
    A simulator that listens.
    """
    with run_simulator(OrderSimulator()) as simulator:
        yield simulator


@pytest.fixture
def connection(simulator: OrderSimulator) -> Iterator[HTTPConnection]:
    """
    A connection to the simulator.
    """
    connection = HTTPConnection(*simulator.address, timeout=10)
    yield connection
    connection.close()


def test_a_request_arrives_whole(simulator: OrderSimulator, connection: HTTPConnection) -> None:
    """
    Method, path, query, headers and body reach `respond` as they were sent.
    """
    ask(connection, "PUT", "/orders('a%20b')?$filter=a%20eq%20'b'", b'{"id":"1"}')

    (request,) = simulator.requests
    assert "PUT" == request.method
    assert "/orders('a b')" == request.path
    assert "$filter=a%20eq%20'b'" == request.query
    assert "test" == request.headers["x-client"]
    assert b'{"id":"1"}' == request.content


def test_a_response_arrives_whole(connection: HTTPConnection) -> None:
    """
    Status, body and default headers reach the client, over a connection that is kept open.
    """
    response, content = ask(connection)

    assert 201 == response.status
    assert 11 == response.version
    assert CREATED.content == content
    assert "text/xml" == response.headers["Content-Type"]
    assert "trace-1" == response.headers["X-Trace"]
    assert not response.will_close


def test_headers_of_a_response_replace_the_default_ones(
    simulator: OrderSimulator, connection: HTTPConnection
) -> None:
    """
    A header of a response replaces the default one in any case, and a tuple is sent as several.
    """
    simulator.planned.add(Answer(headers={"content-type": "a/b", "Set-Cookie": ("a=1", "b=2")}))
    response, _ = ask(connection)

    assert ["a/b"] == response.headers.get_all("Content-Type")
    assert ["a=1", "b=2"] == response.headers.get_all("Set-Cookie")
    assert "trace-1" == response.headers["X-Trace"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_request_without_a_body_needs_no_length(
    simulator: OrderSimulator, connection: HTTPConnection, method: str
) -> None:
    """
    A method that has no body is carried out without a `Content-Length`.
    """
    response, _ = ask(connection, method, content=None)

    assert 201 == response.status
    assert b"" == simulator.requests[0].content


def test_the_response_to_head_has_no_body(connection: HTTPConnection) -> None:
    """
    The response to HEAD has the length of the body, and the next response is intact.
    """
    response, content = ask(connection, "HEAD", content=None)

    assert str(len(CREATED.content)) == response.headers["Content-Length"]
    assert b"" == content
    assert CREATED.content == ask(connection)[1]


@pytest.mark.parametrize("length", [None, "x", "10000001", "-1"])
def test_a_body_without_a_usable_length_is_answered_with_411(
    simulator: OrderSimulator, length: str | None
) -> None:
    """
    A POST without a length, or with one that is no number or too large, is not carried out.
    """
    header = "" if length is None else f"Content-Length: {length}\r\n"
    with socket.create_connection(simulator.address, timeout=10) as client:
        client.sendall(f"POST /orders HTTP/1.1\r\nHost: a\r\n{header}\r\n".encode())
        with client.makefile("rb") as stream:
            answer = stream.read()

    assert answer.startswith(b"HTTP/1.1 411 ")
    assert answer.endswith(b"a Content-Length of at most 10000000 is required")
    assert [] == simulator.requests


def test_planned_responses_are_sent_once_and_in_order(
    simulator: OrderSimulator, connection: HTTPConnection
) -> None:
    """
    Each planned response is sent to one request, which is not carried out.
    """
    simulator.planned.add(Answer(status=503), Answer(status=409))

    assert [503, 409] == [ask(connection)[0].status for _ in range(2)]
    assert [] == simulator.requests
    assert 201 == ask(connection)[0].status


def test_a_planned_response_may_follow_a_request_that_was_carried_out(
    simulator: OrderSimulator, connection: HTTPConnection
) -> None:
    """
    The response to a request that was carried out can be lost with its connection.
    """
    simulator.planned.add(Answer(status=None, carried_out=True))

    with pytest.raises(RemoteDisconnected):
        ask(connection)
    assert 1 == len(simulator.requests)


def test_a_planned_response_is_sent_only_once() -> None:
    """
    Only the first of several requests gets a planned response.
    """
    queue = AnswerQueue()
    queue.add(Answer(status=503))

    assert [503, 201, 201] == [queue.answer(lambda: CREATED).status for _ in range(3)]


def test_connections_are_served_together() -> None:
    """
    A request does not wait for one on another connection.
    """
    both = Barrier(2, timeout=10)

    class Meeting(OrderSimulator):
        def respond(self, request: Request) -> Answer:
            if request.method == "GET":
                both.wait()
            return CREATED

    with run_simulator(Meeting()) as simulator:
        first, second = (HTTPConnection(*simulator.address, timeout=10) for _ in range(2))
        first.request("GET", "/")
        assert 201 == ask(second, "GET", content=None)[0].status
        assert 201 == first.getresponse().status
        first.close()
        second.close()


def test_stopping_closes_open_connections(
    simulator: OrderSimulator, connection: HTTPConnection
) -> None:
    """
    A connection that is kept open gets no further response after the simulator was stopped.
    """
    ask(connection)
    simulator.stop()
    connection.auto_open = 0

    with pytest.raises((ConnectionError, HTTPException)):
        ask(connection)


def test_a_simulator_that_is_not_started_has_no_address() -> None:
    """
    A simulator that is not started has no address, and stopping it does nothing.
    """
    simulator = OrderSimulator()
    simulator.stop()

    with pytest.raises(RuntimeError, match="the simulator is not started"):
        _ = simulator.address


def test_a_simulator_can_be_started_again_and_keeps_what_it_received() -> None:
    """
    A restart opens the port again, and what the simulator received is still there.
    """
    simulator = OrderSimulator()
    for expected in (1, 2):
        with run_simulator(simulator):
            connection = HTTPConnection(*simulator.address, timeout=10)
            ask(connection)
            connection.close()
        assert expected == len(simulator.requests)


def test_starting_twice_is_an_error(simulator: OrderSimulator) -> None:
    """
    A second start raises, and the simulator still listens where it did.
    """
    address = simulator.address
    with pytest.raises(RuntimeError, match="the simulator is already started"):
        simulator.start()
    assert address == simulator.address


def test_a_chosen_port_is_used(simulator: OrderSimulator) -> None:
    """
    A simulator listens on the port that it is given, and a port in use is an error.
    """
    port = simulator.address[1]
    with pytest.raises(OSError, match="in use"):
        OrderSimulator(port=port).start()
    simulator.stop()
    with run_simulator(OrderSimulator(port=port)) as restarted:
        assert f"http://127.0.0.1:{port}" == restarted.base_url


def test_an_error_of_the_simulator_is_reported(
    connection: HTTPConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    An exception in `respond` closes the connection and is printed, so that a bug is seen.
    """
    with pytest.raises(RemoteDisconnected):
        ask(connection, target="/broken")
    assert "the simulator has a bug" in capfd.readouterr().err


def test_a_client_that_disconnects_is_not_reported(capfd: pytest.CaptureFixture[str]) -> None:
    """
    Nothing is printed if the client resets its connection before the response.
    """
    closed, threads = Event(), Queue[Thread]()

    class Waiting(OrderSimulator):
        def respond(self, request: Request) -> Answer:
            threads.put(current_thread())
            closed.wait(10)
            return Answer(content=b"x" * 5_000_000)

    with run_simulator(Waiting()) as simulator:
        client = socket.create_connection(simulator.address, timeout=10)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        thread = threads.get(timeout=10)
        client.close()
        closed.set()
        thread.join(10)
    assert not thread.is_alive()
    assert "" == capfd.readouterr().err


def test_the_module_needs_no_test_framework() -> None:
    """
    Importing the module loads neither pytest nor trustme, which an operator may not have.
    """
    program = (
        "import orderferry.testing.http_simulator, sys\n"
        "print({'pytest', 'trustme'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert "set()" == done.stdout.strip()
