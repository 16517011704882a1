"""
The HTTP client of one call of a connector.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TypedDict, Unpack

from attrs import define

from orderferry.connectors.http._auth import Auth
from orderferry.connectors.http._line import Line, Route
from orderferry.connectors.http._outgoing import Params, outgoing
from orderferry.connectors.http._response import Response
from orderferry.connectors.http._statuses import error_for
from orderferry.connectors.http._tls import Tls

__all__ = ["BoundClient", "Options"]

SUCCESS = range(200, 300)


class Options(TypedDict, total=False):
    """
    What every request takes; `BoundClient.request` says what each means.
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
    Makes requests within one call's deadline, records them, and hides the instance's secrets.

    It is `context.http` of a connector, and comes from `Client.bind`.

    A write is sent once and follows no redirect. A read whose kept-alive connection turns out to
    be closed is sent once more, and follows up to five redirects. An OAuth 2 token that is refused
    (401) is renewed, and the request repeated, once.
    """

    _line: Line

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
            form: The body as an URL-encoded form.
            auth: How to sign in.
            tls: Which certificates to trust and to show.
            proxy: The proxy's address; `""` goes without one; by default the environment decides.
            timeout: Seconds for the whole request with its answer, by default 30; never longer
                than the call's deadline.
            accept: The statuses that are returned; all others raise.
            write: Whether it may change something; by default all but `GET`, `HEAD`, `OPTIONS`.

        Raises:
            TransientError: Nothing was sent, or a read failed; it may pass.
            ThrottledError: The target asks to wait.
            AuthenticationError: Authentication with the target failed.
            RejectedError: The target rejected the request.
            UnknownOutcomeError: A write was sent, and no usable answer came.
            ValueError: The request cannot be sent as it is.
        """
        prepared = outgoing(
            method,
            url,
            params=params,
            headers=headers,
            content=content,
            json=json,
            form=form,
            timeout=timeout,
            write=write,
            user_agent=self._line.shared.user_agent,
        )
        response = self._line.answer(prepared, Route(auth, tls, proxy), accept)
        if response.status not in accept:
            raise error_for(response)
        return response

    def get(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Make a `GET` request; see `request`.
        """
        return self.request("GET", url, **options)

    def head(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Make a `HEAD` request; see `request`.
        """
        return self.request("HEAD", url, **options)

    def post(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Make a `POST` request; see `request`.
        """
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Make a `PUT` request; see `request`.
        """
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Make a `PATCH` request; see `request`.
        """
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[Options]) -> Response:
        """
        Make a `DELETE` request; see `request`.
        """
        return self.request("DELETE", url, **options)
