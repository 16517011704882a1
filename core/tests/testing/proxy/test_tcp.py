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

from .targets import SECONDS, dial, echo, read, read_all, tcp_target


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """
    A proxy in front of a target that echoes.
    """
    with tcp_target(echo) as target, Proxy(target, http=False) as proxy:
        yield proxy


def test_bytes_are_forwarded_and_counted(proxy: Proxy) -> None:
    """
    All bytes are forwarded in both directions, and counted until `clear`.
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


def test_a_half_closed_connection_is_forwarded(proxy: Proxy) -> None:
    """
    A client that closes its connection for writing still gets the rest of the response.
    """
    with dial(proxy.address) as client:
        client.sendall(b"all")
        client.shutdown(socket.SHUT_WR)
        assert b"all" == read_all(client)


def test_a_refused_port_opens_again(proxy: Proxy) -> None:
    """
    A refused port closes all connections, stays bound to the proxy, and opens again with `mend`.
    """
    address = proxy.address
    with dial(address) as before:
        before.sendall(b"x")
        assert b"x" == read(before, 1)
        proxy.inflict(Fault.REFUSE)
        assert b"" == read(before, 1)
    with pytest.raises(ConnectionRefusedError), dial(address):
        pass
    with socket.socket() as rival, pytest.raises(OSError, match="in use"):
        rival.bind(address)
    proxy.mend()
    assert address == proxy.address
    with dial(address) as after:
        after.sendall(b"y")
        assert b"y" == read(after, 1)


def test_a_connection_is_reset(proxy: Proxy) -> None:
    """
    New and existing connections end with a reset, not with a regular end.
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
    The bytes before the place of a reset are forwarded.
    """
    proxy.inflict(Fault.RESET, BytePlace("down", 3))
    with dial(proxy.address) as client:
        client.sendall(b"123")
        with pytest.raises(ConnectionResetError):
            read_all(client)
    assert (3, 3) == proxy.carried


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.STALL])
def test_bytes_to_the_client_end_at_the_place(proxy: Proxy, fault: Fault) -> None:
    """
    The client gets exactly the bytes before the place, and the end of the connection with `mend`.
    """
    proxy.inflict(fault, BytePlace("down", 5))
    with dial(proxy.address) as client:
        client.sendall(b"0123456789")
        assert b"01234" == read(client, 5)
        assert 1 == proxy.met
        proxy.mend()
        rest = read_all(client)
    assert b"" == rest
    assert 5 == proxy.carried[1]


@pytest.mark.parametrize("after", [1, 7])
def test_bytes_to_the_target_end_at_the_place(after: int) -> None:
    """
    The target gets exactly the bytes before the place, and then the end of the connection.
    """
    received: SimpleQueue[bytes] = SimpleQueue()
    with (
        tcp_target(lambda sock: received.put(read_all(sock))) as target,
        Proxy(target, http=False) as proxy,
    ):
        proxy.inflict(Fault.CUT, BytePlace("up", after))
        with dial(proxy.address) as client:
            client.sendall(b"0123456789"[:after])
            assert b"" == read_all(client)
        assert proxy.wait_closed(SECONDS)
        assert (after, 0) == proxy.carried
        assert b"0123456789"[:after] == received.get(timeout=SECONDS)


def test_a_connection_is_cut_before_its_first_byte(proxy: Proxy) -> None:
    """
    A connection that is cut at byte 0 ends before any byte is forwarded.
    """
    proxy.inflict(Fault.CUT, BytePlace("up", 0))
    with dial(proxy.address) as client:
        assert b"" == read_all(client)
    assert (0, 0) == proxy.carried


def test_a_response_is_lost() -> None:
    """
    All bytes reach the target, and the connection ends when the target responds.
    """
    received: SimpleQueue[bytes] = SimpleQueue()

    def serve(sock: socket.socket) -> None:
        received.put(read(sock, 4))
        sock.sendall(b"done")

    with tcp_target(serve) as target, Proxy(target, http=False) as proxy:
        proxy.inflict(Fault.DEAF, BytePlace("up", 2))
        with dial(proxy.address) as client:
            client.sendall(b"take")
            assert b"" == read_all(client)
        assert (4, 0) == proxy.carried
    assert b"take" == received.get(timeout=SECONDS)


def test_an_existing_connection_meets_a_fault(proxy: Proxy) -> None:
    """
    A fault everywhere applies to existing connections, from their next byte.
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
    The first bytes of a connection are delayed, and later ones are not.
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
    A stalled connection is open until the client closes it.
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
    No connection and no thread is left after the proxy was stopped.
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
                with suppress(ConnectionResetError):  # one that is not accepted yet
                    assert b"" == read_all(client)
    assert before == set(threading.enumerate())


def test_an_unreachable_target_closes_the_connection() -> None:
    """
    The client's connection is closed if the target does not accept connections.
    """
    with tcp_target(echo) as target:
        pass
    with Proxy(target, http=False) as proxy, dial(proxy.address) as client:
        assert b"" == read_all(client)


def test_a_wrong_certificate_is_shown(proxy: Proxy) -> None:
    """
    A client that verifies the certificate rejects it, and a client that does not is counted.
    """
    proxy.inflict(Fault.WRONG_CERTIFICATE)
    host, _ = proxy.address
    verifying = ssl.create_default_context()
    with dial(proxy.address) as client, pytest.raises(ssl.SSLCertVerificationError):
        verifying.wrap_socket(client, server_hostname=host)
    assert proxy.wait_closed(SECONDS)
    assert 1 == proxy.met
    assert 0 == proxy.trusted
    unverified = ssl._create_unverified_context()
    with dial(proxy.address) as client, unverified.wrap_socket(client) as secured:
        assert b"" == secured.recv(1)
    assert 2 == proxy.met
    assert 1 == proxy.trusted


@pytest.mark.parametrize(
    ("http", "fault", "place"),
    [
        (False, Fault.STATUS_500, None),
        (False, Fault.CUT, RequestPlace("GET", "/")),
        (True, Fault.CUT, BytePlace("up", 1)),
        (True, Fault.REFUSE, RequestPlace("GET", "/")),
    ],
)
def test_a_fault_at_an_impossible_place_is_an_error(
    http: bool, fault: Fault, place: RequestPlace | BytePlace | None
) -> None:
    """
    A fault that could never be met is an error, because a test with it would prove nothing.
    """
    with Proxy(("127.0.0.1", 9), http=http) as proxy, pytest.raises(ValueError, match=fault.name):
        proxy.inflict(fault, place)


def test_a_proxy_that_is_not_running_has_no_address() -> None:
    """
    The error about a missing address says how to start the proxy.
    """
    with pytest.raises(RuntimeError, match=r"call start\(\)"):
        _ = Proxy(("127.0.0.1", 9), http=False).address


def test_without_trustme_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Only the fault of a wrong certificate needs trustme, and its error names the extra to install.
    """
    monkeypatch.setitem(sys.modules, "trustme", None)
    wrong_certificate.cache_clear()
    with (
        Proxy(("127.0.0.1", 9), http=False) as proxy,
        pytest.raises(RuntimeError, match=r"orderferry\[testing\]"),
    ):
        proxy.inflict(Fault.WRONG_CERTIFICATE)
