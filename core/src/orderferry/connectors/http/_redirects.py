"""
Where a read is led on to.
"""

from __future__ import annotations

from urllib.parse import urljoin

from attrs import evolve
from urllib3.util import Url

from orderferry.connectors.http._outgoing import Outgoing, address
from orderferry.connectors.http._response import Response

__all__ = ["REDIRECTS", "origin", "redirected"]

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
