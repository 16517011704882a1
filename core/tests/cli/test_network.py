"""
Tests of `orderferry.cli._preview`.
"""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderferry.cli._preview import no_network
from orderferry.errors import NetworkForbiddenError


@pytest.fixture
def listening() -> Iterator[tuple[str, int]]:
    """
    The address of a listening socket.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def test_a_connection_is_blocked(listening: tuple[str, int]) -> None:
    """
    A connection is blocked, even to this machine, and the message names the caller.
    """
    with (
        no_network("acme"),
        socket.socket() as client,
        pytest.raises(NetworkForbiddenError, match=r"acme .*socket\.connect"),
    ):
        client.connect(listening)


def test_a_name_is_not_looked_up() -> None:
    """
    A name look-up is blocked.
    """
    with no_network("acme"), pytest.raises(NetworkForbiddenError, match="getaddrinfo"):
        socket.getaddrinfo("example.invalid", 443)


def test_a_datagram_is_blocked(listening: tuple[str, int]) -> None:
    """
    A datagram is blocked.
    """
    with (
        no_network("acme"),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(NetworkForbiddenError),
    ):
        sender.sendto(b"order", listening)


def test_other_threads_are_blocked_too(listening: tuple[str, int]) -> None:
    """
    The network is blocked in all threads.
    """
    errors: list[type[BaseException]] = []

    def connect() -> None:
        try:
            socket.create_connection(listening)
        except NetworkForbiddenError as error:
            errors.append(type(error))

    with no_network("acme"):
        thread = threading.Thread(target=connect)
        thread.start()
        thread.join()

    assert [NetworkForbiddenError] == errors


def test_afterwards_the_network_is_there_again(listening: tuple[str, int]) -> None:
    """
    The network is available after the block, even if an exception ended it.
    """
    with pytest.raises(RuntimeError), no_network("acme"):
        raise RuntimeError

    with socket.create_connection(listening) as connected:
        assert listening == connected.getpeername()


def test_sockets_of_the_file_system_are_no_network(tmp_path: Path) -> None:
    """
    Unix sockets are not blocked.
    """
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with no_network("acme"), socket.socket(socket.AF_UNIX) as client:
            client.connect(path)

            assert path == client.getpeername()
