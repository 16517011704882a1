"""
Sends the requests of one call: authentication, proxy, redirects.
"""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import urljoin

from attrs import evolve, frozen
from urllib3.util import Url

from orderferry.connectors.http._auth import Auth, BasicAuth, BearerAuth, OAuth2
from orderferry.connectors.http._connections import Pools
from orderferry.connectors.http._request import Request, parse_address
from orderferry.connectors.http._response import Response
from orderferry.connectors.http._sending import Sender
from orderferry.connectors.http._tokens import Token, Tokens
from orderferry.connectors.http._transport import EnvironmentProxies, Proxy, Tls

__all__ = ["MAX_REDIRECTS", "Route", "Router", "Shared", "next_request", "origin"]

MAX_REDIRECTS = 5
"""The most redirects that a read follows."""

_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_SAFE_HEADERS = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})


def origin(url: Url) -> tuple[str | None, str | None, int | None]:
    """
    Return the scheme, host and port of an address.
    """
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def next_request(request: Request, response: Response) -> Request | None:
    """
    Return the request that follows a redirect.

    A request to another origin has no credentials: only header fields that are safe to send there.
    A redirect from TLS to plain HTTP is not followed.

    Args:
        request: The request.
        response: Its response.

    Returns:
        The next request, or `None` if the response is not followed.
    """
    location = response.headers.get("Location")
    if response.status not in _REDIRECTING or location is None or not request.is_followed:
        return None
    try:
        url = parse_address(urljoin(request.url.url, location))
    except ValueError:
        return None
    if request.url.scheme == "https" and url.scheme == "http":
        return None
    if origin(url) == origin(request.url):
        return evolve(request, url=url)
    headers = {
        name: value for name, value in request.headers.items() if name.lower() in _SAFE_HEADERS
    }
    return evolve(request, url=url, headers=headers)


_UNAUTHORIZED = 401


@frozen
class Shared:
    """
    The parts of the client that all instances share.

    Attributes:
        user_agent: The default `User-Agent`.
        proxies: The environment's proxies.
        pools: The connections.
        tokens: The OAuth 2 tokens.
    """

    user_agent: str
    proxies: EnvironmentProxies
    pools: Pools
    tokens: Tokens


@frozen
class Route:
    """
    How a request authenticates and reaches its target.

    Attributes:
        auth: How to authenticate.
        tls: The certificates to trust, and the client certificate.
        proxy: The proxy's address, `""` for none, `None` for the environment's.
    """

    auth: Auth | None = None
    tls: Tls | None = None
    proxy: str | None = None


@frozen
class Router:
    """
    Sends one call's requests: authentication, proxy, redirects.

    Attributes:
        shared: The parts of the client that all instances share.
        sender: Sends one request, and records it.
    """

    shared: Shared
    sender: Sender

    def send(self, request: Request, route: Route, accept: Container[int]) -> Response:
        """
        Send a request, and return its response with any status.

        Args:
            request: The request, without credentials.
            route: How it authenticates and reaches its target.
            accept: The statuses that are accepted; a redirect among them is not followed.

        Raises:
            ValueError: The request has two kinds of authentication.
        """
        if route.auth is not None and any(
            name.lower() == "authorization" for name in request.headers
        ):
            raise ValueError("the request has an Authorization header and auth=")
        self._hide(route)
        match route.auth:
            case None:
                return self._follow_redirects(request, route, accept)
            case BasicAuth() | BearerAuth() as auth:
                return self._follow_redirects(_authorize(request, auth.header()), route, accept)
            case auth:
                token = self._token(auth, route)
                response = self._follow_redirects(
                    _authorize(request, f"Bearer {token}"), route, accept
                )
                if response.status != _UNAUTHORIZED:
                    return response
                token = self._token(auth, route, rejected=token)
                return self._follow_redirects(_authorize(request, f"Bearer {token}"), route, accept)

    def _follow_redirects(self, request: Request, route: Route, accept: Container[int]) -> Response:
        """
        Send a request, follow its redirects, and return the last response.
        """
        start = origin(request.url)
        for _ in range(MAX_REDIRECTS):
            response = self._send(request, route)
            following = None if response.status in accept else next_request(request, response)
            if following is None:
                return response
            request = following
            if route.tls is not None and origin(request.url) != start:
                route = evolve(route, tls=route.tls.without_certificate)
        return self._send(request, route)

    def _send(self, request: Request, route: Route) -> Response:
        if route.proxy is None:
            proxy = self.shared.proxies.proxy_for(request.url)
        else:
            proxy = Proxy.parse(route.proxy) if route.proxy else None
        if proxy is not None and proxy.password:
            self.sender.redactor.add(proxy.password)
            self.sender.redactor.add_basic(proxy.user or "", proxy.password)
        secure = request.url.scheme == "https"
        manager = self.shared.pools.manager(route.tls, proxy, secure=secure)
        return self.sender.send(request, manager)

    def _token(self, auth: OAuth2, route: Route, rejected: str | None = None) -> str:
        token = self.shared.tokens.get(
            (auth, route.tls),
            lambda: self._fetch_token(auth, route),
            self.sender.time_left,
            rejected=rejected,
        )
        self.sender.redactor.add(token.value)
        return token.value

    def _fetch_token(self, auth: OAuth2, route: Route) -> Token:
        # oauthlib is imported by requests with OAuth 2 only.
        from orderferry.connectors.http._grants import parse_token, token_request

        request = token_request(auth, self.shared.user_agent)
        return parse_token(auth, self._send(request, route))

    def _hide(self, route: Route) -> None:
        if route.auth is not None:
            route.auth.hide(self.sender.redactor)
        if route.tls is not None and route.tls.key_password is not None:
            self.sender.redactor.add(route.tls.key_password.reveal())


def _authorize(request: Request, authorization: str) -> Request:
    return evolve(request, headers={**request.headers, "Authorization": authorization})
