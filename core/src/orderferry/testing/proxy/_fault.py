"""
The faults between a connector and its target, and their places.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal

from attrs import frozen

__all__ = ["DELAY", "RETRY_AFTER", "STALLING", "BytePlace", "Fault", "Place", "RequestPlace", "Way"]

DELAY = 0.2
"""The delay of `Fault.DELAY`, in seconds."""

RETRY_AFTER = 7
"""The value of `Retry-After`, in seconds; a date is that much later than the response's `Date`."""


@frozen
class RequestPlace:
    """
    The HTTP requests that meet a fault.

    Attributes:
        method: The HTTP method, such as `POST`.
        path: The path, without the query.
    """

    method: str
    path: str


@frozen
class BytePlace:
    """
    The place in a TCP connection at which a fault begins.

    Attributes:
        direction: `up` is towards the target, `down` is towards the connector.
        after: The number of bytes that are forwarded in that direction before the fault.
    """

    direction: Literal["up", "down"]
    after: int


Place = RequestPlace | BytePlace


class Way(Enum):
    """
    The object that meets a fault.
    """

    CONNECTION = "connection"
    """A new connection, of HTTP or any other protocol."""
    STREAM = "stream"
    """The bytes of a connection, or in HTTP a request."""
    REQUEST = "request"
    """An HTTP request."""


@frozen
class _Kind:
    way: Way
    forwards: bool
    sentence: str
    status: int | None = None
    retry_after: Literal["seconds", "date"] | None = None


def _wire(sentence: str, *, way: Way = Way.STREAM, forwards: bool = False) -> _Kind:
    return _Kind(way, forwards, sentence)


def _request(sentence: str, *, forwards: bool = False) -> _Kind:
    return _Kind(Way.REQUEST, forwards, sentence)


def _status(
    status: int,
    retry_after: Literal["seconds", "date"] | None = None,
    *,
    forwards: bool = False,
) -> _Kind:
    sentence = f"the response is {status}"
    if retry_after is not None:
        sentence += f" with Retry-After {'in seconds' if retry_after == 'seconds' else 'as a date'}"
    sentence += ", and the target received the request" if forwards else ""
    return _Kind(Way.REQUEST, forwards, sentence, status, retry_after)


class Fault(Enum):
    """
    A fault; the name of its test contains its name.

    The first group applies to every protocol; the faults of requests apply to HTTP.
    """

    REFUSE = _wire("the port is closed", way=Way.CONNECTION)
    RESET = _wire("each connection is reset as soon as it is made", way=Way.CONNECTION)
    WRONG_CERTIFICATE = _wire(
        "the certificate is for another host, and its authority is unknown",
        way=Way.CONNECTION,
    )
    STALL = _wire("no more bytes are forwarded, and the connection stays open")
    DELAY = _wire("the bytes arrive late", forwards=True)
    CUT = _wire("the connection is dropped in the middle of its bytes")
    DEAF = _wire("the target receives everything, and its response is lost", forwards=True)

    DROP_REQUEST = _request("the request is read, and the connection is closed without a response")
    STALL_REQUEST = _request("the request is read, and no response follows")
    LOSE_ANSWER = _request(
        "the target receives the request, and its response is lost", forwards=True
    )
    LOSE_ANSWER_STALLED = _request(
        "the target receives the request, and its response never arrives", forwards=True
    )
    STATUS_401 = _status(401)
    STATUS_403 = _status(403)
    STATUS_409 = _status(409)
    STATUS_429 = _status(429)
    STATUS_429_SECONDS = _status(429, "seconds")
    STATUS_429_DATE = _status(429, "date")
    STATUS_500 = _status(500)
    STATUS_502 = _status(502)
    STATUS_503 = _status(503)
    STATUS_503_SECONDS = _status(503, "seconds")
    STATUS_503_DATE = _status(503, "date")
    STATUS_500_AFTER = _status(500, forwards=True)
    STATUS_502_AFTER = _status(502, forwards=True)
    TRUNCATED = _request("the response is truncated", forwards=True)
    GARBAGE = _request("the response is not HTTP", forwards=True)
    GARBAGE_BODY = _request("the response is 200 with an unreadable body", forwards=True)
    FLOOD = _request("the response is 200 with 100 MB", forwards=True)
    OK_EMPTY = _request("the response is 200 and empty, and the target receives nothing")
    OK_ERROR = _request("the response is 200 with an error, and the target receives nothing")
    OK_HTML = _request("the response is 200 with a login page, and the target receives nothing")
    ECHO = _request("the response is 400, and repeats the request with its headers")

    @property
    def sentence(self) -> str:
        """
        The effect of the fault, as a clause.
        """
        return self.value.sentence

    @property
    def way(self) -> Way:
        """
        The object that meets the fault.
        """
        return self.value.way

    @property
    def forwards(self) -> bool:
        """
        Whether the target receives the request nevertheless.
        """
        return self.value.forwards

    @property
    def status(self) -> int | None:
        """
        The status of the response, if the fault is a response with a status.
        """
        return self.value.status

    @property
    def retry_after(self) -> Literal["seconds", "date"] | None:
        """
        The form of `Retry-After`, if the response has this header.
        """
        return self.value.retry_after


STALLING: Final = frozenset({Fault.STALL, Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED})
"""The faults that leave a connector waiting until it gives up."""
