"""
Calls of single hooks: without a fault, under a fault, and by a core with newer hooks.
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
from orderferry.testing.trials._export_run import ExportRun
from orderferry.testing.trials._fault_injection import inject
from orderferry.testing.trials._observation import changes, is_typed, snapshot
from orderferry.testing.trials._recorded_traffic import SAFE_METHODS
from orderferry.testing.trials._trial import repeat_if_slow

if TYPE_CHECKING:
    from pluggy import HookCaller

    from orderferry.testing.proxy._proxy import Seen

__all__ = ["HookCall", "call_hook", "with_newer_hooks"]

_AFTER_EXPORT = ("acknowledgements", "cancel_order", "export_invoices", "export_payments")


@frozen(kw_only=True)
class HookCall:
    """
    The record of one call of a hook.

    Attributes:
        hook: The hook.
        fault: The fault, or `None`.
        result: What the hook returned.
        error: The error that the hook raised instead.
        met: Whether the fault was met.
        mutations: The changes that the connector made to order, properties and settings.
        created: How many documents the target received during the call.
        write: The last request that does not only read.
        requests: The requests, as text.
    """

    hook: str
    fault: Fault | None
    result: object
    error: Exception | None
    met: bool
    mutations: list[str]
    created: int
    write: RequestPlace | None
    requests: str

    @property
    def typed(self) -> bool:
        """
        Whether the call raised nothing, or one of the errors for connectors.
        """
        return is_typed(self.error)

    def describe(self, problem: str) -> str:
        """
        A message about a problem, with everything that explains it.
        """
        outcome = f"returned {self.result!r}" if self.error is None else f"raised {self.error!r}"
        fault = "none" if self.fault is None else self.fault.sentence
        return (
            f"{self.hook}: {problem}\n  {self.hook} {outcome}\n  fault: {fault}"
            f"\n  requests: {self.requests}"
        )


def call_hook(
    bench: Bench,
    hook: str,
    fault: Fault | None = None,
    place: Place | None = None,
    arguments: Mapping[str, object] | None = None,
) -> HookCall:
    """
    Call a hook with a new order, which is exported first if the hook is about exported orders.

    Args:
        bench: The target and its proxy.
        hook: The hook.
        fault: A fault during the call.
        place: The place of the fault; by default everywhere.
        arguments: The hook's arguments, if they do not follow from the order.
    """
    return repeat_if_slow(bench, lambda: _call_hook(bench, hook, fault, place, arguments))


def _call_hook(
    bench: Bench,
    hook: str,
    fault: Fault | None,
    place: Place | None,
    arguments: Mapping[str, object] | None,
) -> HookCall:
    order, proxy = bench.new_order(), bench.proxy
    with bench.instance() as sender:
        run = ExportRun(bench, order, sender.exporter)
        if hook in _AFTER_EXPORT:
            run.attempt()
    count = bench.received_count()
    result, error, met = None, None, True
    with bench.instance() as instance:
        arguments = _arguments(bench, hook, order) if arguments is None else arguments
        values = {**arguments, "settings": instance.settings}
        before = snapshot(values)
        if proxy is not None:
            proxy.clear()
        with nullcontext() if fault is None else inject(bench, fault, place):
            try:
                call = getattr(instance.exporter, hook)
                result = call(**arguments, context=_context(hook, instance, run))
            except Exception as raised:  # noqa: BLE001 - a vendor's code raises anything
                error = raised
            if proxy is not None and fault not in (None, Fault.REFUSE):
                met = proxy.met > 0
            seen = () if proxy is None else proxy.seen
        mutations = changes(before, snapshot(values))
    return HookCall(
        hook=hook,
        fault=fault,
        result=result,
        error=error,
        met=met,
        mutations=mutations,
        created=bench.received_count() - count,
        write=_last_write(seen),
        requests=", ".join(f"{request.method} {request.path}" for request in seen) or "none seen",
    )


def _context(hook: str, instance: Instance, run: ExportRun) -> Context:
    if hook == "preview_order":
        return instance.exporter.preview_context()
    key = run.export.key
    return instance.exporter.context(
        key=str(key),
        idempotency_key=key.id,
        attempt=1,
        deadline=monotonic() + run.bench.pace.attempt_seconds,
        accepted=accepted_results([run.export], key.instance),
    )


def _last_write(seen: tuple[Seen, ...]) -> RequestPlace | None:
    writes = [request for request in seen if request.method not in SAFE_METHODS]
    return RequestPlace(writes[-1].method, writes[-1].path) if writes else None


def _arguments(bench: Bench, hook: str, order: Order) -> dict[str, object]:
    properties = Properties(bench.plan.properties)  # type: ignore[arg-type]
    arguments: dict[str, object] = {
        "order": order,
        "shipment": bench.shipment(order),
        "properties": properties,
    }
    match hook:
        case "cancel_order" | "preview_order":
            return arguments
        case "export_payments":
            return {**arguments, "payments": order.order_form.payments}
        case "export_invoices":
            return {**arguments, "invoices": order.invoices}
        case "order_saved":
            return {"order": order}
        case _:
            return {}


NEW_ARGUMENT = "newer_argument"
NEW_HOOK = "newer_hook"

_hookspec = pluggy.HookspecMarker("orderferry")


def with_newer_hooks(instance: Instance) -> Exporter:
    """
    The instance's exporter with newer hooks: each has an additional argument, and one hook is new.

    Args:
        instance: The instance, whose hooks are pluggy's.
    """
    manager = pluggy.PluginManager("orderferry")
    specifications = {NEW_HOOK: _specification(NEW_HOOK, (NEW_ARGUMENT,))}

    def wrap(name: str, function: Callable[..., object]) -> Callable[..., object]:
        specification = cast("HookCaller", getattr(function, "__wrapped__", function)).spec
        if specification is None:
            raise RuntimeError(f"the hook {name} has no specification")
        arguments = (*specification.argnames, NEW_ARGUMENT)
        first = specification.opts["firstresult"]
        specifications[name] = _specification(name, arguments, firstresult=first)

        def call(**arguments: object) -> object:
            result: object = getattr(manager.hook, name)(**arguments, **{NEW_ARGUMENT: "newer"})
            return result

        return call

    exporter = instance.exporter.wrap_hooks(wrap)
    manager.add_hookspecs(type("Newer", (), specifications))
    manager.register(instance.connector)
    manager.check_pending()
    return exporter


def _specification(
    name: str, arguments: tuple[str, ...], *, firstresult: bool = True
) -> Callable[..., object]:
    """
    The specification of a hook, as a function: pluggy reads its arguments from the code.
    """
    module: dict[str, Callable[..., object]] = {}
    exec(f"def {name}({', '.join(arguments)}): pass", module)  # noqa: S102 - names of the core's hooks
    return _hookspec(firstresult=firstresult)(module[name])
