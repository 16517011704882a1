"""
Who may come in: Basic authentication, and the CSRF token with its session cookie.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from threading import Lock

from attrs import define, field

__all__ = ["Sessions"]

_COOKIE = "SAP_SESSIONID_SIM_100"


@define(eq=False)
class Sessions:
    """
    The simulator's user, and the sessions that it has given; safe between threads.

    Attributes:
        username: The one user.
        password: The user's password.
    """

    username: str
    password: str = field(repr=False)
    _lock: Lock = field(factory=Lock, init=False)
    _tokens: dict[str, str] = field(factory=dict, init=False, repr=False)

    def lets_in(self, authorization: str | None) -> bool:
        """
        Whether a request's `Authorization` header is the user's.
        """
        wanted = b64encode(f"{self.username}:{self.password}".encode()).decode()
        return compare_digest(f"Basic {wanted}".encode(), (authorization or "").encode())

    def _session(self, cookies: str | None) -> str | None:
        try:
            morsel = SimpleCookie(cookies or "").get(_COOKIE)
        except CookieError:
            return None
        return None if morsel is None else morsel.value

    def open(self, cookies: str | None) -> tuple[str, tuple[str, ...]]:
        """
        A token for the session of a request, or for a new one.

        Args:
            cookies: The request's `Cookie` header.

        Returns:
            The token, and the cookies to set.
        """
        with self._lock:
            session = self._session(cookies)
            if session is None or session not in self._tokens:
                session = secrets.token_urlsafe(16)
                self._tokens[session] = secrets.token_urlsafe(24)
            cookie = f"{_COOKIE}={session}; path=/; HttpOnly"
            return self._tokens[session], (cookie, "sap-usercontext=sap-client=100; path=/")

    def holds(self, cookies: str | None, token: str | None) -> bool:
        """
        Whether a token is that of the request's session.
        """
        with self._lock:
            known = self._tokens.get(self._session(cookies) or "")
        return known is not None and compare_digest(known.encode(), (token or "").encode())

    def forget(self) -> None:
        """
        End all sessions, as SAP does after a while.
        """
        with self._lock:
            self._tokens.clear()
