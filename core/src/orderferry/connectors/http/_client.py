"""
The HTTP client that all connectors share, and its form bound to one call.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Mapping
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Self, TypedDict, Unpack

from attrs import define

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline, utc_now
from orderferry.connectors.http._auth import Auth
from orderferry.connectors.http._connections import Pools
from orderferry.connectors.http._deadline import keep_secrets_out_of_logs
from orderferry.connectors.http._request import Params, build_request
from orderferry.connectors.http._response import Response, error_for
from orderferry.connectors.http._routing import Route, Router, Shared
from orderferry.connectors.http._sending import Sender
from orderferry.connectors.http._tokens import Tokens
from orderferry.connectors.http._transport import EnvironmentProxies, Tls

__all__ = ["BoundClient", "Client", "Options"]

SUCCESS = range(200, 300)


class Options(TypedDict, total=False):
    """
    The options of every request; `BoundClient.request` describes them.
    """

    params: Params | None
    headers: Mapping[str, str] | None
    content: bytes | str | None
    json: object
    form: Mapping[str, str] | None
    auth: Auth | None
    tls: Tls | None
    proxy: str | None
    timeout: float | None
    accept: Container[int]
    write: bool | None


@define(eq=False, repr=False)
class BoundClient:
    """
    Sends requests within the deadline of one call, records them, and hides the instance's secrets.

    It is the `context.http` of a connector, and is made by `Client.bind`.

    A write is sent once and follows no redirect. A read follows up to five redirects, and is sent
    again, once, if its kept-alive connection turns out to be closed. A request whose OAuth 2 token
    is rejected (401) is sent again, once, with a new token.
    """

    _router: Router

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        auth: Auth | None = None,
        tls: Tls | None = None,
        proxy: str | None = None,
        timeout: float | None = None,
        accept: Container[int] = SUCCESS,
        write: bool | None = None,
    ) -> Response:
        """
        Send a request and return the response, fully read.

        Args:
            method: The method, such as `POST`.
            url: An absolute `http` or `https` address without credentials.
            params: Query parameters; `None` as a value leaves one out.
            headers: Header fields.
            content: The body; text is sent as UTF-8.
            json: The body as a JSON document; a `Decimal` is written as an exact number.
            form: The body as a URL-encoded form.
            auth: How to authenticate.
            tls: The certificates to trust, and the client certificate.
            proxy: The proxy's address; `""` for none; by default the environment decides.
            timeout: Seconds for the whole request with its response, by default 30; never longer
                than until the deadline of the call.
            accept: The statuses that are returned; all others raise an error.
            write: Whether it may change something; by default all but `GET`, `HEAD`, `OPTIONS`.

        Raises:
            TransientError: Nothing was sent, or a read failed; the failure may be temporary.
            ThrottledError: The target asks to wait.
            AuthenticationError: Authentication with the target failed.
            RejectedError: The target rejected the request.
            UnknownOutcomeError: A write was sent, and no valid response was received.
            ValueError: The request is invalid.
        """
        prepared = build_request(
            method,
            url,
            params=params,
            headers=headers,
            content=content,
            json=json,
            form=form,
            timeout=timeout,
            write=write,
            user_agent=self._router.shared.user_agent,
        )
        response = self._router.send(prepared, Route(auth, tls, proxy), accept)
        if response.status not in accept:
            raise error_for(response)
        return response

    def get(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Send a `GET` request; see `request`.
        """
        return self.request("GET", url, **options)

    def head(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Send a `HEAD` request; see `request`.
        """
        return self.request("HEAD", url, **options)

    def post(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Send a `POST` request; see `request`.
        """
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Send a `PUT` request; see `request`.
        """
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Send a `PATCH` request; see `request`.
        """
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Send a `DELETE` request; see `request`.
        """
        return self.request("DELETE", url, **options)


def _no_deadline() -> float:
    return float("inf")


class Client:
    """
    Connections and tokens that all instances share; safe to use from several threads.

    The client that `bind` returns sends requests.

    Args:
        user_agent: The default `User-Agent`.
        environment: The environment variables, which may name proxies.
        max_answer_bytes: The longest response to read, in bytes, before and after decompression.
        clock: A monotonic clock, in seconds.
        now: The time of day, in UTC.
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
        Bind the client to one call of a connector.

        Args:
            deadline: Returns the seconds until the deadline of the call.
            timeline: Where requests and responses are recorded.
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
        return BoundClient(Router(self._shared, sender))

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
