"""
What one call of a connector asked of its target, and what came back.
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
"""Most characters that are kept of one request or answer."""

_LOOKED_AT = 5 * TEXT_LIMIT
"""How much of a text is searched for secrets; in bytes, more than `TEXT_LIMIT` characters."""


class Redacts(Protocol):
    """
    What hides secrets in text.
    """

    def text(self, text: str) -> str:
        """
        The text without the secrets.
        """


@frozen
class Exchange:
    """
    One request, and its answer where one came.

    Attributes:
        request: The request as text, without secrets.
        response: The answer as text, without secrets, or `None` where none came (yet).
        began: When the request began, in UTC.
        seconds: How long it took until the answer or the fault, or `None` while it is under way.
        write: Whether it may have changed something at the target.
        fault: Why there is no answer, where that is known.
        timeout: How long it may take, in seconds, where that is known.
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
    The wall clock, in UTC.
    """
    return datetime.now(UTC)


def as_text(content: str | bytes) -> str:
    """
    The beginning of a body for people: as it is where it is text, else its length.

    Args:
        content: The body; bytes count as text where they are UTF-8 without NUL.
    """
    if isinstance(content, str):
        return content
    try:
        text, _ = utf_8_decode(content[:_LOOKED_AT], "strict", len(content) <= _LOOKED_AT)
    except UnicodeDecodeError:
        return f"({len(content)} bytes, not text)"
    return f"({len(content)} bytes, not text)" if "\0" in text else text


class Timeline:
    """
    The exchanges of one call, oldest first; safe between threads.

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
        Note a request before its first byte leaves.

        Args:
            request: The request as text.
            write: Whether it may change something at the target.
            timeout: How long it may take, in seconds.

        Returns:
            The number under which `finish` is called.
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
        Note what became of a request.

        Args:
            number: What `begin` returned.
            response: The answer as text.
            fault: Why there is none.
            sent: `False` where nothing of the request left the process: it then does not count
                as begun.
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
        Note a request, or the answer to one; `Context.record` leads here.

        A request that is noted again completes the earlier one that has no answer yet. All
        requests noted this way count as writes.

        Args:
            request: The request.
            response: Its answer, where there is one already.
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
        Whether a request began that may have changed something at the target.
        """
        return any(exchange.write for exchange in self.exchanges)

    @property
    def last_began(self) -> datetime | None:
        """
        When the last request began that may have changed something, in UTC.
        """
        return max((one.began for one in self.exchanges if one.write), default=None)

    def last_ends(self, seconds: float) -> datetime | None:
        """
        When each request that may have changed something must have ended, in UTC.

        Args:
            seconds: How long a request may take that came without a timeout of its own.
        """
        ends = (
            one.began + timedelta(seconds=seconds if one.timeout is None else one.timeout)
            for one in self.exchanges
            if one.write
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
        Without secrets, then cut: a secret that the cut would halve is hidden first.
        """
        shown = self._redactor.text(text[:_LOOKED_AT])
        return shown if len(text) <= TEXT_LIMIT else f"{shown[:TEXT_LIMIT]}\n(cut at 64 KiB)"
