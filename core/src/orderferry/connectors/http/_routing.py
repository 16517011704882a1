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
from orderferry.connectors.http._request import Outgoing, address
from orderferry.connectors.http._response import Response
from orderferry.connectors.http._sending import Sender
from orderferry.connectors.http._tokens import Token, Tokens
from orderferry.connectors.http._transport import EnvironmentProxies, Proxy, Tls

__all__ = ["REDIRECTS", "Line", "Route", "Shared", "origin", "redirected"]

REDIRECTS = 5
"""How many redirects a read follows."""

_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_KEPT = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})


def origin(url: Url) -> tuple[str | None, str | None, int | None]:
    """
    Scheme, host and port of an address.
    """
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def redirected(outgoing: Outgoing, response: Response) -> Outgoing | None:
    """
    The request that an answer leads to.

    Another origin gets none of the request's own header fields, so no credentials. From TLS
    nothing leads to plain HTTP.

    Args:
        outgoing: The request that was answered.
        response: Its answer.

    Returns:
        The next request, or `None` where the answer stands.
    """
    location = response.headers.get("Location")
    if response.status not in _REDIRECTING or location is None or not outgoing.is_followed:
        return None
    try:
        url = address(urljoin(outgoing.url.url, location))
    except ValueError:
        return None
    if outgoing.url.scheme == "https" and url.scheme == "http":
        return None
    if origin(url) == origin(outgoing.url):
        return evolve(outgoing, url=url)
    kept = {name: value for name, value in outgoing.headers.items() if name.lower() in _KEPT}
    return evolve(outgoing, url=url, headers=kept)


_UNAUTHORIZED = 401


@frozen
class Shared:
    """
    What all instances share.

    Attributes:
        user_agent: The `User-Agent` of requests that name none.
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
    How a request signs in and gets to its target.

    Attributes:
        auth: How to sign in.
        tls: Which certificates to trust and to show.
        proxy: The proxy's address, `""` for none, `None` for the environment's.
    """

    auth: Auth | None = None
    tls: Tls | None = None
    proxy: str | None = None


@frozen
class Line:
    """
    The way of requests of one call of a connector.

    Attributes:
        shared: What all instances share.
        sender: Sends one request, and records it.
    """

    shared: Shared
    sender: Sender

    def answer(self, outgoing: Outgoing, route: Route, accept: Container[int]) -> Response:
        """
        The answer to a request, whatever its status.

        Args:
            outgoing: The request, without credentials.
            route: How it signs in and gets to its target.
            accept: The statuses that are wanted; a redirect among them is not followed.

        Raises:
            ValueError: The request signs in twice.
        """
        if route.auth is not None and any(
            one.lower() == "authorization" for one in outgoing.headers
        ):
            raise ValueError("the request has an Authorization header and auth=")
        self._hide(route)
        match route.auth:
            case None:
                return self._led(outgoing, route, accept)
            case BasicAuth() | BearerAuth() as auth:
                return self._led(_signed(outgoing, auth.header()), route, accept)
            case auth:
                token = self._token(auth, route)
                response = self._led(_signed(outgoing, f"Bearer {token}"), route, accept)
                if response.status != _UNAUTHORIZED:
                    return response
                token = self._token(auth, route, refused=token)
                return self._led(_signed(outgoing, f"Bearer {token}"), route, accept)

    def _led(self, outgoing: Outgoing, route: Route, accept: Container[int]) -> Response:
        """
        The answer at the end of its redirects.
        """
        start = origin(outgoing.url)
        for _ in range(REDIRECTS):
            response = self._sent(outgoing, route)
            following = None if response.status in accept else redirected(outgoing, response)
            if following is None:
                return response
            outgoing = following
            if route.tls is not None and origin(outgoing.url) != start:
                route = evolve(route, tls=route.tls.without_certificate)
        return self._sent(outgoing, route)

    def _sent(self, outgoing: Outgoing, route: Route) -> Response:
        if route.proxy is None:
            proxy = self.shared.proxies.proxy_for(outgoing.url)
        else:
            proxy = Proxy.parsed(route.proxy) if route.proxy else None
        if proxy is not None and proxy.password:
            self.sender.redactor.add(proxy.password)
            self.sender.redactor.add_basic(proxy.user or "", proxy.password)
        secure = outgoing.url.scheme == "https"
        manager = self.shared.pools.manager(route.tls, proxy, secure=secure)
        return self.sender.send(outgoing, manager)

    def _token(self, auth: OAuth2, route: Route, refused: str | None = None) -> str:
        token = self.shared.tokens.get(
            (auth, route.tls),
            lambda: self._fetched(auth, route),
            self.sender.time_left,
            refused=refused,
        )
        self.sender.redactor.add(token.value)
        return token.value

    def _fetched(self, auth: OAuth2, route: Route) -> Token:
        # Only those who use OAuth 2 pay for loading oauthlib.
        from orderferry.connectors.http._grants import token_of, token_request

        request = token_request(auth, self.shared.user_agent)
        return token_of(auth, self._sent(request, route))

    def _hide(self, route: Route) -> None:
        if route.auth is not None:
            route.auth.hide(self.sender.redactor)
        if route.tls is not None and route.tls.key_password is not None:
            self.sender.redactor.add(route.tls.key_password.reveal())


def _signed(outgoing: Outgoing, authorization: str) -> Outgoing:
    return evolve(outgoing, headers={**outgoing.headers, "Authorization": authorization})
