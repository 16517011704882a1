"""
Connections that keep a deadline, and know whether a request had begun.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from errno import EPIPE
from typing import TYPE_CHECKING, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from orderferry.connectors.http._call import Call, current

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from urllib3.response import HTTPResponse

IDLE_SECONDS = 30.0
"""A connection that was idle for longer is not used again: a firewall may have forgotten it."""

_SWITCHING_PROTOCOLS = 101


class _TimedReader(io.RawIOBase):
    """
    Reads from a socket until the call's end, however slowly the bytes drip.

    A socket's own timeout starts anew with each byte.
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
    What `http.client` asks of a socket to read an answer from it.
    """

    def __init__(self, reader: _TimedReader) -> None:
        self._reader = reader

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


class _Answer(http.client.HTTPResponse):
    """
    An answer that is read until the call's end; interim answers (1xx) are passed over.

    `http.client` takes the end of the connection for the end of the head, and so half a status
    line for an answer.
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
    A connection that tells the call under way how far it got.
    """

    response_class = _Answer
    _connecting = False
    _served = 0
    _last_used = 0.0

    @property
    def is_connected(self) -> bool:
        """
        Whether it can be used again: still open, and not idle for too long.
        """
        call = current()
        if call.fresh or call.clock() - self._last_used > IDLE_SECONDS:
            return False
        return super().is_connected

    def connect(self) -> None:
        """
        Connect, through a proxy's tunnel and TLS where they are wanted.
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
        Begin a request; note whether the connection has served before.
        """
        current().reused = self.sock is not None and self._served > 0
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    def send(self, data: object) -> None:
        """
        Send; from the first byte of a request on, it may have been taken.

        Where the target has closed, it may have said why: urllib3 goes on to read that after a
        broken pipe, and only then.
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
        The answer, its body not read yet.
        """
        response = super().getresponse()
        self._served += 1
        self._last_used = current().clock()
        return response

    def _new_conn(self) -> socket.socket:
        """
        Connect to the first address that answers; each gets its share of the time.

        urllib3 would give each address the whole time.
        """
        call = current()
        ends = call.clock() + float(self.timeout or call.seconds)
        host = self._dns_host.strip("[]")
        try:
            found = socket.getaddrinfo(host, self.port, allowed_gai_family(), socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(host, self, cause) from error
        last: OSError = OSError("no address")
        for number, (family, kind, protocol, _, address) in enumerate(found):
            sock = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(max(0.001, (ends - call.clock()) / (len(found) - number)))
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
    The same, with TLS.
    """


class WatchedPool(HTTPConnectionPool):
    """
    The connections to one plain address.
    """

    ConnectionCls = _Connection


class WatchedTlsPool(HTTPSConnectionPool):
    """
    The connections to one TLS address.
    """

    ConnectionCls = _TlsConnection
