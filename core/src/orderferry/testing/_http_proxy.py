"""
HTTP through the proxy: requests are sent on one by one, unless there is a fault for them.
"""

from __future__ import annotations

from orderferry.testing._connection import Connection
from orderferry.testing._fault import DELAY, Fault
from orderferry.testing._http_answers import GARBAGE, answer_of, flood, truncated
from orderferry.testing._http_message import (
    Message,
    MessageError,
    read_answer,
    read_body,
    read_head,
)
from orderferry.testing._traffic import Seen, Traffic

__all__ = ["serve_http"]

_AT_REQUEST = {
    Fault.STALL: Fault.STALL_REQUEST,
    Fault.CUT: Fault.DROP_REQUEST,
    Fault.DEAF: Fault.LOSE_ANSWER,
}
"""What is met by bytes elsewhere is met by requests here."""

_ANSWERLESS = (Fault.DROP_REQUEST, Fault.LOSE_ANSWER)
_STALLING = (Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED)


def serve_http(connection: Connection, traffic: Traffic) -> None:
    """
    Answer the requests of one connection until it ends.

    Args:
        connection: The connection.
        traffic: Target and faults.
    """
    service = _Service(connection, traffic)
    with connection.file() as file:
        try:
            while (head := read_head(file)) is not None:
                if b"100-continue" in head.header("Expect").lower():
                    connection.client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                if not service.answer(read_body(file, head)):
                    connection.finish()
                    return
        except MessageError:
            if connection.ended:
                return
        connection.left()


class _Service:
    def __init__(self, connection: Connection, traffic: Traffic) -> None:
        self._connection = connection
        self._traffic = traffic

    def answer(self, request: Message) -> bool:
        """
        Whether the connection stays open.
        """
        inflicted = self._traffic.inflicted
        if inflicted is None or not inflicted.at_request(request.method, request.path):
            return self._pass(request)
        fault = _AT_REQUEST.get(inflicted.fault, inflicted.fault)
        if fault is Fault.WRONG_CERTIFICATE:
            return self._pass(request)  # trusted, and met already
        self._traffic.meet()
        if fault is Fault.DELAY:
            self._connection.wait(DELAY)
            return self._pass(request)
        answer = self._forward(request) if fault.forwards else None
        if answer is None:
            self._saw(request)
        if fault in (Fault.RESET, Fault.REFUSE):
            self._connection.end(reset=fault is Fault.RESET)
            return False
        if fault in _STALLING:
            self._traffic.stall(self._connection, inflicted)
            self._connection.drain()
            return False
        return fault not in _ANSWERLESS and self._spoil(fault, request, answer)

    def _spoil(self, fault: Fault, request: Message, answer: Message | None) -> bool:
        client = self._connection.client
        if answer is None and fault is Fault.TRUNCATED:
            return False
        match fault:
            case Fault.TRUNCATED if answer is not None:
                client.sendall(truncated(answer))
                return False
            case Fault.GARBAGE:
                client.sendall(GARBAGE)
                return False
            case Fault.FLOOD:
                for piece in flood():
                    client.sendall(piece)
                return False
            case _:
                client.sendall(answer_of(fault, request))
                return request.keeps_alive

    def _pass(self, request: Message) -> bool:
        answer = self._forward(request)
        if answer is None:
            return False
        self._connection.client.sendall(answer.encoded())
        return request.keeps_alive and answer.keeps_alive

    def _forward(self, request: Message) -> Message | None:
        """
        Send it to the target, over a connection of its own: none that the target has closed.

        Returns:
            The answer, or `None` if there was none.
        """
        before = self._traffic.observe()
        answer = None
        try:
            target = self._connection.connect(self._traffic.target)
            target.sendall(request.encoded("Expect"))
            with target.makefile("rb") as file:
                answer = read_answer(file, request.method)
        except (OSError, MessageError):
            answer = None  # the client sees what it would see of the target: no answer
        finally:
            self._connection.disconnect()
        self._saw(request, self._traffic.observe() - before)
        return answer

    def _saw(self, request: Message, taken: int | None = None) -> None:
        forwarded = taken is not None
        self._traffic.saw(Seen(request.method, request.path, forwarded, taken or 0))
