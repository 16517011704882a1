"""
The simulator: a tenant's token endpoint and order service over HTTP.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from urllib.parse import parse_qs, unquote_plus
from uuid import uuid4

from attrs import define, evolve, field

from orderferry.connectors import Received
from orderferry.testing.http_simulator import Answer, AnswerQueue, HttpSimulator, Request
from orderferry_wms_manhattan.simulator._documents import Json, error_envelope, message
from orderferry_wms_manhattan.simulator._warehouse import StoredOrder, Warehouse

__all__ = ["ManhattanSimulator", "Tokens"]

_ORDERS = "/dcorder/api/dcorder/originalOrder"
_REFERENCE = "ExternalPurchaseOrderNumber"
_HEADERS = ("Authorization", "SelectedOrganization", "SelectedLocation")


@define
class Tokens:
    """
    The client and user who may sign in, and the tokens that they were issued.

    Attributes:
        client: The client's id and secret.
        user: The user's name and password.
        seconds: How many seconds a token is valid.
    """

    client: tuple[str, str]
    user: tuple[str, str]
    seconds: float
    _expiry: dict[str, float] = field(factory=dict, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def issue(self, authorization: str | None, body: bytes) -> tuple[int, dict[str, object]]:
        """
        Answer a token request (RFC 6749, sections 4.3.2, 4.4.2, 5.1 and 5.2).

        Args:
            authorization: The request's `Authorization`.
            body: Its form.

        Returns:
            The status and the JSON object.
        """
        if not _same(_basic(authorization), self.client):
            return 401, {"error": "invalid_client"}
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8")).items()}
        kind = form.get("grant_type")
        if kind == "password":
            if not _same((form.get("username", ""), form.get("password", "")), self.user):
                return 400, {"error": "invalid_grant", "error_description": "Bad credentials"}
        elif kind != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._expiry[token] = monotonic() + self.seconds
        return 200, {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(self.seconds),
            "scope": "omni",
        }

    def fault(self, headers: Mapping[str, str]) -> str | None:
        """
        Return why a request is not authorized, or `None`.
        """
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return "Full authentication is required to access this resource"
        with self._lock:
            expiry = self._expiry.get(token)
        if expiry is None:
            return "Cannot convert access token to JSON"
        return None if monotonic() < expiry else "Access token expired"

    def revoke(self) -> None:
        """
        Make all issued tokens invalid.
        """
        with self._lock:
            self._expiry = dict.fromkeys(self._expiry, 0.0)

    @property
    def issued(self) -> int:
        """
        How many tokens were issued.
        """
        with self._lock:
            return len(self._expiry)


def _basic(authorization: str | None) -> tuple[str, str]:
    scheme, _, coded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = b64decode(coded, validate=True).decode("utf-8").partition(":")
    except (Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)  # RFC 6749, section 2.3.1


def _same(pair: tuple[str, str], expected: tuple[str, str]) -> bool:
    return hmac.compare_digest(repr(pair).encode(), repr(expected).encode())


@define(eq=False, kw_only=True)
class ManhattanSimulator(HttpSimulator):
    """
    A tenant with one organization, on the loopback interface.

    The tenant has a token endpoint, `originalOrder/save` and `originalOrder/search`, and answers in
    Manhattan's envelope. The simulator does not show: the checks of a real tenant, which are
    configured in its interface mapping; the codes and texts of a real rejection; and whether `save`
    accepts an `OriginalOrderId` a second time as a change. Here a second `save` creates a second
    record, so that an order that was sent twice is seen.

    Attributes:
        organization: The organization.
        facilities: Its facilities; the first is the one in `settings`.
        token_seconds: How many seconds a token is valid.
        port: The port to listen on; 0 selects a free one.
    """

    organization: str = "ORG"
    facilities: tuple[str, ...] = ("DC01", "DC02")
    token_seconds: float = 300
    _warehouse: Warehouse = field(init=False)
    _tokens: Tokens = field(init=False)
    _requests: list[str] = field(factory=list, init=False)
    _planned: dict[str, AnswerQueue] = field(init=False)

    @_warehouse.default
    def _warehouse_default(self) -> Warehouse:
        return Warehouse(self.organization, self.facilities)

    @_tokens.default
    def _tokens_default(self) -> Tokens:
        return Tokens(
            client=("orderferry-demo", secrets.token_urlsafe(16)),
            user=("integration", secrets.token_urlsafe(16)),
            seconds=self.token_seconds,
        )

    @_planned.default
    def _planned_default(self) -> dict[str, AnswerQueue]:
        return {"save": AnswerQueue(), "search": AnswerQueue()}

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to the simulator.
        """
        return {
            "base_url": self.base_url,
            "token_url": f"{self.base_url}/oauth/token",
            "client_id": self._tokens.client[0],
            "client_secret": self._tokens.client[1],
            "username": self._tokens.user[0],
            "password": self._tokens.user[1],
            "organization": self.organization,
            "facility": self.facilities[0],
            "reference_field": f"Extended.{_REFERENCE}",
        }

    @property
    def requests(self) -> list[str]:
        """
        The requests to the order service, `save` and `search`, oldest first.
        """
        return list(self._requests)

    @property
    def issued_tokens(self) -> int:
        """
        How many tokens were issued.
        """
        return self._tokens.issued

    def received(self) -> list[Received]:
        """
        The original orders that were saved, oldest first.
        """
        return [_received(stored) for stored in self._warehouse.stored()]

    def plan(self, answer: Answer, request: str = "save") -> None:
        """
        Give an answer to the next request of a kind; several are given in order.

        Args:
            answer: The answer.
            request: `save` or `search`.
        """
        self._planned[request].add(answer)

    def revoke_tokens(self) -> None:
        """
        Make all issued tokens invalid.
        """
        self._tokens.revoke()

    def respond(self, request: Request) -> Answer:
        """
        Answer a request to the tenant.
        """
        answer = self._answer(request)
        return evolve(answer, headers={"cp-trace-id": uuid4().hex, **answer.headers})

    def _answer(self, request: Request) -> Answer:
        if request.method != "POST":
            return _json(405, {"status": 405, "error": "Method Not Allowed", "path": request.path})
        if request.path == "/oauth/token":
            authorization = request.headers.get("Authorization")
            return _json(*self._tokens.issue(authorization, request.content))
        kind = request.path.removeprefix(f"{_ORDERS}/")
        if kind not in self._planned:
            return _json(404, {"status": 404, "error": "Not Found", "path": request.path})
        self._requests.append(kind)
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        fault = self._tokens.fault(headers)
        if fault is not None:
            return _json(401, error_envelope([message("invalid_token", fault)], "error.401"))
        call = self._warehouse.save if kind == "save" else self._warehouse.search
        return self._planned[kind].answer(lambda: _json(*call(headers, request.content)))


def _json(status: int, document: Json) -> Answer:
    return Answer(status=status, content=json.dumps(document).encode())


def _received(stored: StoredOrder) -> Received:
    """
    Return the order and shipment of an original order, as far as the document names them.

    The simulator's tenant has the order's own id in an extended field; the rest of
    `OriginalOrderId` is the shipment's id.
    """
    original = str(stored.order["OriginalOrderId"])
    extended = stored.order.get("Extended")
    reference = extended.get(_REFERENCE) if isinstance(extended, dict) else None
    order_id = reference if isinstance(reference, str) else original
    shipment = original.removeprefix(f"{order_id}-") if original != order_id else None
    return Received(
        order_id=order_id, shipment_id=shipment, remote_id=stored.pk, content=stored.content
    )
