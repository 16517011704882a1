"""
The HTTP client that all connectors share.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Self

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline, utc_now
from orderferry.connectors.http._bound import BoundClient
from orderferry.connectors.http._call import keep_secrets_out_of_logs
from orderferry.connectors.http._line import Line, Shared
from orderferry.connectors.http._pools import Pools
from orderferry.connectors.http._proxies import EnvironmentProxies
from orderferry.connectors.http._sending import Sender
from orderferry.connectors.http._tokens import Tokens

__all__ = ["Client"]


def _no_deadline() -> float:
    return float("inf")


class Client:
    """
    Connections and tokens that all instances share; safe between threads.

    Requests are made with what `bind` returns.

    Args:
        user_agent: The `User-Agent` of requests that name none.
        environment: Variables that may name proxies.
        max_answer_bytes: The longest answer that is read, before and after decompression.
        clock: A monotonic clock, in seconds.
        now: The wall clock, in UTC.
    """

    def __init__(
        self,
        *,
        user_agent: str = "orderferry",
        environment: Mapping[str, str] = os.environ,
        max_answer_bytes: int = 10_000_000,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        proxies = EnvironmentProxies(environment)
        self._shared = Shared(user_agent, proxies, Pools(), Tokens(clock))
        self._max_answer_bytes = max_answer_bytes
        self._clock = clock
        self._now = now
        keep_secrets_out_of_logs()

    def bind(
        self,
        deadline: Callable[[], float] | None = None,
        timeline: Timeline | None = None,
        redactor: Redactor | None = None,
    ) -> BoundClient:
        """
        The client for one call of a connector.

        Args:
            deadline: Gives the seconds that are left for the call.
            timeline: Where requests and answers are recorded.
            redactor: Hides the instance's secrets; those of `auth=` are added to it.
        """
        redactor = Redactor(()) if redactor is None else redactor
        sender = Sender(
            time_left=deadline or _no_deadline,
            timeline=Timeline(redactor, self._now) if timeline is None else timeline,
            redactor=redactor,
            max_answer_bytes=self._max_answer_bytes,
            clock=self._clock,
            now=self._now,
        )
        return BoundClient(Line(self._shared, sender))

    def close(self) -> None:
        """
        Close all idle connections.
        """
        self._shared.pools.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
