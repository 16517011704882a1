"""
OAuth 2 tokens: fetched once for all callers, kept, renewed before their end.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from threading import Event, Lock

from attrs import define, field, frozen

from orderferry.connectors.http._auth import OAuth2
from orderferry.connectors.http._transport import Tls
from orderferry.errors import ExportError, TransientError

__all__ = ["Token", "Tokens"]

RENEWAL_SECONDS = 30.0
"""How long before its end a token is renewed; half its life where that is shorter."""


@frozen
class Token:
    """
    An access token.

    Attributes:
        value: The token.
        seconds: How long it lives, or `None` where the server did not say.
    """

    value: str = field(repr=False)
    seconds: float | None = None


@define(eq=False)
class _Fetch:
    """
    A fetch that is under way, and those who wait for it.
    """

    done: Event = field(factory=Event)
    token: Token | None = None
    error: ExportError | None = None


@define(eq=False)
class _Kept:
    token: Token
    renew_at: float | None


Key = tuple[OAuth2, Tls | None]


class Tokens:
    """
    The tokens of all instances; safe between threads.

    Args:
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[Key, _Kept] = {}
        self._fetches: dict[Key, _Fetch] = {}
        self._lock = Lock()

    def get(
        self,
        key: Key,
        fetch: Callable[[], Token],
        time_left: Callable[[], float],
        *,
        refused: str | None = None,
    ) -> Token:
        """
        A token that holds: the kept one, or one that is fetched now.

        Of several callers one fetches, and the others wait and share its token or its failure.

        Args:
            key: Whose token.
            fetch: Fetches a new one.
            time_left: Seconds until the caller's deadline.
            refused: A token that the target refused, which is not given again.

        Raises:
            ExportError: No token could be had.
        """
        while True:
            with self._lock:
                kept = self._usable(key, refused)
                if kept is not None:
                    return kept
                waiting = self._fetches.get(key)
                mine = _Fetch()
                if waiting is None:
                    self._fetches[key] = mine
            if waiting is None:
                return self._fetch(key, mine, fetch, time_left)
            if not waiting.done.wait(max(0.0, time_left())):
                raise TransientError("nothing was sent: no token came in time")
            if waiting.error is not None:
                raise copy(waiting.error)

    def _usable(self, key: Key, refused: str | None) -> Token | None:
        kept = self._kept.get(key)
        if kept is None or kept.token.value == refused:
            return None
        if kept.renew_at is not None and self._clock() >= kept.renew_at:
            return None
        return kept.token

    def _fetch(
        self,
        key: Key,
        mine: _Fetch,
        fetch: Callable[[], Token],
        time_left: Callable[[], float],
    ) -> Token:
        asked = self._clock()
        try:
            token = fetch()
        except ExportError as error:
            # A caller whose own time was up says nothing of the token endpoint: others ask again.
            mine.error = None if time_left() <= 0 else error
            raise
        else:
            with self._lock:
                self._kept[key] = _Kept(token, _renewal(asked, token))
            return token
        finally:
            with self._lock:
                del self._fetches[key]
            mine.done.set()


def _renewal(asked: float, token: Token) -> float | None:
    if token.seconds is None:
        return None
    return asked + token.seconds - min(RENEWAL_SECONDS, token.seconds / 2)
