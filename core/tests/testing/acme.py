"""
A connector to a small REST service, and its simulator, for the suite's own tests.

A trait in the environment makes the connector break one guarantee, or declare more capabilities.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Lock, Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from attrs import define, frozen

from orderferry import (
    Absent,
    Acknowledgement,
    Capabilities,
    Connector,
    Context,
    Document,
    ExportResult,
    ExportState,
    Finding,
    FindingState,
    Found,
    Order,
    PushedRequest,
    Secret,
    SentExport,
    hookimpl,
)
from orderferry.connectors import Received
from orderferry.connectors.http import BearerAuth, Client, Response
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.orders import Invoice, Payment

TRAIT = os.environ.get("ORDERFERRY_ACME_TRAIT")
EXPORTS = count()
"""The numbers of this process's exports, from 0; the first export has no fault."""

SLOW_SECONDS = 0.4


@frozen
class AcmeSettings:
    """
    The address of the service, and its token.
    """

    base_url: str
    token: Secret


def _document(order: Order) -> bytes:
    lines = [
        {"code": line.code, "quantity": str(line.quantity)} for line in order.order_form.line_items
    ]
    return json.dumps({"id": order.id, "lines": lines}).encode()


def _member(response: Response, name: str) -> Any:
    body = response.json()
    return body.get(name) if isinstance(body, dict) else None


def _result(response: Response) -> ExportResult:
    number = _member(response, "number")
    if not isinstance(number, str):
        raise UnknownOutcomeError(f"{response.named()} has no number")
    return ExportResult({"order": number})


def _take_time(context: Context) -> None:
    """
    Take the time that the trait demands, as a busy machine or a slow connector does.
    """
    number = next(EXPORTS)
    if TRAIT == "gets slower" and number > 0:
        Event().wait(SLOW_SECONDS)
    if TRAIT == "is stopped" and number == 1:
        # A stopped process cannot continue itself, so a child process continues it.
        stopped = str(os.getpid())
        code = (
            "import os, signal, sys, time; time.sleep(1); os.kill(int(sys.argv[1]), signal.SIGCONT)"
        )
        with subprocess.Popen([sys.executable, "-c", code, stopped]):
            os.kill(os.getpid(), signal.SIGSTOP)
    if TRAIT == "uses all its time":
        Event().wait(context.time_left * 0.9)


