"""
The simulator: the service over HTTP, its user, and the sessions of that user.
"""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from urllib.parse import parse_qsl

from attrs import define, field

from orderferry.connectors import Received
from orderferry.testing.http_simulator import Answer, AnswerQueue, HttpSimulator, Request
from orderferry_erp_sap.simulator._model import metadata, service_document
from orderferry_erp_sap.simulator._orders import SalesOrders
from orderferry_erp_sap.simulator._reading import Entity, RejectedRequestError, error_body

__all__ = ["SapSimulator", "Sessions"]

_SERVICE = "/sap/opu/odata/sap/API_SALES_ORDER_SRV"
_CLIENT = "100"
_COOKIE = f"SAP_SESSIONID_SIM_{_CLIENT}"
_ENTITY = re.compile(r"/A_SalesOrder\('(\w*)'\)")
_HTML = {"Content-Type": "text/html"}
_TEXT = {"Content-Type": "text/plain"}
_LOGON_FAILED = Answer(
    status=401,
    content=b"<html><body><h1>Logon failed</h1></body></html>",
    headers={
        **_HTML,
        "WWW-Authenticate": 'Basic realm="SAP NetWeaver Application Server [SIM/100]"',
    },
)
_TOKEN_REQUIRED = Answer(
    status=403,
    content=b"CSRF token validation failed",
    headers={**_TEXT, "x-csrf-token": "Required"},
)


@define(eq=False)
class Sessions:
    """
    The simulator's user, and that user's sessions; safe between threads.

    Attributes:
        username: The one user.
        password: The user's password.
    """

    username: str
    password: str = field(repr=False)
    _lock: Lock = field(factory=Lock, init=False)
    _tokens: dict[str, str] = field(factory=dict, init=False, repr=False)

    def is_user(self, authorization: str | None) -> bool:
        """
        Whether a request's `Authorization` header is the user's.
        """
        credentials = b64encode(f"{self.username}:{self.password}".encode()).decode()
        return compare_digest(f"Basic {credentials}".encode(), (authorization or "").encode())

    def open(self, cookies: str | None) -> tuple[str, tuple[str, ...]]:
        """
        Return the CSRF token of a request's session, or open a session.

        Args:
            cookies: The request's `Cookie` header.

        Returns:
            The token, and the cookies to set.
        """
        with self._lock:
            session = _session_id(cookies)
            if session is None or session not in self._tokens:
                session = secrets.token_urlsafe(16)
                self._tokens[session] = secrets.token_urlsafe(24)
            cookie = f"{_COOKIE}={session}; path=/; HttpOnly"
            client = f"sap-usercontext=sap-client={_CLIENT}; path=/"
            return self._tokens[session], (cookie, client)

    def is_valid(self, cookies: str | None, token: str | None) -> bool:
        """
        Whether a CSRF token is that of the request's session.
        """
        with self._lock:
            expected = self._tokens.get(_session_id(cookies) or "")
        return expected is not None and compare_digest(expected.encode(), (token or "").encode())

    def end(self) -> None:
        """
        End all sessions, as SAP does after a while.
        """
        with self._lock:
            self._tokens.clear()


def _session_id(cookies: str | None) -> str | None:
    try:
        morsel = SimpleCookie(cookies or "").get(_COOKIE)
    except CookieError:
        return None
    return None if morsel is None else morsel.value


