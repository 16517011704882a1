"""
OAuth 2 tokens: fetched once for all callers, cached, and renewed before they expire.
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
"""How long before it expires a token is renewed; half its lifetime if that is shorter."""


@frozen
class Token:
    """
    An access token.

    Attributes:
        value: The token.
        seconds: Its lifetime, or `None` if the server does not name one.
    """

    value: str = field(repr=False)
    seconds: float | None = None


@define(eq=False)
class _Fetch:
    """
    A request for a token in progress, for which other callers wait.
    """

    done: Event = field(factory=Event)
    token: Token | None = None
    error: ExportError | None = None


@define(eq=False)
class _CachedToken:
    token: Token
    renew_at: float | None


Key = tuple[OAuth2, Tls | None]


class Tokens:
    """
    The tokens of all instances; safe to use from several threads.

    Args:
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._cache: dict[Key, _CachedToken] = {}
        self._fetches: dict[Key, _Fetch] = {}
        self._lock = Lock()

    def get(
        self,
        key: Key,
        fetch: Callable[[], Token],
        time_left: Callable[[], float],
        *,
        rejected: str | None = None,
    ) -> Token:
        """
        Return a valid token, from the cache or fetched now.

        One of several callers fetches it; the others wait for its token or its error.

        Args:
            key: The client of the token, and its certificates.
            fetch: Fetches a new token.
            time_left: Returns the seconds until the caller's deadline.
            rejected: A token that the target rejected, which is not returned again.

        Raises:
            ExportError: No token was received.
        """
        while True:
            with self._lock:
                token = self._valid(key, rejected)
                if token is not None:
                    return token
                running = self._fetches.get(key)
                own = _Fetch()
                if running is None:
                    self._fetches[key] = own
            if running is None:
                return self._fetch(key, own, fetch, time_left)
            if not running.done.wait(max(0.0, time_left())):
                raise TransientError("nothing was sent: no token was received in time")
            if running.error is not None:
                raise copy(running.error)

    def _valid(self, key: Key, rejected: str | None) -> Token | None:
        cached = self._cache.get(key)
        if cached is None or cached.token.value == rejected:
            return None
        if cached.renew_at is not None and self._clock() >= cached.renew_at:
            return None
        return cached.token

    def _fetch(
        self,
        key: Key,
        own: _Fetch,
        fetch: Callable[[], Token],
        time_left: Callable[[], float],
    ) -> Token:
        began = self._clock()
        try:
            token = fetch()
        except ExportError as error:
            # If the time of this caller was over, the others request a token again.
            own.error = None if time_left() <= 0 else error
            raise
        else:
            with self._lock:
                self._cache[key] = _CachedToken(token, _renewal(began, token))
            return token
        finally:
            with self._lock:
                del self._fetches[key]
            own.done.set()


def _renewal(began: float, token: Token) -> float | None:
    if token.seconds is None:
        return None
    return began + token.seconds - min(RENEWAL_SECONDS, token.seconds / 2)
