"""
The requests and responses of one call of a connector.
"""

from __future__ import annotations

from codecs import utf_8_decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from attrs import evolve, frozen

__all__ = ["TEXT_LIMIT", "Exchange", "Redacts", "Timeline", "as_text", "utc_now"]

TEXT_LIMIT = 64 * 1024
"""The most characters that are stored of one request or response."""

_SEARCH_LIMIT = 5 * TEXT_LIMIT
"""How much of a text is searched for secrets; in bytes, more than `TEXT_LIMIT` characters."""


class Redacts(Protocol):
    """
    Hides secrets in text.
    """

    def text(self, text: str) -> str:
        """
        Return the text without the secrets.
        """


@frozen
class Exchange:
    """
    One request and its response.

    Attributes:
        request: The request as text, without secrets.
        response: The response as text, without secrets, or `None` if none was received (yet).
        began: The time when the request began, in UTC.
        seconds: The time until the response or the fault, or `None` while it is in progress.
        write: Whether it may have changed something at the target.
        fault: Why there is no response, if that is known.
        timeout: How long it may take, in seconds, if that is known.
    """

    request: str
    response: str | None
    began: datetime
    seconds: float | None
    write: bool = True
    fault: str | None = None
    timeout: float | None = None


def utc_now() -> datetime:
    """
    Return the time of day, in UTC.
    """
    return datetime.now(UTC)


def as_text(content: str | bytes) -> str:
    """
    Return the beginning of a body if it is text, else its length.

    Args:
        content: The body; bytes count as text if they are UTF-8 without NUL.
    """
    if isinstance(content, str):
        return content
    try:
        text, _ = utf_8_decode(content[:_SEARCH_LIMIT], "strict", len(content) <= _SEARCH_LIMIT)
    except UnicodeDecodeError:
        return f"({len(content)} bytes, not text)"
    return f"({len(content)} bytes, not text)" if "\0" in text else text


class Timeline:
    """
    The exchanges of one call, oldest first; safe to use from several threads.

    Args:
        redactor: Hides the instance's secrets.
        clock: The wall clock, in UTC.
    """

    def __init__(self, redactor: Redacts, clock: Callable[[], datetime] = utc_now) -> None:
        self._redactor = redactor
        self._clock = clock
        self._exchanges: list[Exchange] = []
        self._lock = Lock()

    def begin(self, request: str, *, write: bool = True, timeout: float | None = None) -> int:
        """
        Record a request before its first byte is sent.

        Args:
            request: The request as text.
            write: Whether it may change something at the target.
            timeout: How long it may take, in seconds.

        Returns:
            The number to pass to `finish`.
        """
        exchange = Exchange(self._shown(request), None, self._clock(), None, write, timeout=timeout)
        with self._lock:
            self._exchanges.append(exchange)
            return len(self._exchanges) - 1

    def finish(
        self,
        number: int,
        response: str | None = None,
        *,
        fault: str | None = None,
        sent: bool = True,
    ) -> None:
        """
        Record the response to a request, or its fault.

        Args:
            number: What `begin` returned.
            response: The response as text.
            fault: Why there is none.
            sent: `False` if no byte of the request was sent: it then does not count as begun.
        """
        response = None if response is None else self._shown(response)
        fault = None if fault is None else self._redactor.text(fault)
        now = self._clock()
        with self._lock:
            exchange = self._exchanges[number]
            self._exchanges[number] = evolve(
                exchange,
                response=response,
                seconds=max(0.0, (now - exchange.began).total_seconds()),
                write=exchange.write and sent,
                fault=fault,
            )

    def record(self, request: str | bytes, response: str | bytes | None = None) -> None:
        """
        Record a request, or the response to one, for `Context.record`.

        A request that is recorded again completes the earlier one that has no response yet. All
        requests that are recorded this way count as writes.

        Args:
            request: The request.
            response: Its response, or `None` before the request begins.
        """
        text = as_text(request)
        number = None if response is None else self._open(self._shown(text))
        if number is None:
            number = self.begin(text)
        if response is not None:
            self.finish(number, as_text(response))

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """
        All exchanges so far, oldest first.
        """
        with self._lock:
            return tuple(self._exchanges)

    @property
    def begun(self) -> bool:
        """
        Whether a request has begun that may have changed something at the target.
        """
        return any(exchange.write for exchange in self.exchanges)

    @property
    def last_began(self) -> datetime | None:
        """
        The time when the last request began that may have changed something, in UTC.
        """
        return max((exchange.began for exchange in self.exchanges if exchange.write), default=None)

    def last_ends(self, seconds: float) -> datetime | None:
        """
        The time when every request that may have changed something has ended, in UTC.

        Args:
            seconds: How long a request without its own timeout may take.
        """
        ends = (
            exchange.began
            + timedelta(seconds=seconds if exchange.timeout is None else exchange.timeout)
            for exchange in self.exchanges
            if exchange.write
        )
        return max(ends, default=None)

    def _open(self, request: str) -> int | None:
        with self._lock:
            for number, exchange in enumerate(self._exchanges):
                if exchange.seconds is None and exchange.request == request:
                    return number
        return None

    def _shown(self, text: str) -> str:
        """
        Hide secrets, then cut, so that no secret is cut in half and shown.
        """
        shown = self._redactor.text(text[:_SEARCH_LIMIT])
        return shown if len(text) <= TEXT_LIMIT else f"{shown[:TEXT_LIMIT]}\n(cut at 64 KiB)"
