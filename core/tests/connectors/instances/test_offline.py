"""
Tests of `orderferry.connectors.instances._call.offline`.
"""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from orderferry.connectors.instances._call import offline
from orderferry.errors import NetworkForbiddenError


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """
    Return a server that accepts connections.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_connections_names_and_datagrams_raise(server: socket.socket) -> None:
    """
    Every network access of the thread raises an error that names the connector.
    """
    host, port = server.getsockname()
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with datagrams, offline("connector acme/main"):
        for reach in (
            lambda: socket.create_connection((host, port), timeout=5),
            lambda: urllib.request.urlopen(f"http://{host}:{port}", timeout=5),
            lambda: socket.getaddrinfo("localhost", 80),
            lambda: socket.gethostbyname("localhost"),
            lambda: datagrams.sendto(b"x", (host, port)),
            lambda: datagrams.bind((host, 0)),
        ):
            with pytest.raises(
                NetworkForbiddenError, match="connector acme/main accessed the network"
            ):
                reach()


def test_the_network_is_available_afterwards(server: socket.socket) -> None:
    """
    The thread has network access again after the context, also if that ends with an error.
    """
    with pytest.raises(ValueError, match="broken"), offline("acme"):
        raise ValueError("broken")

    socket.create_connection(server.getsockname(), timeout=5).close()


def test_other_threads_have_network_access(server: socket.socket) -> None:
    """
    Other threads have network access meanwhile, such as one that exports.
    """
    reached = []

    def reach() -> None:
        with socket.create_connection(server.getsockname(), timeout=5):
            reached.append(True)

    with offline("acme"):
        thread = Thread(target=reach)
        thread.start()
        thread.join(10)

    assert [True] == reached


def test_files_and_local_sockets_are_no_network(tmp_path: Path) -> None:
    """
    A log that goes to the local syslog still does.
    """
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as local, socket.socket(socket.AF_UNIX) as caller:
        local.bind(path)
        local.listen()
        with offline("acme"):
            caller.connect(path)
            (tmp_path / "file").write_text("x")

    assert "x" == (tmp_path / "file").read_text()
