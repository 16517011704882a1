"""
Requests to the service: its addresses, CSRF sessions, and repeatable requests.

Source of the sessions: blogs.sap.com/2021/06/04/how-does-csrf-token-work-sap-gateway; the cookies'
names differ from system to system (SAP KBA 3048103), so all of them are sent back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from threading import Lock
from urllib.parse import quote
from uuid import uuid5

from attrs import define, field, frozen

from orderferry import Context
from orderferry.connectors.http import (
    Auth,
    BasicAuth,
    OAuth2ClientCredentials,
    Response,
    Tls,
)
from orderferry.errors import AuthenticationError, RejectedError, TransientError
from orderferry_erp_sap._settings import SapSettings

__all__ = ["Repeatability", "SapService", "Session", "SessionCache", "literal"]


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


@frozen
class Repeatability:
    """
    The repeats of one export, remembered in the instance's state until SAP has answered.

    Attributes:
        context: The attempt's context.
    """

    context: Context

    @property
    def _key(self) -> str:
        return f"repeatable request {self.context.key}"

    def _remembered(self) -> tuple[int, str]:
        """
        How often SAP refused, and when the present request was first sent.
        """
        now = format_datetime(self.context.now.replace(microsecond=0), usegmt=True)
        refusals, _, first = (self.context.state.get(self._key) or "").partition(" ")
        return int(refusals or 0), first or now

    def headers(self) -> dict[str, str]:
        """
        The header fields of this attempt.

        After a refusal the request gets another id, or SAP would give the old refusal again to an
        order that has been mended since.
        """
        refusals, first = self._remembered()
        self._remember(f"{refusals} {first}")
        export = self.context.idempotency_key
        request = uuid5(export, str(refusals)) if refusals else export
        return {"RequestID": request.hex.upper(), "RepeatabilityCreation": first}

    def refused(self) -> None:
        """
        SAP refused: what comes next is another request.
        """
        self._remember(f"{self._remembered()[0] + 1}")

    def accepted(self) -> None:
        """
        SAP took it: nothing is repeated any more.
        """
        self._remember(None)

    def _remember(self, value: str | None) -> None:
        self.context.state.compare_and_set(self._key, self.context.state.get(self._key), value)


_LEFT_TO_THE_CLIENT = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_READABLE = frozenset(range(200, 300)) | frozenset(range(400, 500)) - _LEFT_TO_THE_CLIENT
"""Answers to a write that SAP explains in its body."""

_SUCCESS = range(200, 300)


def literal(text: str) -> str:
    """
    A text as an OData string literal: in quotes, `'` doubled.

    Source: OData 2.0, "Abstract Type System": strings (odata.org/documentation/odata-version-2-0).
    """
    return "'" + text.replace("'", "''") + "'"


@define(eq=False)
class SapService:
    """
    `API_SALES_ORDER_SRV` of one instance.

    Attributes:
        settings: The instance's settings.
    """

    settings: SapSettings
    _sessions: SessionCache = field(factory=SessionCache, init=False)

    @property
    def root(self) -> str:
        """
        The service's address, without a slash at its end.
        """
        settings = self.settings
        return f"{settings.base_url.rstrip('/')}{settings.service_path.rstrip('/')}"

    def entity(self, sales_order: str) -> str:
        """
        The address of a sales order.
        """
        return f"{self.root}/A_SalesOrder({quote(literal(sales_order), safe=chr(39))})"

    def _params(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        client = {"sap-client": self.settings.sap_client} if self.settings.sap_client else {}
        return {**(more or {}), **client}

    def _auth(self) -> Auth | None:
        settings = self.settings
        if settings.password is not None:
            return BasicAuth(settings.username, settings.password)
        if settings.client_secret is not None:
            return OAuth2ClientCredentials(
                token_url=settings.token_url,
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                scope=settings.scope or None,
            )
        return None

    def _tls(self) -> Tls | None:
        settings = self.settings
        if not settings.ca_file and not settings.client_certificate:
            return None
        return Tls(
            ca_file=settings.ca_file or None,
            certificate=settings.client_certificate or None,
            key=settings.client_key or None,
        )

    def get(
        self,
        context: Context,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """
        Read something of the service.

        Args:
            context: The call's context.
            path: The path below the service, such as `/A_SalesOrder`.
            params: The query.
            headers: Further header fields.
        """
        return context.http.get(
            f"{self.root}{path}",
            params=self._params(params),
            headers={"Accept": "application/json", **(headers or {})},
            auth=self._auth(),
            tls=self._tls(),
            proxy=self.settings.proxy or None,
            timeout=self.settings.timeout_seconds,
        )

    def fetch_session(self, context: Context) -> Session:
        """
        Ask SAP for a CSRF token.

        Raises:
            AuthenticationError: SAP answered with a page to sign in.
            TransientError: The service is not there, or gave no token.
        """
        try:
            response = self.get(context, "/", headers={"X-CSRF-Token": "Fetch"})
        except RejectedError as error:
            raise TransientError(
                f"nothing was sent: {error}; check base_url, service_path and sap_client, and that"
                " the service is active in SAP"
            ) from error
        token = response.headers.get("x-csrf-token", "")
        if token and token.lower() not in ("required", "fetch"):
            return Session(token, response.cookies)
        if response.media_type == "text/html":
            raise AuthenticationError(
                f"nothing was sent: {response.named()} answered with a page for people, probably to"
                " sign in; allow this user to use the service directly"
            )
        raise TransientError(
            f"nothing was sent: {response.named()} gave no CSRF token; check service_path, and that"
            " no proxy drops the header X-CSRF-Token"
        )

    def create(self, context: Context, content: bytes, headers: Mapping[str, str]) -> Response:
        """
        Post a sales order, once; where the CSRF token was refused (which takes nothing), once more.

        Args:
            context: The attempt's context.
            content: The body.
            headers: Further header fields.

        Returns:
            A success, or a refusal that SAP explains.
        """
        session = self._session(context)
        response = self._post(context, session, content, headers)
        if _wants_token(response):
            session = self._session(context, stale=session)
            response = self._post(context, session, content, headers)
        return response

    def _session(self, context: Context, stale: Session | None = None) -> Session:
        return self._sessions.session(
            lambda: self.fetch_session(context), wait=context.time_left, stale=stale
        )

    def _post(
        self, context: Context, session: Session, content: bytes, headers: Mapping[str, str]
    ) -> Response:
        return context.http.post(
            f"{self.root}/A_SalesOrder",
            params=self._params(),
            content=content,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json; charset=utf-8",
                **session.headers,
                **headers,
            },
            auth=self._auth(),
            tls=self._tls(),
            proxy=self.settings.proxy or None,
            timeout=self.settings.timeout_seconds,
            accept=_READABLE,
        )


def _wants_token(response: Response) -> bool:
    token = response.headers.get("x-csrf-token", "")
    return response.status == HTTPStatus.FORBIDDEN and token.lower() == "required"
