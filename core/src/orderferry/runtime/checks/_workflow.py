"""
`check` of the workflow: has each step an exporter, and is each called once?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from attrs import frozen

from orderferry.connectors import Exporter, InstanceConfig, InstanceName, Instances
from orderferry.errors import ExporterNotFoundError, LoadError
from orderferry.exports import Operation
from orderferry.runtime.checks._findings import CheckFinding, CheckState
from orderferry.steps import ConnectorReference, Step, StepConfig
from orderferry.workflow import OrderType, Status, Workflow

__all__ = ["markets_of", "workflow_findings"]


@frozen
class _Use:
    """
    An instance that a step calls for an operation.
    """

    step: StepConfig
    operation: Operation
    instance: InstanceName


def workflow_findings(
    workflow: Workflow, instances: Instances, steps: Mapping[str, Step]
) -> Iterator[CheckFinding]:
    """
    Check the steps of a workflow without running them.

    Args:
        workflow: The workflow.
        instances: The configured instances; those that a step names are loaded.
        steps: The kinds of steps by key.
    """
    markets = markets_of(workflow, instances.configured)
    for order_type in workflow.order_types:
        for status in order_type.statuses:
            active = [
                step
                for step in status.steps
                if step.active and step.name not in workflow.foreign_steps
            ]
            for step in active:
                operation = steps[step.name].rules.operation
                for reference in step.connectors:
                    yield from _reference_findings(step, operation, reference, markets, instances)
            yield from _find_repeated(active, steps, markets, instances)
            yield from _find_too_late(active)
            yield from _find_unknown_error_statuses(order_type, status, active)


def markets_of(workflow: Workflow, configured: Sequence[InstanceConfig]) -> tuple[str | None, ...]:
    """
    Return all markets that configuration and workflow name, and `None` for orders without one.
    """
    names: set[str] = set()
    for instance in configured:
        names |= instance.markets | instance.disabled_markets
    for order_type in workflow.order_types:
        for status in order_type.statuses:
            for step in status.steps:
                names |= step.scope.markets.enabled | step.scope.markets.disabled
    return (None, *sorted(names))


def _admit(step: StepConfig, markets: Sequence[str | None]) -> list[str | None]:
    return [
        market
        for market in markets
        if step.scope.markets.admits(frozenset() if market is None else frozenset({market}))
    ]


def _reference_findings(
    step: StepConfig,
    operation: Operation | None,
    reference: ConnectorReference,
    markets: Sequence[str | None],
    instances: Instances,
) -> Iterator[CheckFinding]:
    what = f"{reference} has an exporter for the step"
    exporters: dict[InstanceName, Exporter] = {}
    missing: list[tuple[str | None, ExporterNotFoundError]] = []
    for market in _admit(step, markets):
        try:
            exporter = instances.select(reference.name, reference.id, market)
        except ExporterNotFoundError as error:
            missing.append((market, error))
        else:
            exporters[exporter.name] = exporter
    details = [_explain(error) for market, error in missing if market or not exporters]
    for detail in dict.fromkeys(details):
        yield _finding(step, what, CheckState.FAILED, detail)
    yield from _without_market(step, what, missing if exporters else [])
    for name, exporter in exporters.items():
        if operation is not None and not exporter.offers(operation):
            detail = f"{name} does not offer {operation}, which the step calls"
            yield _finding(step, what, CheckState.FAILED, detail)
    if exporters and not missing:
        yield _finding(step, what, CheckState.PROVEN, ", ".join(map(str, exporters)))


def _without_market(
    step: StepConfig, what: str, missing: Sequence[tuple[str | None, ExporterNotFoundError]]
) -> Iterator[CheckFinding]:
    """
    Warn if every instance is limited to markets, as there may be no orders without one.
    """
    for market, error in missing:
        if market is None:
            may_not_occur = error.reason == "not configured"
            state = CheckState.WARNING if may_not_occur else CheckState.FAILED
            yield _finding(step, what, state, _explain(error))


def _explain(error: ExporterNotFoundError) -> str:
    """
    Return why there is no exporter; an instance that does not load has separate findings.
    """
    if isinstance(error.__cause__, LoadError) and error.reason in {"quarantined", "incompatible"}:
        return f"{error.reason}: see the findings of the connector {error.connector}"
    return str(error)


def _find_repeated(
    placed: Sequence[StepConfig],
    steps: Mapping[str, Step],
    markets: Sequence[str | None],
    instances: Instances,
) -> Iterator[CheckFinding]:
    pairs: set[tuple[str, str, InstanceName]] = set()
    for market in markets:
        uses = [
            use
            for step in placed
            for use in _uses(step, steps[step.name].rules.operation, market, instances)
        ]
        for first, second in combinations(uses, 2):
            same = (first.operation, first.instance) == (second.operation, second.instance)
            pair = (first.step.path, second.step.path, first.instance)
            if not same or pair in pairs or _exclude_each_other(first.step, second.step):
                continue
            pairs.add(pair)
            where = (
                "twice in one step" if first.step is second.step else f"also at {first.step.path}"
            )
            alike = (first.step.scope, first.step.conditions) == (
                second.step.scope,
                second.step.conditions,
            )
            yield _finding(
                second.step,
                f"{second.instance} is called for {second.operation} once per status",
                CheckState.FAILED if alike else CheckState.WARNING,
                f"{second.instance} is named {where}; an order is sent to it only once",
            )


def _uses(
    step: StepConfig, operation: Operation | None, market: str | None, instances: Instances
) -> Iterator[_Use]:
    if operation is None or not _admit(step, (market,)):
        return
    for reference in step.connectors:
        try:
            yield _Use(step, operation, instances.select(reference.name, reference.id, market).name)
        except ExporterNotFoundError:
            continue


def _exclude_each_other(first: StepConfig, second: StepConfig) -> bool:
    """
    Return whether the filters of two steps show that no order is in the scope of both.
    """
    a, b = first.scope, second.scope
    # An order has one store, but may have several warehouses, shipping methods and tags.
    if a.stores.enabled and b.stores.enabled and not a.stores.enabled & b.stores.enabled:
        return True
    filters = (
        (a.stores, b.stores),
        (a.warehouses, b.warehouses),
        (a.shipment_options, b.shipment_options),
        (a.tags, b.tags),
    )
    return any(
        (left.enabled and left.enabled <= right.disabled)
        or (right.enabled and right.enabled <= left.disabled)
        for left, right in filters
    )


def _find_too_late(steps: Sequence[StepConfig]) -> Iterator[CheckFinding]:
    for position, step in enumerate(steps):
        later = [following.name for following in steps[position + 1 :]]
        if step.run_after_order_is_saved and step.stop_on_error and later:
            yield _finding(
                step,
                "StopOnError can stop the later steps",
                CheckState.WARNING,
                "with RunAfterOrderIsSaved the later steps do not wait for this one: "
                f"{', '.join(later)} will have run before it can fail",
            )


def _find_unknown_error_statuses(
    order_type: OrderType, status: Status, steps: Sequence[StepConfig]
) -> Iterator[CheckFinding]:
    for step in steps:
        if step.error_status is not None and order_type.status(step.error_status) is None:
            yield _finding(
                step,
                "ErrorStatus is a status of the order type",
                CheckState.WARNING,
                f"order type {order_type.name} has no status {step.error_status!r}: an order at "
                f"{status.name} would enter it, and no step would run",
            )


def _finding(step: StepConfig, what: str, state: CheckState, detail: str) -> CheckFinding:
    return CheckFinding(
        subject=f"{step.name} at {step.path}", what=what, state=state, detail=detail
    )
