"""
Connections that keep a deadline, and record whether a request has begun.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from errno import EPIPE
from threading import Lock
from typing import TYPE_CHECKING, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from orderferry.connectors.http._deadline import Call, current
from orderferry.connectors.http._transport import Proxy, Tls, proxy_context, target_context

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from urllib3.response import HTTPResponse

__all__ = ["Pools"]

IDLE_SECONDS = 30.0
"""A connection that was idle for longer is not used again: a firewall may have dropped it."""

_SWITCHING_PROTOCOLS = 101


class _TimedReader(io.RawIOBase):
    """
    Reads from a socket until the deadline of the request, however slowly bytes arrive.

    The timeout of a socket starts again with each byte.
    """

    def __init__(self, sock: socket.socket, call: Call) -> None:
        self._sock = sock
        self._raw = cast("io.RawIOBase", sock.makefile("rb", buffering=0))
        self._call = call
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self._sock.settimeout(self._call.left())
        count = self._raw.readinto(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """
    The part of a socket that `http.client` reads a response from.
    """

    def __init__(self, reader: _TimedReader) -> None:
        self._reader = reader

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


class _Response(http.client.HTTPResponse):
    """
    A response that is read until the deadline of the request; interim responses (1xx) are skipped.

    `http.client` treats the end of the connection as the end of the head, and so accepts half a
    status line as a response.
    """

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        self._reader = _TimedReader(sock, current())
        super().__init__(cast("socket.socket", _TimedSocket(self._reader)), debuglevel, method, url)

    def begin(self) -> None:
        super().begin()
        while 100 <= self.status < 200 and self.status != _SWITCHING_PROTOCOLS:
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        if self._reader.ended:
            raise http.client.IncompleteRead(b"")


class _Connection(HTTPConnection):
    """
    A connection that records in the current request how far it got.
    """

    response_class = _Response
    _connecting = False
    _served = 0
    _last_used = 0.0

    @property
    def is_connected(self) -> bool:
        """
        Whether it can be used again: it is open, and was not idle for too long.
        """
        call = current()
        if call.fresh or call.clock() - self._last_used > IDLE_SECONDS:
            return False
        return super().is_connected

    def connect(self) -> None:
        """
        Connect, through the tunnel of a proxy and with TLS if they are configured.
        """
        self._connecting = True
        try:
            super().connect()
        finally:
            self._connecting = False
        self._served = 0
        call = current()
        if call.clock() >= call.ends:
            raise ConnectTimeoutError(self, f"no connection within {call.seconds:g} s")

    def putrequest(
        self,
        method: str,
        url: str,
        skip_host: bool = False,
        skip_accept_encoding: bool = False,
    ) -> None:
        """
        Begin a request, and record whether the connection was used before.
        """
        current().reused = self.sock is not None and self._served > 0
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    def send(self, data: object) -> None:
        """
        Send bytes of a request; from the first one on, the target may accept it.

        A target that has closed the connection may have responded: urllib3 reads that response
        after a broken pipe only.
        """
        if self._connecting:
            super().send(data)  # type: ignore[arg-type]
            return
        if self.sock is None:
            self.connect()
        call = current()
        left = call.left()
        call.began = True
        self.sock.settimeout(left)
        try:
            super().send(data)  # type: ignore[arg-type]
        except (ConnectionError, ssl.SSLError) as error:
            raise BrokenPipeError(EPIPE, "the target closed the connection") from error

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """
        Return the response, its body not read yet.
        """
        response = super().getresponse()
        self._served += 1
        self._last_used = current().clock()
        return response

    def _new_conn(self) -> socket.socket:
        """
        Connect to the first address that accepts; each may use an equal share of the time.

        urllib3 would wait the whole time for each address.
        """
        call = current()
        ends = call.clock() + float(self.timeout or call.seconds)
        host = self._dns_host.strip("[]")
        try:
            addresses = socket.getaddrinfo(
                host, self.port, allowed_gai_family(), socket.SOCK_STREAM
            )
        except (socket.gaierror, UnicodeError) as error:
            cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(host, self, cause) from error
        last: OSError = OSError("no address")
        for number, (family, kind, protocol, _, address) in enumerate(addresses):
            sock = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(max(0.001, (ends - call.clock()) / (len(addresses) - number)))
                sock.connect(address)
            except OSError as error:
                sock.close()
                last = error
            else:
                sock.settimeout(max(0.001, ends - call.clock()))
                return sock
        if isinstance(last, TimeoutError):
            raise ConnectTimeoutError(self, "no connection in time") from last
        raise NewConnectionError(self, str(last)) from last


class _TlsConnection(_Connection, HTTPSConnection):
    """
    A connection with TLS.
    """


class TimedPool(HTTPConnectionPool):
    """
    The connections to one plain address.
    """

    ConnectionCls = _Connection


class TimedTlsPool(HTTPSConnectionPool):
    """
    The connections to one TLS address.
    """

    ConnectionCls = _TlsConnection


ORIGINS = 64
"""The number of addresses for which connections are kept."""

CONNECTIONS = 64
"""The number of idle connections that are kept for one address."""


class Pools:
    """
    One pool manager for each set of certificates and proxy, made when it is first used.
    """

    def __init__(self) -> None:
        self._managers: dict[tuple[Tls | None, Proxy | None, bool], PoolManager] = {}
        self._lock = Lock()

    def manager(self, tls: Tls | None, proxy: Proxy | None, *, secure: bool = True) -> PoolManager:
        """
        Return the pool manager for certificates and a proxy.

        Args:
            tls: The certificates to trust, and the client certificate.
            proxy: The proxy, or `None`.
            secure: Whether the target is accessed with TLS. If it is not, without certificates
                and a proxy, the certificate authorities of the system are not loaded, which takes
                longer than a request.

        Raises:
            TransientError: A certificate's file cannot be read.
        """
        key = tls, proxy, secure or tls is not None or proxy is not None
        manager = self._managers.get(key)
        if manager is None:
            with self._lock:
                manager = self._managers.get(key)
                if manager is None:
                    manager = self._managers[key] = _manager(*key)
        return manager

    def close(self) -> None:
        """
        Close all idle connections; those in use close when their request ends.
        """
        with self._lock:
            managers = list(self._managers.values())
            self._managers.clear()
        for manager in managers:
            # `clear` leaves closing to the garbage collector.
            for pool in [manager.pools.get(key) for key in manager.pools.keys()]:  # noqa: SIM118
                if pool is not None:
                    pool.close()
            manager.clear()


def _manager(tls: Tls | None, proxy: Proxy | None, secure: bool) -> PoolManager:
    context = target_context(tls) if secure else None
    if proxy is None:
        manager = PoolManager(num_pools=ORIGINS, maxsize=CONNECTIONS, ssl_context=context)
    else:
        manager = ProxyManager(
            proxy.url,
            num_pools=ORIGINS,
            proxy_headers=proxy.headers,
            proxy_ssl_context=proxy_context(tls),
            maxsize=CONNECTIONS,
            ssl_context=context,
        )
    classes: dict[str, type[HTTPConnectionPool]] = {"http": TimedPool}
    if secure:
        classes["https"] = TimedTlsPool
    manager.pool_classes_by_scheme = classes
    return manager
