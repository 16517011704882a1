"""
What can go wrong between a connector and its target, and where.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal

from attrs import frozen

__all__ = ["DELAY", "RETRY_AFTER", "STALLING", "BytePlace", "Fault", "Place", "RequestPlace", "Way"]

DELAY = 0.2
"""How long `Fault.DELAY` takes, in seconds."""

RETRY_AFTER = 7
"""What `Retry-After` asks for, in seconds; a date is as much later than the answer's `Date`."""


@frozen
class RequestPlace:
    """
    The HTTP requests that a fault is for.

    Attributes:
        method: Such as `POST`.
        path: Without the query.
    """

    method: str
    path: str


@frozen
class BytePlace:
    """
    Where in a TCP connection a fault begins.

    Attributes:
        direction: `up` is towards the target.
        after: How many bytes of the connection go that way unharmed.
    """

    direction: Literal["up", "down"]
    after: int


Place = RequestPlace | BytePlace


class Way(Enum):
    """
    What a fault meets.
    """

    CONNECTION = "connection"
    """A connection that is being made: HTTP and any other protocol."""
    STREAM = "stream"
    """What a connection carries: bytes, or in HTTP a request."""
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
    sentence = f"the answer is {status}"
    if retry_after is not None:
        sentence += f" with Retry-After in {'seconds' if retry_after == 'seconds' else 'a date'}"
    sentence += ", and the target has the request" if forwards else ""
    return _Kind(Way.REQUEST, forwards, sentence, status, retry_after)


class Fault(Enum):
    """
    A fault; its name is for people, and for the names of tests.

    The first group is for every protocol; those that are met by requests are for HTTP.
    """

    REFUSE = _wire("the port is closed", way=Way.CONNECTION)
    RESET = _wire("a connection is reset as soon as it is made", way=Way.CONNECTION)
    WRONG_CERTIFICATE = _wire(
        "the certificate is for another host, by an unknown authority", way=Way.CONNECTION
    )
    STALL = _wire("nothing more is carried, and the connection stays open")
    DELAY = _wire("what is sent comes late", forwards=True)
    CUT = _wire("the connection is cut in the midst of what it carries")
    DEAF = _wire("the target hears everything, and its answer is lost", forwards=True)

    DROP_REQUEST = _request("the request is read, and the connection closed without an answer")
    STALL_REQUEST = _request("the request is read, and never answered")
    LOSE_ANSWER = _request("the target has the request, and its answer is lost", forwards=True)
    LOSE_ANSWER_STALLED = _request(
        "the target has the request, and its answer never comes", forwards=True
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
    TRUNCATED = _request("the answer ends before its end", forwards=True)
    GARBAGE = _request("the answer is not HTTP", forwards=True)
    GARBAGE_BODY = _request("the answer is 200 with bytes that mean nothing", forwards=True)
    FLOOD = _request("the answer is 200 with 100 MB", forwards=True)
    OK_EMPTY = _request("the answer is 200 and empty, and the target has no request")
    OK_ERROR = _request("the answer is 200 with an error, and the target has no request")
    OK_HTML = _request("the answer is 200 with a login page, and the target has no request")
    ECHO = _request("the answer is 400 and repeats the request with its headers")

    @property
    def sentence(self) -> str:
        """
        What happens.
        """
        return self.value.sentence

    @property
    def way(self) -> Way:
        """
        What it meets.
        """
        return self.value.way

    @property
    def forwards(self) -> bool:
        """
        Whether the target has the request all the same.
        """
        return self.value.forwards

    @property
    def status(self) -> int | None:
        """
        The status of the answer, where the fault is one.
        """
        return self.value.status

    @property
    def retry_after(self) -> Literal["seconds", "date"] | None:
        """
        How `Retry-After` is written, where the answer has it.
        """
        return self.value.retry_after


STALLING: Final = frozenset({Fault.STALL, Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED})
"""The faults that leave a connector waiting until it gives up."""
