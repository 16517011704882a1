"""
The results of `orderferry run` and `orderferry demo`, as a table and as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click
from attrs import define, field, frozen

from orderferry.cli._table import Line
from orderferry.cli._text import printable
from orderferry.errors import ExporterNotFoundError, ExportError, OrderferryError
from orderferry.exports import Export, Failure
from orderferry.orders import Order, order_document, write_json
from orderferry.runtime import Ferry
from orderferry.workflow import StepReport, TransitionResult, result_document

__all__ = ["HEADINGS", "FailedRun", "Results", "Row", "failed_row", "result_rows", "table_lines"]

HEADINGS = ("Order", "Step", "Outcome", "Connector", "State")


@frozen(kw_only=True)
class Row:
    """
    One row of the table: an order, a step of its workflow, or an export of a step.

    Attributes:
        notes: The lines below the row: the target's ids, messages, and each problem.
    """

    order: str
    step: str = ""
    outcome: str = ""
    connector: str = ""
    state: str = ""
    notes: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """
        The row's cells, left to right.
        """
        return (self.order, self.step, self.outcome, self.connector, self.state)


def table_lines(rows: Iterable[Row]) -> Iterator[Line]:
    """
    The lines of the table: only the first of an order's rows shows its id.
    """
    order = None
    for row in rows:
        cells = row.cells if any(row.cells[1:]) else ("",) * len(HEADINGS)
        if row.order == order:
            cells = ("", *cells[1:])
        elif any(cells):
            order = row.order
        yield Line(cells, row.notes)


def failed_row(order_id: str, error: OrderferryError) -> Row:
    """
    The row of an order whose run did not start.
    """
    return Row(order=printable(order_id), outcome="Error", notes=_failure_notes(Failure.of(error)))


def result_rows(result: TransitionResult) -> Iterator[Row]:
    """
    The rows of an order's result, in the order of its steps, then those of later transitions.
    """
    order = printable(result.order_id)
    if not result.steps and not result.unrun:
        note = printable(f"status {result.status} has no steps")
        yield Row(order=order, outcome=result.outcome, notes=(note,))
    for step in result.steps:
        yield from _step_rows(order, step)
    for name in result.unrun:
        yield Row(order=order, step=printable(name), outcome="not run")
    if result.new_status is not None:
        yield Row(order=order, notes=(printable(f"status set to {result.new_status}"),))
    for followed in result.followed:
        if followed.steps or followed.unrun:
            yield from result_rows(followed)


def _step_rows(order: str, step: StepReport) -> Iterator[Row]:
    name, outcome = printable(step.name), "-" if step.outcome is None else step.outcome
    if not step.exports and not step.not_found:
        state = "skipped" if step.skipped else ""
        lines = (step.reason or "", *step.message.splitlines())
        notes = tuple(printable(line) for line in dict.fromkeys(lines) if line)
        yield Row(order=order, step=name, outcome=outcome, state=state, notes=notes)
    for export in step.exports:
        yield Row(
            order=order,
            step=name,
            outcome=outcome,
            connector=printable(export.key.reference),
            state=export.state,
            notes=tuple(_export_notes(export)),
        )
    for error in step.not_found:
        yield Row(
            order=order,
            step=name,
            outcome=outcome,
            connector=printable(_instance_name(error)),
            state="not found",
            notes=_failure_notes(Failure.of(error)),
        )


def _export_notes(export: Export) -> Iterator[str]:
    if export.reason:
        yield printable(export.reason)
    for result in export.results:
        part = "" if result.shipment_id is None else f"shipment {result.shipment_id}: "
        ids = ", ".join(f"{kind} {value}" for kind, value in result.remote_ids.items())
        texts = [text for text in (ids, result.message, result.link) if text]
        if texts:
            yield printable(part + "; ".join(texts))
    if export.failure is not None:
        yield from _failure_notes(export.failure)


def _failure_notes(failure: Failure) -> tuple[str, ...]:
    """
    The error, then a list item per problem; a message that repeats the problems is cut off.
    """
    message = failure.message
    points = [str(problem) for problem in failure.problems]
    if points and all(point in message for point in points):
        message = message[: min(message.index(point) for point in points)].rstrip(" :;,.-")
    first = f"{failure.type}: {message}" if message else failure.type
    return (printable(first), *(f"- {printable(point)}" for point in points))


def _instance_name(error: ExporterNotFoundError) -> str:
    if error.connector_id is None:
        return error.connector
    return f"{error.connector}/{error.connector_id}"


@frozen
class FailedRun:
    """
    An order whose run did not start, such as one that another process is running.
    """

    order: Order
    status: str
    error: OrderferryError


@define
class Results:
    """
    The results of the orders that were run so far, in input order.

    Attributes:
        runs: A result per order.
        current: The order whose run is in progress.
    """

    runs: list[TransitionResult | FailedRun] = field(factory=list)
    current: Order | None = None

    @property
    def failed(self) -> bool:
        """
        Whether an outcome is Error.
        """
        return any(isinstance(run, FailedRun) or run.failed for run in self.runs)

    def run(
        self, ferry: Ferry, order: Order, status: str, *, shipment_id: str | None, test: bool
    ) -> None:
        """
        Run one order, and record its result; an error of one order does not stop the others.
        """
        self.current = order
        try:
            result = ferry.transition(order, status, shipment_id=shipment_id, test=test)
        except OrderferryError as error:
            self.runs.append(FailedRun(order, status, error))
        else:
            self.runs.append(result)
        self.current = None

    def settle(self, ferry: Ferry, *, seconds: float | None = None) -> None:
        """
        Wait for the deferred exports of the orders, and update the results.

        Args:
            seconds: How long to wait for each export to finish, beyond its first attempt.
        """
        results = [run for run in self.runs if isinstance(run, TransitionResult)]
        settled = iter(ferry.settle(results, seconds=seconds))
        self.runs = [run if isinstance(run, FailedRun) else next(settled) for run in self.runs]

    def print_json(self) -> None:
        """
        Print a JSON array with an object per order.
        """
        click.echo(write_json([_document(run) for run in self.runs], indent=2))

    def print_table(self) -> None:
        """
        Print the results as a table.
        """
        from orderferry.cli._table import print_table, standard_output

        rows = [row for run in self.runs for row in _rows(run)]
        print_table(HEADINGS, table_lines(rows), standard_output())


def _rows(run: TransitionResult | FailedRun) -> Iterable[Row]:
    if isinstance(run, FailedRun):
        return [failed_row(run.order.id, run.error)]
    return result_rows(run)


def _document(run: TransitionResult | FailedRun) -> dict[str, Any]:
    if isinstance(run, TransitionResult):
        return result_document(run)
    order = order_document(run.order)
    problems = run.error.problems if isinstance(run.error, ExportError) else ()
    return {
        "orderId": run.order.id,
        "status": run.status,
        "newStatus": None,
        "outcome": "Error",
        "cancelled": False,
        "steps": [],
        "unrun": [],
        "followed": [],
        "order": {**order, "errors": order.get("errors", []), "history": order.get("history", [])},
        "error": {
            "type": Failure.of(run.error).type,
            "message": str(run.error),
            "problems": [str(problem) for problem in problems],
        },
    }
