"""
A target with its own line protocol over TCP, and connectors that use it.
"""

from __future__ import annotations

from socket import create_connection
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from typing import ClassVar

from attrs import define, frozen

from orderferry import (
    Absent,
    Capabilities,
    Connector,
    Context,
    ExportResult,
    Found,
    Order,
    SentExport,
    hookimpl,
)
from orderferry.connectors import Received
from orderferry.errors import TransientError, UnknownOutcomeError

__all__ = ["LineTarget", "Lines", "SendsAgainWhenCut", "SilentTarget", "SpeaksFirst"]


class LineTarget:
    """
    Answers `PUT <order>` with `IS <id>`, and `GET <order>` with `IS <id>` or `NONE`.

    It greets with `READY`. An order that it already has is stored again.
    """

    greeting = b"READY\n"

    def __init__(self) -> None:
        self._server: _Server | None = None

    def start(self) -> None:
        """
        Listen.
        """
        self._server = _Server(self.greeting)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """
        Stop listening.
        """
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def address(self) -> tuple[str, int]:
        """
        Host and port.
        """
        if self._server is None:
            raise RuntimeError("the target is not started")
        return "127.0.0.1", self._server.server_address[1]

    @property
    def settings(self) -> dict[str, object]:
        """
        The settings of an instance that talks to it.
        """
        host, port = self.address
        return {"host": host, "port": port}

    def received(self) -> list[Received]:
        """
        The orders that were put.
        """
        return [] if self._server is None else list(self._server.orders)


class SilentTarget(LineTarget):
    """
    The same target without a greeting.
    """

    greeting = b""


class _Server(ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(self, greeting: bytes) -> None:
        self.greeting = greeting
        self.orders: list[Received] = []
        self.lock = Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def put(self, order_id: str) -> str:
        with self.lock:
            remote_id = f"L{1001 + len(self.orders)}"
            content = order_id.encode()
            self.orders.append(
                Received(order_id=order_id, shipment_id=None, remote_id=remote_id, content=content)
            )
            return f"IS {remote_id}"

    def get(self, order_id: str) -> str:
        with self.lock:
            remote_ids = [order.remote_id for order in self.orders if order.order_id == order_id]
        return f"IS {remote_ids[0]}" if remote_ids else "NONE"

    def handle_error(self, request: object, client_address: object) -> None:
        """
        Ignore a client that disconnects during a request.
        """


class _Handler(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.wfile.write(self.server.greeting)
        line = self.rfile.readline().decode()
        if not line.endswith("\n"):
            return
        verb, _, order_id = line.strip().partition(" ")
        answer = self.server.put(order_id) if verb == "PUT" else self.server.get(order_id)
        self.wfile.write(f"{answer}\n".encode())


@frozen
class Line:
    """
    The settings: the target's host and port.
    """

    host: str
    port: int


@define(eq=False)
class Lines(Connector):
    """
    Keeps every guarantee that it offers.
    """

    Settings = Line
    capabilities = Capabilities(records=True)
    greeting: ClassVar[bytes] = LineTarget.greeting

    settings: Line

    @hookimpl
    def export_order(self, order: Order, context: Context) -> ExportResult:
        """
        Send the order.
        """
        answer = self.put(order.id, context)
        if not answer.startswith("IS "):
            raise UnknownOutcomeError(f"order {order.id} was sent, and the answer is {answer!r}")
        return ExportResult(remote_ids={"order": answer.removeprefix("IS ")})

    @hookimpl
    def find_export(self, export: SentExport, context: Context) -> Found | Absent:
        """
        Ask for the order.
        """
        answer = self.ask(f"GET {export.order.id}", context, write=False)
        if answer.startswith("IS "):
            return Found(remote_ids={"order": answer.removeprefix("IS ")})
        if answer == "NONE":
            return Absent()
        raise TransientError(f"the target answers {answer!r}")

    def put(self, order_id: str, context: Context) -> str:
        """
        Send an order, and return the answer.
        """
        return self.ask(f"PUT {order_id}", context, write=True)

    def ask(self, line: str, context: Context, *, write: bool) -> str:
        """
        Send one line over a new connection, and return the line that answers it.
        """
        sent = False
        try:
            address = self.settings.host, self.settings.port
            with (
                create_connection(address, timeout=context.time_left or 0.001) as connection,
                connection.makefile("rwb", buffering=0) as stream,
            ):
                if self.greeting and stream.readline() != self.greeting:
                    raise TransientError("the target did not send its greeting")
                if write:
                    context.record(line)
                sent = write
                connection.settimeout(context.time_left or 0.001)
                stream.write(f"{line}\n".encode())
                answer = stream.readline()
        except OSError as error:
            answer, fault = b"", str(error)
        else:
            fault = "the answer was cut off"
        if answer.endswith(b"\n"):
            return answer.decode().strip()
        if sent:
            raise UnknownOutcomeError(f"{line} was sent, and there was no answer: {fault}")
        raise TransientError(f"{line} was not sent, or does not write: {fault}")


class SpeaksFirst(Lines):
    """
    Keeps every guarantee that it offers, with a target that does not greet: the target may have
    received even the first bytes of a connection.
    """

    greeting = SilentTarget.greeting


class SendsAgainWhenCut(Lines):
    """
    Sends the order again, over another connection, when the first one is dropped.
    """

    def put(self, order_id: str, context: Context) -> str:  # noqa: D102 - the class's docstring describes the fault
        try:
            return super().put(order_id, context)
        except UnknownOutcomeError:
            return super().put(order_id, context)
