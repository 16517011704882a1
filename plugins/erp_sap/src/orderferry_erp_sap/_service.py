"""
Requests to the service: URLs, CSRF sessions, and repeatable requests.

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

_RAISED_BY_THE_CLIENT = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_READABLE = frozenset(range(200, 300)) | frozenset(range(400, 500)) - _RAISED_BY_THE_CLIENT
"""The statuses of responses to a write whose body SAP explains."""


@frozen
class Session:
    """
    A session of SAP.

    Attributes:
        token: The CSRF token.
        cookies: The cookies of the session, by name.
    """

    token: str = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """
        The headers of a request that writes.
        """
        headers = {"X-CSRF-Token": self.token}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers


@define(eq=False)
class SessionCache:
    """
    The instance's session, opened once and shared by its threads.
    """

    _lock: Lock = field(factory=Lock, init=False)
    _session: Session | None = field(default=None, init=False, repr=False)

    def session(
        self, fetch: Callable[[], Session], *, wait: float, stale: Session | None = None
    ) -> Session:
        """
        Return the session, which is opened if there is none, or only the stale one.

        Threads that need a session at the same time share one request.

        Args:
            fetch: Opens a session.
            wait: How many seconds to wait for another thread's request.
            stale: A session that SAP no longer accepts.

        Raises:
            TransientError: Another thread's request took too long.
        """
        if not self._lock.acquire(timeout=min(wait, 3600.0)):
            raise TransientError("nothing was sent: timed out waiting for a session of SAP")
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
    The repeatable request of an export, kept in the instance's state until SAP has accepted it.

    Source: SAP Gateway, "Defining Settings for Idempotent Services"
    (help.sap.com/doc/saphelp_gateway20sp12/2.0/en-US/67/8b5dcd6a5c41789b27b46eb34a6a86/content.htm):
    `RequestID`, 32 hexadecimal digits, and `RepeatabilityCreation`, the time of the first request,
    are the same for every repeat, and the first response is repeated, also that of a failure. The
    format of the time is not documented there; it is sent as an HTTP date, like OASIS's
    `Repeatability-First-Sent`.

    Attributes:
        context: The attempt's context.
    """

    context: Context

    @property
    def _key(self) -> str:
        return f"repeatable request {self.context.key}"

    def _load(self) -> tuple[int, str]:
        """
        Return how often SAP has rejected the order, and when the current request was first sent.
        """
        now = format_datetime(self.context.now.replace(microsecond=0), usegmt=True)
        rejections, _, first = (self.context.state.get(self._key) or "").partition(" ")
        return int(rejections or 0), first or now

    def headers(self) -> dict[str, str]:
        """
        Return the headers of this attempt.

        After a rejection the request has another id, so that SAP does not repeat the rejection for
        an order that has been corrected.
        """
        rejections, first = self._load()
        self._save(f"{rejections} {first}")
        export = self.context.idempotency_key
        request = uuid5(export, str(rejections)) if rejections else export
        return {"RequestID": request.hex.upper(), "RepeatabilityCreation": first}

    def record_rejection(self) -> None:
        """
        Record that SAP has rejected the order, so that the next attempt is another request.
        """
        self._save(f"{self._load()[0] + 1}")

    def clear(self) -> None:
        """
        Remove the request from the state, because SAP has accepted the order.
        """
        self._save(None)

    def _save(self, value: str | None) -> None:
        self.context.state.compare_and_set(self._key, self.context.state.get(self._key), value)


def literal(text: str) -> str:
    """
    Write a text as an OData string literal: in quotes, with `'` doubled.

    Source: OData 2.0, "Abstract Type System": strings (odata.org/documentation/odata-version-2-0).
    """
    return "'" + text.replace("'", "''") + "'"


@define(eq=False)
class SapService:
    """
    The service `API_SALES_ORDER_SRV` of an instance.

    Attributes:
        settings: The instance's settings.
    """

    settings: SapSettings
    _sessions: SessionCache = field(factory=SessionCache, init=False)

    @property
    def root(self) -> str:
        """
        The URL of the service, without a slash at the end.
        """
        settings = self.settings
        return f"{settings.base_url.rstrip('/')}{settings.service_path.rstrip('/')}"

    def entity_url(self, sales_order: str) -> str:
        """
        Return the URL of a sales order.
        """
        return f"{self.root}/A_SalesOrder({quote(literal(sales_order), safe=chr(39))})"

    def _params(self, params: Mapping[str, str] | None = None) -> dict[str, str]:
        client = {"sap-client": self.settings.sap_client} if self.settings.sap_client else {}
        return {**(params or {}), **client}

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
        Send a GET request to the service.

        Args:
            context: The call's context.
            path: The path below the service, such as `/A_SalesOrder`.
            params: The query.
            headers: Further headers.
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
        Request a CSRF token.

        Raises:
            AuthenticationError: SAP answered with a sign-in page.
            TransientError: The service is missing, or returned no token.
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
                f"nothing was sent: {response.named()} answered with an HTML page, probably a"
                " sign-in form; allow this user to use the service directly"
            )
        raise TransientError(
            f"nothing was sent: {response.named()} returned no CSRF token; check service_path, and"
            " that no proxy drops the header X-CSRF-Token"
        )

    def create(self, context: Context, content: bytes, headers: Mapping[str, str]) -> Response:
        """
        Post a sales order, again with a new CSRF token if SAP rejected the first one.

        Args:
            context: The attempt's context.
            content: The body.
            headers: Further headers.

        Returns:
            A successful response, or an error that SAP explains.
        """
        session = self._session(context)
        response = self._post(context, session, content, headers)
        if _requires_token(response):
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


def _requires_token(response: Response) -> bool:
    token = response.headers.get("x-csrf-token", "")
    return response.status == HTTPStatus.FORBIDDEN and token.lower() == "required"
