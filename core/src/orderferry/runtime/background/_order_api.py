"""
Reading an order back through the host's order API.
"""

from __future__ import annotations

from time import monotonic
from urllib.parse import quote

from orderferry.connectors import Redactor, Secret, Timeline
from orderferry.connectors.http import BearerAuth, Client
from orderferry.errors import ExportError
from orderferry.exports import Export
from orderferry.orders import read_json

__all__ = ["OrderApi"]


class OrderApi:
    """
    `GET {url}/{id}`, which must answer with at least the version that an export sends.

    Args:
        url: The address below which orders are.
        token: Sent as a bearer token, where there is one.
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
        Why the order of an export cannot be read there yet, or `None` where it can.
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
            answer = http.get(f"{self._url}/{quote(key.order_id, safe='')}", auth=self._auth)
        except ExportError as error:
            return f"{text}: {error}"
        found = read_json(answer.content).document
        if not isinstance(found, dict) or str(found.get("id")) != key.order_id:
            return f"{text}: it answered with something that is no such order"
        wanted, there = export.order.version_id, found.get("versionId")
        if wanted is None or (str(there).isdecimal() and int(str(there)) >= int(wanted)):
            return None
        return f"{text}: it has version {there}"