@define(eq=False)
class Acme(Connector):
    """
    Posts orders, and finds them by their id.
    """

    Settings: ClassVar[type] = AcmeSettings
    capabilities: ClassVar[Capabilities] = Capabilities(
        idempotent=TRAIT == "declares", updates=TRAIT == "declares", records=True
    )

    settings: AcmeSettings

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        """
        Post the order.
        """
        if TRAIT == "mutates":
            order.extra["seen"] = True  # type: ignore[index]
        if TRAIT == "prints":
            print(self.settings.token.reveal())  # noqa: T201 - this is what must be detected
        _take_time(context)
        try:
            response = self._post(context, "/orders", _document(order))
        except UnknownOutcomeError as error:
            if TRAIT == "calls a lost answer transient":
                raise TransientError(str(error)) from error
            raise
        return _result(response)

    @hookimpl
    def preview_order(self, order: Order) -> Document:
        """
        Render the body.
        """
        return Document(_document(order), "application/json")

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Search for orders with the id.
        """
        numbers = _member(self._get(context, "/orders", {"id": export.order.id}), "numbers")
        if not isinstance(numbers, list):
            raise TransientError("the service returned no list")
        return Found({"order": numbers[0]}) if numbers else Absent()

    @hookimpl
    def check(self, context: Context) -> list[Finding]:
        """
        Search for an order that does not exist.
        """
        try:
            self._get(context, "/orders", {"id": ""})
        except ExportError as error:
            return [Finding("reach the service", FindingState.FAILED, str(error))]
        return [Finding("reach the service", FindingState.PROVEN)]

    @hookimpl
    def cancel_order(self, order: Order, context: Context) -> ExportResult:
        """
        Post a cancellation.
        """
        return _result(self._post(context, "/cancellations", order.id.encode()))

    @hookimpl
    def export_payments(
        self, order: Order, payments: Sequence[Payment], context: Context
    ) -> ExportResult:
        """
        Post the number of payments.
        """
        return _result(self._post(context, "/payments", f"{order.id} {len(payments)}".encode()))

    @hookimpl
    def export_invoices(
        self, order: Order, invoices: Sequence[Invoice], context: Context
    ) -> ExportResult:
        """
        Post the number of invoices.
        """
        return _result(self._post(context, "/invoices", f"{order.id} {len(invoices)}".encode()))

    @hookimpl
    def order_saved(self, order: Order, context: Context) -> None:
        """
        Post the order's id.
        """
        self._post(context, "/saved", order.id.encode())

    @hookimpl
    def acknowledgements(self, context: Context) -> Iterator[Acknowledgement]:
        """
        Acknowledge each order that the service returns.
        """
        for number in _member(self._get(context, "/orders", {"id": ""}), "numbers") or ():
            yield Acknowledgement(number, ExportState.ACKNOWLEDGED)

    @hookimpl
    def receive(self, request: PushedRequest) -> list[Acknowledgement]:
        """
        Accept requests that have the token.
        """
        if request.headers.get("x-token") != self.settings.token.reveal():
            raise AuthenticationError("the request has no token")
        return []

    def _post(self, context: Context, path: str, content: bytes) -> Response:
        if TRAIT == "waits for ever":
            return self._wait_forever(f"{self.settings.base_url}{path}", content, context)
        key = {"Idempotency-Key": str(context.idempotency_key)} if TRAIT == "declares" else {}
        return context.http.post(
            f"{self.settings.base_url}{path}",
            content=content,
            headers=key,
            auth=BearerAuth(self.settings.token),
        )

    def _wait_forever(self, url: str, content: bytes, context: Context) -> Response:
        context.record(f"POST {url}")
        with Client(environment={}) as client:
            auth = BearerAuth(self.settings.token)
            return client.bind().post(url, content=content, auth=auth, timeout=3600.0)

    def _get(self, context: Context, path: str, params: dict[str, str]) -> Response:
        return context.http.get(
            f"{self.settings.base_url}{path}",
            params=params,
            auth=BearerAuth(self.settings.token),
        )


class AcmeSimulator:
    """
    The service, on a socket of this process.
    """

    token = "acme-service-token"

    def __init__(self) -> None:
        self._lock = Lock()
        self._orders: list[Received] = []
        self._numbers: dict[str, str] = {}
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """
        Start to listen.
        """
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None: ...

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self._is_authenticated():
                    key = self.headers["Idempotency-Key"]
                    known = self.path == "/orders"
                    self._answer(201, {"number": simulator.store(body, key) if known else "N1"})

            def do_GET(self) -> None:
                (order_id,) = parse_qs(urlsplit(self.path).query).get("id", [""])
                if self._is_authenticated():
                    numbers = [
                        order.remote_id
                        for order in simulator.received()
                        if order.order_id == order_id
                    ]
                    self._answer(200, {"numbers": numbers})

            def _is_authenticated(self) -> bool:
                if self.headers["Authorization"] == f"Bearer {simulator.token}":
                    return True
                self._answer(401, {})
                return False

            def _answer(self, status: int, document: dict[str, Any]) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """
        Stop to listen.
        """
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.
        """
        assert self._server is not None
        return "127.0.0.1", self._server.server_address[1]

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance.
        """
        return {"base_url": "http://{}:{}".format(*self.address), "token": self.token}

    def store(self, body: bytes, key: str | None) -> str:
        """
        Store an order, and return its number.

        A repeated key, and a newer version of an order that came with a key, have the number of the
        stored order.
        """
        order_id = json.loads(body)["id"]
        with self._lock:
            known = key and self._numbers.get(key, self._numbers.get(order_id))
            number = known or f"R{1000 + len(self._orders)}"
            self._numbers |= {key: number, order_id: number} if key else {}
            if known:
                return known
            self._orders.append(
                Received(order_id=order_id, shipment_id=None, remote_id=number, content=body)
            )
        return number

    def received(self) -> list[Received]:
        """
        The stored orders.
        """
        with self._lock:
            return list(self._orders)
