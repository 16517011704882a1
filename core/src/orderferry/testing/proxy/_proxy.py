"""
The proxy between a connector and its target, which injects faults.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from functools import cache
from threading import Lock
from types import TracebackType
from typing import Self

from orderferry.testing.proxy._connection import Connection
from orderferry.testing.proxy._connections import Connections, Port
from orderferry.testing.proxy._fault import BytePlace, Fault, Place, RequestPlace, Way
from orderferry.testing.proxy._http import serve_http
from orderferry.testing.proxy._tcp import carry_tcp
from orderferry.testing.proxy._traffic import ActiveFault, Seen, Traffic

__all__ = ["Proxy", "Seen", "wrong_certificate"]


@cache
def wrong_certificate() -> ssl.SSLContext:
    """
    The TLS context of a server whose certificate is for another host, by an unknown authority.

    Raises:
        RuntimeError: trustme is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise RuntimeError(
            "trustme is not installed, and the fault WRONG_CERTIFICATE needs it: "
            "pip install 'orderferry[testing]', or skip this fault"
        ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("another-host.example").configure_cert(context)
    return context


class Proxy:
    """
    A proxy on a local port that forwards everything, or injects one fault.

    A fault lasts until `mend`, and affects every connection or request at its place, also those on
    connections that existed before. Safe between threads.

    ::

        with Proxy(simulator.address, http=True) as proxy:
            proxy.inflict(Fault.LOSE_ANSWER, RequestPlace("POST", "/orders"))

    Args:
        target: Host and port of the target.
        http: Whether the target speaks HTTP, so that faults can be placed at requests.
        observe: Returns how many documents the target has received; called before and after each
            request.
    """

    def __init__(
        self,
        target: tuple[str, int],
        *,
        http: bool,
        observe: Callable[[], int] = lambda: 0,
    ) -> None:
        self._http = http
        self._traffic = Traffic(target, observe)
        self._connections = Connections()
        self._port = Port(self._accept)
        self._control = Lock()

    def start(self) -> None:
        """
        Bind a free port, and accept connections.
        """
        with self._control:
            self._port.start()

    def stop(self) -> None:
        """
        End all connections, and release the port.
        """
        with self._control:
            self._port.stop()
            self._connections.end()

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port; the same from `start` to `stop`.
        """
        return self._port.address

    @property
    def seen(self) -> tuple[Seen, ...]:
        """
        The HTTP requests since `clear`, in the order in which they were answered.
        """
        return self._traffic.seen

    @property
    def carried(self) -> tuple[int, int]:
        """
        The number of bytes to the target and from it since `clear`; not counted for HTTP.
        """
        return self._traffic.carried

    @property
    def met(self) -> int:
        """
        How often the fault was met since `inflict`; `REFUSE` is not counted.
        """
        return self._traffic.met

    @property
    def trusted(self) -> int:
        """
        How often the client accepted a wrong certificate since `inflict`.
        """
        return self._traffic.trusted

    @property
    def open_connections(self) -> int:
        """
        The number of connections that neither the client nor the proxy has closed.
        """
        return self._connections.open

    def clear(self) -> None:
        """
        Reset the recorded requests and the byte counts.
        """
        self._traffic.clear()

    def inflict(self, fault: Fault, place: Place | None = None) -> None:
        """
        Inject a fault; it replaces any other.

        Args:
            fault: The fault.
            place: The place of the fault; by default everywhere.

        Raises:
            ValueError: The fault cannot be at that place.
        """
        _check(fault, place, http=self._http)
        if fault is Fault.WRONG_CERTIFICATE:
            wrong_certificate()
        with self._control:
            self._mend()
            if fault is Fault.REFUSE:
                self._port.close()
            self._traffic.inject(ActiveFault(fault, place))
            if fault.way is Way.CONNECTION and place is None:
                # Existing connections would never meet it.
                self._connections.end(reset=fault is Fault.RESET)

    def mend(self) -> None:
        """
        End the fault, and the connections that it has stalled.
        """
        with self._control:
            self._mend()

    def wait_closed(self, seconds: float) -> bool:
        """
        Wait until every connection is closed.

        Args:
            seconds: The time limit.

        Returns:
            Whether all were closed in time.
        """
        return self._connections.wait_closed(seconds)

    def wait_at_rest(self, seconds: float) -> None:
        """
        Wait until nothing is in flight: the target has received everything that was sent, and has
        closed the connections that were closed to it.

        Args:
            seconds: The time limit.
        """
        self._connections.wait_at_rest(seconds)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _mend(self) -> None:
        self._traffic.end_fault()
        self._connections.end_stalled()
        self._port.open()

    def _accept(self, client: socket.socket) -> None:
        self._connections.add(client, self._serve)

    def _serve(self, connection: Connection) -> None:
        active = self._traffic.fault
        if active is not None and active.place is None:
            if active.fault is Fault.RESET:
                self._traffic.count_met()
                connection.end(reset=True)
                return
            if active.fault is Fault.WRONG_CERTIFICATE:
                self._traffic.count_met()
                self._encrypt(connection)
                if not self._http:
                    return  # the result is known, and the target does not speak TLS
        if self._http:
            serve_http(connection, self._traffic)
        else:
            carry_tcp(connection, self._traffic)

    def _encrypt(self, connection: Connection) -> None:
        wrapped = wrong_certificate().wrap_socket(
            connection.client, server_side=True, do_handshake_on_connect=False
        )
        connection.wrap(wrapped)
        wrapped.do_handshake()
        self._traffic.count_trusted()


def _check(fault: Fault, place: Place | None, *, http: bool) -> None:
    if fault.way is Way.REQUEST and not http:
        raise ValueError(
            f"{fault.name} is a fault of HTTP requests, and the target does not speak HTTP"
        )
    if isinstance(place, BytePlace if http else RequestPlace):
        protocol = "HTTP" if http else "no HTTP"
        raise ValueError(f"the target speaks {protocol}: {fault.name} cannot be at {place}")
    if place is not None and fault in (Fault.REFUSE, Fault.WRONG_CERTIFICATE):
        raise ValueError(f"{fault.name} is met before anything is sent; it cannot have a place")
