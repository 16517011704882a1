"""
A certificate that nobody should trust.
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
from orderferry.testing.proxy._traffic import Inflicted, Seen, Traffic

__all__ = ["Proxy", "Seen", "wrong_certificate"]


@cache
def wrong_certificate() -> ssl.SSLContext:
    """
    TLS of a server that is another host, by an authority that nobody knows.

    Raises:
        RuntimeError: trustme is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise RuntimeError(
            "a wrong certificate cannot be made without trustme: "
            "pip install 'orderferry[testing]', or skip this fault"
        ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("another-host.example").configure_cert(context)
    return context


class Proxy:
    """
    A relay on a port of this machine that carries everything, or makes one kind of fault.

    A fault lasts until `mend`, and meets every connection or request that is at its place, also on
    connections that were there before. Safe between threads.

    ::

        with Proxy(simulator.address, http=True) as proxy:
            proxy.inflict(Fault.LOSE_ANSWER, RequestPlace("POST", "/orders"))

    Args:
        target: Host and port of the target.
        http: Whether it speaks HTTP, so that faults can be placed at requests.
        observe: How much the target has taken; asked before and after each request.
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
        self._port = Port(self._accepted)
        self._control = Lock()

    def start(self) -> None:
        """
        Take a port and accept connections.
        """
        with self._control:
            self._port.start()

    def stop(self) -> None:
        """
        End all connections, and give up the port.
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
        The HTTP requests since `clear`, in the order in which they were done.
        """
        return self._traffic.seen

    @property
    def carried(self) -> tuple[int, int]:
        """
        The bytes to the target and from it since `clear`; not counted in HTTP.
        """
        return self._traffic.carried

    @property
    def met(self) -> int:
        """
        How often the fault was met since `inflict`; a refusal cannot be seen, and is not counted.
        """
        return self._traffic.met

    @property
    def trusted(self) -> int:
        """
        How often the client trusted a wrong certificate since `inflict`.
        """
        return self._traffic.trusted

    @property
    def open_connections(self) -> int:
        """
        How many connections have been closed neither by the client nor by the proxy.
        """
        return self._connections.open

    def clear(self) -> None:
        """
        Forget requests and bytes.
        """
        self._traffic.clear()

    def inflict(self, fault: Fault, place: Place | None = None) -> None:
        """
        Let a fault begin, in place of any other.

        Args:
            fault: What goes wrong.
            place: Where; by default everywhere.

        Raises:
            ValueError: The fault cannot happen there.
        """
        _check(fault, place, http=self._http)
        if fault is Fault.WRONG_CERTIFICATE:
            wrong_certificate()
        with self._control:
            self._mend()
            if fault is Fault.REFUSE:
                self._port.close()
            self._traffic.inflict(Inflicted(fault, place))
            if fault.way is Way.CONNECTION and place is None:
                # What was connected before would never meet it.
                self._connections.end(reset=fault is Fault.RESET)

    def mend(self) -> None:
        """
        Let the fault pass, and end the connections that it has stalled.
        """
        with self._control:
            self._mend()

    def wait_closed(self, seconds: float) -> bool:
        """
        Wait until every connection is closed.

        Args:
            seconds: How long.

        Returns:
            Whether it came to that in time.
        """
        return self._connections.wait_closed(seconds)

    def wait_at_rest(self, seconds: float) -> None:
        """
        Wait until nothing is under way any more: what was sent has come to the target, which has
        closed what was closed to it.

        Args:
            seconds: How long at the most.
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
        self._traffic.mend()
        self._connections.end_stalled()
        self._port.open()

    def _accepted(self, client: socket.socket) -> None:
        self._connections.add(client, self._serve)

    def _serve(self, connection: Connection) -> None:
        inflicted = self._traffic.inflicted
        if inflicted is not None and inflicted.place is None:
            if inflicted.fault is Fault.RESET:
                self._traffic.meet()
                connection.end(reset=True)
                return
            if inflicted.fault is Fault.WRONG_CERTIFICATE:
                self._traffic.meet()
                self._encrypt(connection)
                if not self._http:
                    return  # whether it was trusted is known, and the target speaks otherwise
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
        self._traffic.trust()


def _check(fault: Fault, place: Place | None, *, http: bool) -> None:
    if fault.way is Way.REQUEST and not http:
        raise ValueError(f"{fault.name} is met by HTTP requests, and the target speaks no HTTP")
    if isinstance(place, BytePlace if http else RequestPlace):
        spoken = "HTTP" if http else "no HTTP"
        raise ValueError(f"the target speaks {spoken}: {fault.name} cannot be at {place}")
    if place is not None and fault in (Fault.REFUSE, Fault.WRONG_CERTIFICATE):
        raise ValueError(f"{fault.name} is met before anything is sent: give it no place")
