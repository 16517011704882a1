"""
The HTTP client that all connectors share.

::

    with Client() as client:
        http = client.bind()
        response = http.post(url, json=document, auth=BasicAuth("user", Secret("...")))

A connector receives it as `context.http`, bound to its call: it keeps the deadline, records every
request and response, and hides secrets. Network faults and statuses are raised as errors of
`orderferry.errors`, by what is known of the outcome; `error_for` has the table.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Auth",
    "BasicAuth",
    "BearerAuth",
    "BoundClient",
    "Client",
    "Headers",
    "OAuth2ClientCredentials",
    "OAuth2Password",
    "Response",
    "Tls",
    "error_for",
]

if TYPE_CHECKING:
    from orderferry.connectors.http._auth import (
        Auth,
        BasicAuth,
        BearerAuth,
        OAuth2ClientCredentials,
        OAuth2Password,
    )
    from orderferry.connectors.http._client import BoundClient, Client
    from orderferry.connectors.http._request import Headers
    from orderferry.connectors.http._response import Response, error_for
    from orderferry.connectors.http._transport import Tls
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_auth": (
                "Auth",
                "BasicAuth",
                "BearerAuth",
                "OAuth2ClientCredentials",
                "OAuth2Password",
            ),
            "_client": ("BoundClient", "Client"),
            "_request": ("Headers",),
            "_response": ("Response", "error_for"),
            "_transport": ("Tls",),
        },
    )
