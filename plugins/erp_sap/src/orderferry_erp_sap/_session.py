"""
SAP's session: the CSRF token, and the cookies that it goes with.

Source: blogs.sap.com/2021/06/04/how-does-csrf-token-work-sap-gateway; the cookies' names differ
from system to system (SAP KBA 3048103), so all of them are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from attrs import define, field, frozen

from orderferry.errors import TransientError

__all__ = ["Session", "SessionCache"]


@frozen
class Session:
    """
    A token with its cookies.

    Attributes:
        token: The CSRF token.
        cookies: The cookies that came with it, by name.
    """

    token: str = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """
        The header fields of a request that changes something.
        """
        headers = {"X-CSRF-Token": self.token}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers


@define(eq=False)
class SessionCache:
    """
    The instance's session, fetched once and shared by its threads.
    """

    _lock: Lock = field(factory=Lock, init=False)
    _session: Session | None = field(default=None, init=False, repr=False)

    def session(
        self, fetch: Callable[[], Session], *, wait: float, stale: Session | None = None
    ) -> Session:
        """
        The session; fetched where there is none, or only the stale one.

        Several threads that want one at once share one fetch.

        Args:
            fetch: Fetches a session.
            wait: Seconds to wait for another thread's fetch.
            stale: A session that SAP does not take any more.

        Raises:
            TransientError: Another thread's fetch took too long.
        """
        if not self._lock.acquire(timeout=min(wait, 3600.0)):
            raise TransientError("nothing was sent: no time was left to wait for a session of SAP")
        try:
            if self._session is None or self._session is stale:
                self._session = None
                self._session = fetch()
            return self._session
        finally:
            self._lock.release()
