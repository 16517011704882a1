"""
The part of `check` that reads the workflow: does every step get its exporter, and only once?
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
    step: StepConfig
    operation: Operation
    instance: InstanceName


def workflow_findings(
    workflow: Workflow, instances: Instances, steps: Mapping[str, Step]
) -> Iterator[CheckFinding]:
    """
    What can be said of the workflow's steps without running any of them.

    Args:
        workflow: The workflow.
        instances: The configured instances; those that a step names are loaded.
        steps: The kinds of steps by key.
    """
    markets = markets_of(workflow, instances.configured)
    for order_type in workflow.order_types:
        for status in order_type.statuses:
            placed = [
                step
                for step in status.steps
                if step.active and step.name not in workflow.foreign_steps
            ]
            for step in placed:
                operation = steps[step.name].rules.operation
                for reference in step.connectors:
                    yield from _reference_findings(step, operation, reference, markets, instances)
            yield from _repeated(placed, steps, markets, instances)
            yield from _too_late(placed)
            yield from _unknown_error_statuses(order_type, status, placed)


def markets_of(workflow: Workflow, configured: Sequence[InstanceConfig]) -> tuple[str | None, ...]:
    """
    Every market that the configuration or the workflow names, and `None` for an order without one.
    """
    named: set[str] = set()
    for instance in configured:
        named |= instance.markets | instance.disabled_markets
    for order_type in workflow.order_types:
        for status in order_type.statuses:
            for step in status.steps:
                named |= step.scope.markets.enabled | step.scope.markets.disabled
    return (None, *sorted(named))


def _admitted(step: StepConfig, markets: Sequence[str | None]) -> list[str | None]:
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
    what = f"{reference} is there for the step"
    found: dict[InstanceName, Exporter] = {}
    missing: list[tuple[str | None, ExporterNotFoundError]] = []
    for market in _admitted(step, markets):
        try:
            exporter = instances.select(reference.name, reference.id, market)
        except ExporterNotFoundError as error:
            missing.append((market, error))
        else:
            found[exporter.name] = exporter
    for detail in dict.fromkeys(_told(error) for market, error in missing if market or not found):
        yield _of_step(step, what, CheckState.FAILED, detail)
    yield from _without_market(step, what, missing if found else [])
    for name, exporter in found.items():
        if operation is not None and not exporter.offers(operation):
            detail = f"{name} does not offer {operation}, which the step calls"
            yield _of_step(step, what, CheckState.FAILED, detail)
    if found and not missing:
        yield _of_step(step, what, CheckState.PROVEN, ", ".join(str(name) for name in found))


def _without_market(
    step: StepConfig, what: str, missing: Sequence[tuple[str | None, ExporterNotFoundError]]
) -> Iterator[CheckFinding]:
    """
    An order without a market may never come where all instances are for markets: a warning then.
    """
    for market, error in missing:
        if market is None:
            rare = error.reason == "not configured"
            state = CheckState.WARNING if rare else CheckState.FAILED
            yield _of_step(step, what, state, _told(error))


def _told(error: ExporterNotFoundError) -> str:
    """
    Why there is no exporter; what is wrong with an instance stands in that instance's findings.
    """
    if isinstance(error.__cause__, LoadError) and error.reason in {"quarantined", "incompatible"}:
        return f"{error.reason}: see the findings of the connector {error.connector}"
    return str(error)


def _repeated(
    placed: Sequence[StepConfig],
    steps: Mapping[str, Step],
    markets: Sequence[str | None],
    instances: Instances,
) -> Iterator[CheckFinding]:
    told: set[tuple[str, str, InstanceName]] = set()
    for market in markets:
        uses = [
            use
            for step in placed
            for use in _uses(step, steps[step.name].rules.operation, market, instances)
        ]
        for first, second in combinations(uses, 2):
            same = (first.operation, first.instance) == (second.operation, second.instance)
            pair = (first.step.path, second.step.path, first.instance)
            if not same or pair in told or _apart(first.step, second.step):
                continue
            told.add(pair)
            where = (
                "twice in one step" if first.step is second.step else f"at {first.step.path} too"
            )
            alike = (first.step.scope, first.step.conditions) == (
                second.step.scope,
                second.step.conditions,
            )
            yield _of_step(
                second.step,
                f"{second.instance} gets {second.operation} once at a status",
                CheckState.FAILED if alike else CheckState.WARNING,
                f"{second.instance} is named {where}; an order would be sent to it once only",
            )


def _uses(
    step: StepConfig, operation: Operation | None, market: str | None, instances: Instances
) -> Iterator[_Use]:
    if operation is None or not _admitted(step, (market,)):
        return
    for reference in step.connectors:
        try:
            yield _Use(step, operation, instances.select(reference.name, reference.id, market).name)
        except ExporterNotFoundError:
            continue


def _apart(first: StepConfig, second: StepConfig) -> bool:
    """
    Whether no order can meet both steps, as far as their lists of names show.
    """
    one, other = first.scope, second.scope
    for mine, theirs in ((one.stores, other.stores),):
        if mine.enabled and theirs.enabled and not mine.enabled & theirs.enabled:
            return True
    pairs = (
        (one.stores, other.stores),
        (one.warehouses, other.warehouses),
        (one.shipment_options, other.shipment_options),
        (one.tags, other.tags),
    )
    return any(
        (mine.enabled and mine.enabled <= theirs.disabled)
        or (theirs.enabled and theirs.enabled <= mine.disabled)
        for mine, theirs in pairs
    )


def _too_late(steps: Sequence[StepConfig]) -> Iterator[CheckFinding]:
    for position, step in enumerate(steps):
        later = [each.name for each in steps[position + 1 :]]
        if step.run_after_order_is_saved and step.stop_on_error and later:
            yield _of_step(
                step,
                "StopOnError can stop the later steps",
                CheckState.WARNING,
                "with RunAfterOrderIsSaved the later steps do not wait for this one: "
                f"{', '.join(later)} will have run before it can fail",
            )


def _unknown_error_statuses(
    order_type: OrderType, status: Status, steps: Sequence[StepConfig]
) -> Iterator[CheckFinding]:
    for step in steps:
        if step.error_status is not None and order_type.status(step.error_status) is None:
            yield _of_step(
                step,
                "ErrorStatus is a status of the order type",
                CheckState.WARNING,
                f"order type {order_type.name} has no status {step.error_status!r}: an order at "
                f"{status.name} would get it, and nothing would run there",
            )


def _of_step(step: StepConfig, what: str, state: CheckState, detail: str) -> CheckFinding:
    return CheckFinding(
        subject=f"{step.name} at {step.path}", what=what, state=state, detail=detail
    )
