"""
The connector of these tests, as its module is written.
"""

__all__ = ["SOURCE"]

SOURCE = '''
"""
A connector that answers what its settings say, one answer a call, the last one again and again.
"""

from threading import Lock

from attrs import define, field, frozen

from orderferry import (
    Absent, CannotTell, Capabilities, Connector, ExportResult, ExportState, Found, hookimpl,
)
from orderferry.errors import (
    AuthenticationError, InvalidOrderError, Problem, RejectedError, ThrottledError,
    TransientError, UnknownOutcomeError,
)

CALLS = []
SAVED = []
CANCELLED = []
GATES = {}
LOCK = Lock()
PROBLEM = Problem(line_item_id="1", field="Material", value="X", cause="unknown", remedy="add it")


@frozen
class Settings:
    answers: list[str] = field(factory=lambda: ["accept"])
    found: str = "cannot"
    cancels: str = "take"


def answer(word, order, shipment, context):
    number = len(CALLS)
    if word == "accept":
        return ExportResult({"order": f"R{number}"}, message="created")
    if word == "split":
        return [ExportResult({"order": f"R{number}-{s.shipment_id}"}, shipment_id=s.shipment_id)
                for s in order.shipments]
    if word == "split-refused":
        first, *rest = order.shipments
        refused = [ExportResult(message="refused", state=ExportState.REJECTED,
                                problems=[PROBLEM], shipment_id=s.shipment_id) for s in rest]
        return [ExportResult({"order": "R1"}, shipment_id=first.shipment_id), *refused]
    if word == "gate":
        GATES[context.instance.id].wait(20)
        return ExportResult({"order": f"R{number}"})
    if word == "recorded-boom":
        context.record("PUT order")
        raise LookupError("boom")
    raise {
        "transient": TransientError("the target is away"),
        "throttled": ThrottledError("too many", retry_after=2),
        "throttled-long": ThrottledError("too many", retry_after=3600),
        "authentication": AuthenticationError("wrong password"),
        "invalid": InvalidOrderError("the order cannot be sent", problems=[PROBLEM]),
        "reject": RejectedError("the target refused the order", problems=[PROBLEM]),
        "unknown": UnknownOutcomeError("the answer was lost"),
        "boom": LookupError("boom"),
    }[word]


@define(eq=False)
class Obedient(Connector):
    Settings = Settings
    capabilities = Capabilities(records=True, updates=@UPDATES@, idempotent=@IDEMPOTENT@)

    settings: Settings
    made: int = 0

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        with LOCK:
            word = self.settings.answers[min(self.made, len(self.settings.answers) - 1)]
            self.made += 1
            CALLS.append((context.instance, order, shipment, properties, context.attempt,
                          context.idempotency_key, tuple(context.accepted)))
        if word == "none":
            return None
        return answer(word, order, shipment, context)
'''
