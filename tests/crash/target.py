"""
A target that survives what the tests do to its clients: a process of its own.

It appends each order that it takes to a file and has the disk confirm it before it answers, so
what was taken is counted from that file. Run as `python -m tests.crash.target FILE`: the standard
library only. It ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Any

PLAIN: dict[str, Any] = {
    "drops": ["keyed"],  # instances for which a repeated idempotency key is answered as before
    "hold": False,  # what was taken is answered only when the mode changes
    "instances": None,  # those that all else is about; all by default
    "lose": 0,  # so many orders are taken and never answered
    "refuse": 0,  # a status that is answered instead, to a lookup too unless it is 422
    "retry_after": None,  # its header, in seconds
    "seconds": 0.0,  # how long an answer takes after the order was taken
}


class Book:
    """
    The orders that were taken.
    """

    def __init__(self, file: Path) -> None:
        self.changed = Condition()
        self.mode = dict(PLAIN)
        self.open = 0
        self._losers: set[str] = set()
        self.log: deque[dict[str, Any]] = deque()
        self.taken: Counter[str] = Counter()
        self._file = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._disk = Lock()
        self._written = self._kept = 0
        self._first: dict[tuple[str, str], str] = {}

    def take(self, instance: str, order: str, key: str, worker: str) -> tuple[str, bool]:
        """
        Take an order; gives its id here, and whether it was here before and is dropped.
        """
        with self.changed:
            known = self._first.get((instance, key))
            repeated = known is not None and instance in self.mode["drops"]
            if known is None or not repeated:
                self._written += 1
                remote = f"R{self._written}"
                taken = {"instance": instance, "order": order, "key": key, "id": remote}
                os.write(self._file, json.dumps(taken).encode() + b"\n")
                self._first.setdefault((instance, key), remote)
                self.taken[instance] += 1
            else:
                remote = known
            number = self._written
            self._note(instance, order, worker, "repeated" if repeated else "taken")
        self._keep(number)
        return remote, repeated

    def find(self, instance: str, key: str) -> str | None:
        """
        The id of an order that is here, by its idempotency key.
        """
        with self.changed:
            return self._first.get((instance, key))

    def refused(self, instance: str, order: str, worker: str) -> int:
        """
        The status with which everything is refused now, or 0.
        """
        with self.changed:
            status = int(self.mode["refuse"]) if self._is_meant(instance) else 0
            if status:
                self._note(instance, order, worker, "refused")
            return status

    def answers(self, instance: str) -> bool:
        """
        Wait as the mode wants it; false where the answer is to be lost.
        """
        with self.changed:
            if not self._is_meant(instance):
                return True
            if self.mode["lose"] and instance not in self._losers:
                self._lose(instance)
                return False
            if self.mode["hold"]:
                self.changed.wait_for(lambda: not self.mode["hold"], 60)
            seconds = self.mode["seconds"]
        time.sleep(seconds)
        return True

    def _lose(self, instance: str) -> None:
        """
        Of several answers to be lost each instance loses one, so that a repeat loses no other's.
        """
        self.mode["lose"] -= 1
        self._losers.add(instance)
        if not self.mode["lose"]:
            self._losers.clear()

    def _is_meant(self, instance: str) -> bool:
        return self.mode["instances"] is None or instance in self.mode["instances"]

    def _note(self, instance: str, order: str, worker: str, what: str) -> None:
        at = time.clock_gettime(time.CLOCK_BOOTTIME)
        self.log.append(
            {"at": at, "instance": instance, "order": order, "worker": int(worker), "what": what}
        )
        self.changed.notify_all()

    def _keep(self, number: int) -> None:
        """
        Have the disk confirm what was written up to a number; one confirmation serves many.
        """
        with self._disk:
            if self._kept < number:
                latest = self._written
                os.fsync(self._file)
                self._kept = latest


class Handler(BaseHTTPRequestHandler):
    """
    `POST` and `GET /INSTANCE/orders`; what begins with `/-/` is the test's.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    book: Book

    def do_POST(self) -> None:
        """
        Take an order, or set the mode.
        """
        length = int(self.headers["Content-Length"])
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionResetError
        body = json.loads(data)
        _, instance, what = self.path.split("/", 2)
        if instance == "-":
            self._control(what, body)
            return
        worker = self.headers["X-Worker"]
        status = self.book.refused(instance, body["order"], worker)
        if status:
            self._refuse(status)
            return
        key = self.headers["Idempotency-Key"]
        remote, _ = self.book.take(instance, body["order"], key, worker)
        if self.book.answers(instance):
            self._answer(201, {"id": remote})
        else:
            self.close_connection = True

    def do_GET(self) -> None:
        """
        Look an order up.
        """
        _, instance, _, key = self.path.split("/", 3)
        status = self.book.refused(instance, key, self.headers["X-Worker"])
        if status not in {0, 422}:
            self._refuse(status)
            return
        remote = self.book.find(instance, key)
        self._answer(200 if remote else 404, {"id": remote})

    def log_message(self, *_: object) -> None:
        """
        Say nothing.
        """

    def _control(self, what: str, body: dict[str, Any]) -> None:
        book = self.book
        with book.changed:
            if what == "mode":
                book.mode = PLAIN | body
                book.changed.notify_all()
            elif what == "quiet":
                book.changed.wait_for(lambda: book.open == 1, body["seconds"])
            elif what == "wait":
                book.changed.wait_for(lambda: len(book.log) >= body["noted"], body["seconds"])
            noted = list(book.log)[body.get("after", len(book.log)) :]
        self._answer(200, {"noted": noted})

    def _refuse(self, status: int) -> None:
        wait = self.book.mode["retry_after"]
        headers = {} if wait is None else {"Retry-After": str(wait)}
        self._answer(status, {"error": "refused"}, headers)

    def _answer(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """
    A thread a connection; a client that was killed is no news.
    """

    daemon_threads = True
    request_queue_size = 128

    def process_request(self, *given: Any) -> None:
        """
        Count the connections that are open.
        """
        with Handler.book.changed:
            Handler.book.open += 1
        super().process_request(*given)

    def shutdown_request(self, request: Any) -> None:
        """
        Count one less.
        """
        super().shutdown_request(request)
        with Handler.book.changed:
            Handler.book.open -= 1
            Handler.book.changed.notify_all()

    def handle_error(self, *_: object) -> None:
        """
        Only tell what is not the client's end.
        """
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*_)  # type: ignore[arg-type]


def main(file: str) -> None:
    """
    Serve on a free port of the loopback interface, and say which.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Handler.book = Book(Path(file))
    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
