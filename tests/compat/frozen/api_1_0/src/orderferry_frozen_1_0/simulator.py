"""
The target, stood in for.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from orderferry.connectors import Received, Simulator

__all__ = ["FrozenSimulator"]

TOKEN = "frozen-simulator-token"


class FrozenSimulator:
    """
    Takes orders over HTTP.
    """

    def __init__(self) -> None:
        self._received: list[Received] = []
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """
        Listen.
        """
        received = self._received

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                order_id = json.loads(content)["id"]
                taken = Received(
                    order_id=order_id,
                    shipment_id=None,
                    remote_id=f"F-{order_id}",
                    content=content,
                )
                if self.path == "/orders":
                    received.append(taken)
                body = json.dumps({"id": taken.remote_id}).encode()
                self.send_response(201)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """
        Listen no longer.
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
        Of an instance that talks to it.
        """
        host, port = self.address
        return {"base_url": f"http://{host}:{port}", "token": TOKEN}

    def received(self) -> list[Received]:
        """
        What was taken.
        """
        return list(self._received)


def check_types(simulator: FrozenSimulator) -> Simulator:
    """
    It is a simulator, as a type checker sees it.
    """
    return simulator
