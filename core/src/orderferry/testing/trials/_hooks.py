"""
One call of a hook: on a good target, under a fault, from a newer core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING, cast

import pluggy
from attrs import frozen

from orderferry.connectors import Context, Exporter, Properties
from orderferry.exports import accepted_results
from orderferry.orders import Order
from orderferry.testing.proxy._fault import Fault, Place, RequestPlace
from orderferry.testing.trials._bench import Bench, Instance
from orderferry.testing.trials._export_run import Voyage
from orderferry.testing.trials._fault_injection import inflicted
from orderferry.testing.trials._observation import changes, is_typed, snapshot
from orderferry.testing.trials._trial import unhurried

if TYPE_CHECKING:
    from pluggy import HookCaller

    from orderferry.testing.proxy._proxy import Seen

__all__ = ["Answered", "answered", "newer"]

_OF_SENT_ORDERS = ("acknowledgements", "cancel_order", "export_invoices", "export_payments")


@frozen(kw_only=True)
class Answered:
    """
    What a hook came to.

    Attributes:
        hook: The hook.
        fault: The fault, or `None` on a good target.
        answer: What it answered.
        error: What it raised instead.
        met: Whether the fault was met.
        changed: What the connector changed of order, properties and settings.
        wrote: How many orders more the target has.
        write: The last request that was no read.
        seen: The requests, for people.
    """

    hook: str
    fault: Fault | None
    answer: object
    error: Exception | None
    met: bool
    changed: list[str]
    wrote: int
    write: RequestPlace | None
    seen: str

    @property
    def typed(self) -> bool:
        """
        Whether it failed with none but an error that connectors raise, if at all.
        """
        return is_typed(self.error)

    def told(self, what: str) -> str:
        """
        An objection, with all that is needed to understand it.
        """
        came = repr(self.answer if self.error is None else self.error)
        fault = "none" if self.fault is None else self.fault.sentence
        return (
            f"{self.hook}: {what}\n  it came to {came}\n  fault: {fault}\n  requests: {self.seen}"
        )


def answered(
    bench: Bench,
    hook: str,
    fault: Fault | None = None,
    place: Place | None = None,
    arguments: Mapping[str, object] | None = None,
) -> Answered:
    """
    Call a hook with an order, which is sent before where the hook is about orders that were.

    Args:
        bench: Where the target is.
        hook: The hook.
        fault: A fault that is there while it is called.
        place: Where the fault is.
        arguments: The hook's arguments, where they do not follow from the order.
    """
    return unhurried(bench, lambda: _answered(bench, hook, fault, place, arguments))


def _answered(
    bench: Bench,
    hook: str,
    fault: Fault | None,
    place: Place | None,
    arguments: Mapping[str, object] | None,
) -> Answered:
    order, proxy = bench.new_order(), bench.proxy
    with bench.instance() as sender:
        voyage = Voyage(bench, order, sender.exporter)
        if hook in _OF_SENT_ORDERS:
            voyage.attempt()
    total = bench.total()
    answer, error, met = None, None, True
    with bench.instance() as instance:
        given = _arguments(bench, hook, order) if arguments is None else arguments
        things = {**given, "settings": instance.settings}
        before = snapshot(things)
        if proxy is not None:
            proxy.clear()
        with nullcontext() if fault is None else inflicted(bench, fault, place):
            try:
                call = getattr(instance.exporter, hook)
                answer = call(**given, context=_context(hook, instance, voyage))
            except Exception as raised:  # noqa: BLE001 - a vendor's code raises anything
                error = raised
            if proxy is not None and fault not in (None, Fault.REFUSE):
                met = proxy.met > 0
            seen = () if proxy is None else proxy.seen
        changed = changes(before, snapshot(things))
    return Answered(
        hook=hook,
        fault=fault,
        answer=answer,
        error=error,
        met=met,
        changed=changed,
        wrote=bench.total() - total,
        write=_last_write(seen),
        seen=", ".join(f"{each.method} {each.path}" for each in seen) or "none were seen",
    )


def _context(hook: str, instance: Instance, voyage: Voyage) -> Context:
    if hook == "preview_order":
        return instance.exporter.preview_context()
    key = voyage.export.key
    return instance.exporter.context(
        key=str(key),
        idempotency_key=key.id,
        attempt=1,
        deadline=monotonic() + voyage.bench.pace.attempt_seconds,
        accepted=accepted_results([voyage.export], key.instance),
    )


def _last_write(seen: tuple[Seen, ...]) -> RequestPlace | None:
    writes = [each for each in seen if each.method not in ("GET", "HEAD", "OPTIONS")]
    return RequestPlace(writes[-1].method, writes[-1].path) if writes else None


def _arguments(bench: Bench, hook: str, order: Order) -> dict[str, object]:
    properties = Properties(bench.plan.properties)  # type: ignore[arg-type]
    given: dict[str, object] = {
        "order": order,
        "shipment": bench.shipment(order),
        "properties": properties,
    }
    match hook:
        case "cancel_order" | "preview_order":
            return given
        case "export_payments":
            return {**given, "payments": order.order_form.payments}
        case "export_invoices":
            return {**given, "invoices": order.invoices}
        case "order_saved":
            return {"order": order}
        case _:
            return {}


MORE = "newer_argument"
UNKNOWN = "newer_hook"

_hookspec = pluggy.HookspecMarker("orderferry")


def newer(instance: Instance) -> Exporter:
    """
    The same instance behind newer hooks: each has one argument more, and there is one hook more.

    Args:
        instance: The instance, whose hooks are pluggy's.
    """
    manager = pluggy.PluginManager("orderferry")
    specified = {UNKNOWN: _specified(UNKNOWN, (MORE,))}

    def wrap(name: str, function: Callable[..., object]) -> Callable[..., object]:
        known = cast("HookCaller", getattr(function, "__wrapped__", function)).spec
        if known is None:
            raise RuntimeError(f"{name} has no specification")
        arguments = (*known.argnames, MORE)
        specified[name] = _specified(name, arguments, firstresult=known.opts["firstresult"])

        def call(**arguments: object) -> object:
            answer: object = getattr(manager.hook, name)(**arguments, **{MORE: "newer"})
            return answer

        return call

    made = instance.exporter.watched(wrap)
    manager.add_hookspecs(type("Newer", (), specified))
    manager.register(instance.connector)
    manager.check_pending()
    return made


def _specified(
    name: str, arguments: tuple[str, ...], *, firstresult: bool = True
) -> Callable[..., object]:
    """
    A specification as its module would have it: pluggy reads the arguments from the code.
    """
    module: dict[str, Callable[..., object]] = {}
    exec(f"def {name}({', '.join(arguments)}): pass", module)  # noqa: S102 - names of the core's hooks
    return _hookspec(firstresult=firstresult)(module[name])
