"""
A connector whose target is a file, as its module is written.
"""

__all__ = ["TARGET"]

TARGET = '''
"""
A connector whose target is a file: each order that it takes is a line of it.
"""

import os
from pathlib import Path
from threading import Event

from attrs import define, frozen

from orderferry import Connector, Document, ExportResult, Finding, FindingState, Secret, hookimpl
from orderferry.errors import (
    AuthenticationError, InvalidOrderError, Problem, RejectedError, ThrottledError, TransientError,
    UnknownOutcomeError,
)

PROBLEM = Problem(line_item_id="2", field="quantity", value="-1", cause="is negative",
                  remedy="take the line out")


@frozen
class Settings:
    taken: str
    token: Secret | None = None
    does: str = "take"


@define(eq=False)
class TheConnector(Connector):
    Settings = Settings

    settings: Settings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        does = self.settings.does
        context.log.info("asked", order=order.id, token=self._token)
        if does == "reject":
            raise RejectedError("the target said no", problems=[PROBLEM])
        if does == "away" or (does == "away then take" and context.attempt == 1):
            raise TransientError("the target is away")
        if does == "away for an hour":
            raise ThrottledError("the target is away", retry_after=3600.0)
        if does == "lose":
            raise UnknownOutcomeError("the answer was lost")
        if does == "leak":
            raise LookupError(f"401 for token {self._token}")
        if does == "leak politely":
            parts = [ExportResult(remote_ids={"order": self._token})]
            raise RejectedError(f"token {self._token} is not known", accepted=parts)
        if does == "post":
            context.http.post("http://127.0.0.1:9/", content="order")
        if does == "wait" and order.id == "WAIT":
            with open(self.settings.taken + ".fifo", "w") as fifo:
                fifo.write("here")
            Event().wait()
        with open(self.settings.taken, "a") as taken:
            taken.write(order.id + "\\n")
        return ExportResult(remote_ids={"order": f"R-{order.id}"}, message="created")

    @hookimpl
    def preview_order(self, order, shipment, properties, context):
        does = self.settings.does
        if does == "reject" or (shipment is None and len(order.shipments) > 1):
            raise InvalidOrderError("the order cannot be sent", problems=[PROBLEM])
        if does == "leak":
            raise LookupError(f"no use of {self._token}")
        if does == "reach out":
            context.http.get("http://127.0.0.1:9/")
        if does == "reach round":
            import socket
            import threading
            results = []
            thread = threading.Thread(target=lambda: results.append(self._reach(socket)))
            thread.start()
            thread.join()
            raise results[0]
        if does == "nothing":
            return None
        name = "" if shipment is None else shipment.shipment_id
        text = f"{order.id} {name} {dict(properties)} {self._token}\\n"
        return Document(text.encode() + b"\\x00\\xff", "application/x-acme", f"{order.id}.acme")

    @hookimpl
    def check(self, context):
        does = self.settings.does
        if does == "reject":
            raise AuthenticationError(f"signing in with {self._token} failed")
        if does == "leak":
            raise LookupError(self._token)
        if does == "nothing":
            return None
        yield Finding("sign in", FindingState.PROVEN, f"as {self._token}")
        if does == "fail":
            yield Finding("may create orders", FindingState.FAILED, "no right to write")
        else:
            yield Finding("may create orders", FindingState.NOT_PROVABLE, "only by writing")

    @property
    def _token(self):
        return self.settings.token.reveal() if self.settings.token else "none"

    @staticmethod
    def _reach(socket):
        try:
            return socket.create_connection(("127.0.0.1", 9))
        except BaseException as error:
            return error
'''
