"""
TCP through the proxy.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from queue import SimpleQueue
from time import monotonic

import pytest

from orderferry.testing.proxy._fault import DELAY, BytePlace, Fault, RequestPlace
from orderferry.testing.proxy._proxy import Proxy, wrong_certificate

from .proxy_site import SECONDS, dial, echo, read, read_all, tcp_target


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """
    A proxy before a target that echoes.
    """
    with tcp_target(echo) as target, Proxy(target, http=False) as proxy:
        yield proxy


def test_bytes_are_carried_and_counted(proxy: Proxy) -> None:
    """
    Without a fault everything arrives, both ways, and is counted until it is cleared.
    """
    sent = bytes(range(256)) * 4000
    with dial(proxy.address) as client:
        sender = threading.Thread(target=client.sendall, args=(sent,))
        sender.start()
        assert sent == read(client, len(sent))
        sender.join()
    assert (len(sent), len(sent)) == proxy.carried
    proxy.clear()
    assert (0, 0) == proxy.carried


def test_an_end_is_carried(proxy: Proxy) -> None:
    """
    A client that only stops sending still gets the rest of the answer.
    """
    with dial(proxy.address) as client:
        client.sendall(b"all")
        client.shutdown(socket.SHUT_WR)
        assert b"all" == read_all(client)


def test_the_port_is_refused_and_back(proxy: Proxy) -> None:
    """
    The port is closed to new and old connections, is nobody else's, and opens again as it was.
    """
    address = proxy.address
    with dial(address) as before:
        before.sendall(b"x")
        assert b"x" == read(before, 1)
        proxy.inflict(Fault.REFUSE)
        assert b"" == read(before, 1)
    with pytest.raises(ConnectionRefusedError), dial(address):
        pass
    with socket.socket() as thief, pytest.raises(OSError, match="in use"):
        thief.bind(address)
    proxy.mend()
    assert address == proxy.address
    with dial(address) as after:
        after.sendall(b"y")
        assert b"y" == read(after, 1)


def test_a_connection_is_reset(proxy: Proxy) -> None:
    """
    New and old connections end with a reset, not in good order.
    """
    with dial(proxy.address) as before:
        before.sendall(b"x")
        assert b"x" == read(before, 1)
        proxy.inflict(Fault.RESET)
        with pytest.raises(ConnectionResetError):
            before.recv(1)
    with pytest.raises(ConnectionResetError), dial(proxy.address) as client:
        client.recv(1)
    assert 1 == proxy.met


def test_a_connection_is_reset_at_a_place(proxy: Proxy) -> None:
    """
    What goes before the place is carried.
    """
    proxy.inflict(Fault.RESET, BytePlace("down", 3))
    with dial(proxy.address) as client:
        client.sendall(b"123")
        with pytest.raises(ConnectionResetError):
            read_all(client)
    assert (3, 3) == proxy.carried


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.STALL])
def test_no_more_bytes_come_down_than_the_place_says(proxy: Proxy, fault: Fault) -> None:
    """
    The answer goes as far as the place, to the byte; mending ends what is stalled.
    """
    proxy.inflict(fault, BytePlace("down", 5))
    with dial(proxy.address) as client:
        client.sendall(b"0123456789")
        assert b"01234" == read(client, 5)
        assert 1 == proxy.met
        proxy.mend()
        with_the_end = read_all(client)
    assert b"" == with_the_end
    assert 5 == proxy.carried[1]


@pytest.mark.parametrize("after", [1, 7])
def test_no_more_bytes_go_up_than_the_place_says(after: int) -> None:
    """
    The target gets as many bytes as the place says, and then the end.
    """
    got: SimpleQueue[bytes] = SimpleQueue()
    with (
        tcp_target(lambda sock: got.put(read_all(sock))) as target,
        Proxy(target, http=False) as proxy,
    ):
        proxy.inflict(Fault.CUT, BytePlace("up", after))
        with dial(proxy.address) as client:
            client.sendall(b"0123456789"[:after])
            assert b"" == read_all(client)
        assert proxy.wait_closed(SECONDS)
        assert (after, 0) == proxy.carried
        assert b"0123456789"[:after] == got.get(timeout=SECONDS)


def test_a_connection_is_cut_before_its_first_byte(proxy: Proxy) -> None:
    """
    At no bytes at all, it ends without being used.
    """
    proxy.inflict(Fault.CUT, BytePlace("up", 0))
    with dial(proxy.address) as client:
        assert b"" == read_all(client)
    assert (0, 0) == proxy.carried


def test_an_answer_is_lost() -> None:
    """
    A deaf connection brings everything to the target, and ends when that answers.
    """
    got: SimpleQueue[bytes] = SimpleQueue()

    def serve(sock: socket.socket) -> None:
        got.put(read(sock, 4))
        sock.sendall(b"done")

    with tcp_target(serve) as target, Proxy(target, http=False) as proxy:
        proxy.inflict(Fault.DEAF, BytePlace("up", 2))
        with dial(proxy.address) as client:
            client.sendall(b"take")
            assert b"" == read_all(client)
        assert (4, 0) == proxy.carried
    assert b"take" == got.get(timeout=SECONDS)


def test_a_connection_that_is_there_is_met(proxy: Proxy) -> None:
    """
    A fault everywhere applies to connections that were made before, from their next byte.
    """
    with dial(proxy.address) as client:
        client.sendall(b"before")
        assert b"before" == read(client, 6)
        proxy.inflict(Fault.CUT)
        client.sendall(b"after")
        assert b"" == read_all(client)
    assert 1 == proxy.met


def test_a_delay_is_once_a_connection(proxy: Proxy) -> None:
    """
    What is sent arrives, later; after that the connection is as any.
    """
    proxy.inflict(Fault.DELAY)
    began = monotonic()
    with dial(proxy.address) as client:
        for _ in range(3):
            client.sendall(b"x")
            assert b"x" == read(client, 1)
    assert DELAY <= monotonic() - began
    assert 1 == proxy.met


def test_a_stalled_connection_is_closed_when_the_client_closes(proxy: Proxy) -> None:
    """
    While it is stalled it is open, and no longer than the client keeps it.
    """
    proxy.inflict(Fault.STALL, BytePlace("down", 1))
    with dial(proxy.address) as client:
        client.sendall(b"x" * 1_000_000)
        assert b"x" == read(client, 1)
        assert not proxy.wait_closed(0)
        assert 1 == proxy.open_connections
    assert proxy.wait_closed(SECONDS)
    assert 0 == proxy.open_connections


@pytest.mark.parametrize("fault", [None, Fault.STALL, Fault.DELAY])
def test_stopping_ends_everything_at_once(fault: Fault | None) -> None:
    """
    No connection, and no thread, is left when the proxy has stopped.
    """
    before = set(threading.enumerate())
    with tcp_target(echo) as target, Proxy(target, http=False) as proxy:
        if fault is not None:
            proxy.inflict(fault)
        with ExitStack() as stack:
            clients = [stack.enter_context(dial(proxy.address)) for _ in range(5)]
            began = monotonic()
            proxy.stop()
            assert SECONDS / 2 > monotonic() - began
            assert 0 == proxy.open_connections
            for client in clients:
                with suppress(ConnectionResetError):  # one that was not accepted yet
                    assert b"" == read_all(client)
    assert before == set(threading.enumerate())


def test_a_target_that_is_gone_is_seen_as_an_end() -> None:
    """
    Where the target does not accept, the connection ends.
    """
    with tcp_target(echo) as target:
        pass
    with Proxy(target, http=False) as proxy, dial(proxy.address) as client:
        assert b"" == read_all(client)


def test_a_wrong_certificate_is_shown(proxy: Proxy) -> None:
    """
    TLS is spoken, nobody who looks trusts it, and who does not look is counted.
    """
    proxy.inflict(Fault.WRONG_CERTIFICATE)
    host, _ = proxy.address
    careful = ssl.create_default_context()
    with dial(proxy.address) as client, pytest.raises(ssl.SSLCertVerificationError):
        careful.wrap_socket(client, server_hostname=host)
    assert proxy.wait_closed(SECONDS)
    assert (1, 0) == (proxy.met, proxy.trusted)
    careless = ssl._create_unverified_context()
    with dial(proxy.address) as client, careless.wrap_socket(client) as secured:
        assert b"" == secured.recv(1)
    assert (2, 1) == (proxy.met, proxy.trusted)


@pytest.mark.parametrize(
    ("http", "fault", "place"),
    [
        (False, Fault.STATUS_500, None),
        (False, Fault.CUT, RequestPlace("GET", "/")),
        (True, Fault.CUT, BytePlace("up", 1)),
        (True, Fault.REFUSE, RequestPlace("GET", "/")),
    ],
)
def test_a_fault_that_cannot_be_there_is_refused(
    http: bool, fault: Fault, place: RequestPlace | BytePlace | None
) -> None:
    """
    What would never be met is an error, and no test that proves nothing.
    """
    with Proxy(("127.0.0.1", 9), http=http) as proxy, pytest.raises(ValueError, match=fault.name):
        proxy.inflict(fault, place)


def test_a_proxy_that_does_not_run_has_no_address() -> None:
    """
    The message says what to do.
    """
    with pytest.raises(RuntimeError, match=r"call start\(\)"):
        _ = Proxy(("127.0.0.1", 9), http=False).address


def test_without_trustme_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Trustme is needed for this fault only.
    """
    monkeypatch.setitem(sys.modules, "trustme", None)
    wrong_certificate.cache_clear()
    with (
        Proxy(("127.0.0.1", 9), http=False) as proxy,
        pytest.raises(RuntimeError, match=r"orderferry\[testing\]"),
    ):
        proxy.inflict(Fault.WRONG_CERTIFICATE)
