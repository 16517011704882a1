"""
The read-back of saved orders through the host's order API.
"""

from __future__ import annotations

from time import monotonic
from urllib.parse import quote

from orderferry.config import RuntimeSettings
from orderferry.connectors import Redactor, Secret, Timeline
from orderferry.connectors.http import BearerAuth, Client
from orderferry.delivery import OrderReadback
from orderferry.errors import ExportError
from orderferry.exports import Export
from orderferry.orders import read_json

__all__ = ["OrderApi", "order_readback"]


class OrderApi:
    """
    Reads orders with `GET {url}/{id}`, which must return at least the version that is exported.

    Args:
        client: The HTTP client.
        url: The URL below which the orders are.
        token: A bearer token, or `None` for no authentication.
        timeout: Seconds that one read may take.
    """

    def __init__(
        self, client: Client, url: str, *, token: Secret | None, timeout: float = 10.0
    ) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._auth = None if token is None else BearerAuth(token)
        self._redactor = Redactor(() if token is None else (token.reveal(),))
        self._timeout = timeout

    def __call__(self, export: Export) -> str | None:
        """
        Return why the order of an export cannot be read yet, or `None` if it can.
        """
        key = export.key
        text = f"order {key.order_id} is not available through the API at version {key.version}"
        ends = monotonic() + self._timeout
        http = self._client.bind(
            deadline=lambda: max(0.0, ends - monotonic()),
            timeline=Timeline(redactor=self._redactor),
            redactor=self._redactor,
        )
        try:
            response = http.get(f"{self._url}/{quote(key.order_id, safe='')}", auth=self._auth)
        except ExportError as error:
            return f"{text}: {error}"
        document = read_json(response.content).document
        if not isinstance(document, dict) or str(document.get("id")) != key.order_id:
            return f"{text}: the response is not this order"
        needed, stored = export.order.version_id, document.get("versionId")
        if needed is None or (str(stored).isdecimal() and int(str(stored)) >= int(needed)):
            return None
        return f"{text}: the API has version {stored}"


def order_readback(runtime: RuntimeSettings, client: Client) -> OrderReadback:
    """
    Return how orders are read back: through the host's API if one is configured, else the store.
    """
    api = None
    if runtime.api_url is not None:
        api = OrderApi(client, runtime.api_url, token=runtime.api_token)
    return OrderReadback(
        api=api,
        deadline=runtime.api_deadline_seconds,
        interval=runtime.api_interval_seconds,
    )