@define(eq=False, kw_only=True)
class SapSimulator(HttpSimulator):
    """
    `API_SALES_ORDER_SRV` over a real socket, in this process.

    The simulator accepts a correct deep insert as SAP does, and rejects what breaks SAP's metadata:
    properties that are unknown or not creatable, lengths, digits, and decimals that are not
    strings; a wrong password (401), a missing CSRF token (403). It does not simulate what a
    customer's system adds: master data, pricing, Customizing, authorizations, or SAP's own message
    codes.

    Attributes:
        username: The one user.
        password: The user's password.
        port: The port to listen on; 0 selects a free one.
    """

    username: str = "ORDERFERRY"
    password: str = field(default="simulated-sap", repr=False)
    _orders: SalesOrders = field(factory=SalesOrders, init=False)
    _sessions: Sessions = field(init=False)
    _planned: AnswerQueue = field(factory=AnswerQueue, init=False)
    _requests: list[tuple[str, str, dict[str, str]]] = field(factory=list, init=False)

    @_sessions.default
    def _sessions_default(self) -> Sessions:
        return Sessions(self.username, self.password)

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to the simulator.
        """
        return {
            "base_url": self.base_url,
            "sap_client": _CLIENT,
            "username": self.username,
            "password": self.password,
        }

    @property
    def requests(self) -> list[tuple[str, str, dict[str, str]]]:
        """
        The requests so far: method, path below the service, and query options.
        """
        return list(self._requests)

    def received(self) -> list[Received]:
        """
        The sales orders that the simulator created, oldest first.

        An order id that contains a slash cannot be distinguished from an order and a shipment: the
        part of the purchase order number after the last slash is read as the shipment.
        """
        return self._orders.received()

    def plan(self, *answers: Answer) -> None:
        """
        Give these answers to the next POST requests that are signed in and have a CSRF token.
        """
        self._planned.add(*answers)

    def end_sessions(self) -> None:
        """
        End all sessions, so that their CSRF tokens are no longer valid.
        """
        self._sessions.end()

    def default_headers(self) -> dict[str, str]:
        """
        The headers of every answer.
        """
        return {"Content-Type": "application/json; charset=utf-8"}

    def respond(self, request: Request) -> Answer:
        """
        Answer a request to the service.
        """
        is_service = request.path.startswith(_SERVICE)
        path = request.path.removeprefix(_SERVICE)
        options = dict(parse_qsl(request.query, keep_blank_values=True))
        self._requests.append((request.method, path, options))
        if (
            not self._sessions.is_user(request.headers.get("Authorization"))
            or options.get("sap-client", _CLIENT) != _CLIENT
        ):
            return _LOGON_FAILED
        if not is_service:
            return Answer(status=404, content=b"<html>Not Found</html>", headers=_HTML)
        try:
            if request.method == "POST":
                return self._post(request, path)
            if request.method in ("GET", "HEAD"):
                return self._get(request, path, options)
        except RejectedRequestError as error:
            return _json(error_body(error.faults), status=error.status)
        return Answer(status=405, headers=_TEXT)

    def _post(self, request: Request, path: str) -> Answer:
        headers = request.headers
        if not self._sessions.is_valid(headers.get("Cookie"), headers.get("X-CSRF-Token")):
            return _TOKEN_REQUIRED
        if path != "/A_SalesOrder":
            return Answer(status=405, headers=_TEXT)
        return self._planned.answer(lambda: self._create(request))

    def _create(self, request: Request) -> Answer:
        request_id = request.headers.get("RequestID")
        is_repeatable = request_id is not None and "RepeatabilityCreation" in request.headers
        order = self._orders.create(request.content, request_id if is_repeatable else None)
        headers = {"Location": self._url(order)}
        if is_repeatable:
            headers["RepeatabilityResult"] = "accepted"
        return _json({"d": self._with_metadata(order)}, headers, status=201)

    def _get(self, request: Request, path: str, options: Mapping[str, str]) -> Answer:
        headers: dict[str, str | tuple[str, ...]] = {}
        if (request.headers.get("X-CSRF-Token") or "").lower() == "fetch":
            token, cookies = self._sessions.open(request.headers.get("Cookie"))
            headers = {"x-csrf-token": token, "Set-Cookie": cookies}
        entity = _ENTITY.fullmatch(path)
        if path in ("", "/"):
            return _json(service_document(), headers)
        if path == "/$metadata":
            xml = {"Content-Type": "application/xml"}
            return Answer(content=metadata(), headers={**xml, **headers})
        if path == "/A_SalesOrder":
            orders = [self._with_metadata(order) for order in self._orders.query(options)]
            return _json({"d": {"results": orders}}, headers)
        if entity is not None:
            return _json({"d": self._with_metadata(self._orders.read(entity[1]))}, headers)
        return Answer(status=404, headers={**_TEXT, **headers})

    def _url(self, order: Entity) -> str:
        return f"{self.base_url}{_SERVICE}/A_SalesOrder('{order.get('SalesOrder')}')"

    def _with_metadata(self, order: Entity) -> Entity:
        url = self._url(order)
        kind = "API_SALES_ORDER_SRV.A_SalesOrderType"
        return {"__metadata": {"id": url, "uri": url, "type": kind}, **order}


def _json(
    document: object,
    headers: Mapping[str, str | tuple[str, ...]] | None = None,
    *,
    status: int = 200,
) -> Answer:
    return Answer(status=status, content=json.dumps(document).encode(), headers=headers or {})
