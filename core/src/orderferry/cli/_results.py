"""
The results of runs, as a table and as JSON.
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

__all__ = ["HEADS", "Refused", "Results", "Row", "lines_of_rows", "refused_row", "rows_of"]

HEADS = ("Order", "Step", "Outcome", "Connector", "State")


@frozen(kw_only=True)
class Row:
    """
    One row of the table.

    Attributes:
        notes: Lines to show under the row: remote ids, what happened, and each problem.
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
        The cells, left to right.
        """
        return (self.order, self.step, self.outcome, self.connector, self.state)


def lines_of_rows(rows: Iterable[Row]) -> Iterator[Line]:
    """
    The table's lines: an order is named once, over all its rows.
    """
    order = None
    for row in rows:
        cells = row.cells if any(row.cells[1:]) else ("",) * len(HEADS)
        if row.order == order:
            cells = ("", *cells[1:])
        elif any(cells):
            order = row.order
        yield Line(cells, row.notes)


def refused_row(order_id: str, error: OrderferryError) -> Row:
    """
    The row of an order that could not be run at all.
    """
    return Row(order=printable(order_id), outcome="Error", notes=_told(Failure.of(error)))


def rows_of(result: TransitionResult) -> Iterator[Row]:
    """
    The rows of one order's result, in the order of its steps, then those of what followed.
    """
    order = printable(result.order_id)
    if not result.steps and not result.unrun:
        note = printable(f"status {result.status} has no steps")
        yield Row(order=order, outcome=result.outcome, notes=(note,))
    for step in result.steps:
        yield from _of_step(order, step)
    for name in result.unrun:
        yield Row(order=order, step=printable(name), outcome="not run")
    if result.new_status is not None:
        yield Row(order=order, notes=(printable(f"status set to {result.new_status}"),))
    for followed in result.followed:
        if followed.steps or followed.unrun:
            yield from rows_of(followed)


def _of_step(order: str, step: StepReport) -> Iterator[Row]:
    name, outcome = printable(step.name), "-" if step.outcome is None else step.outcome
    if not step.exports and not step.not_found:
        state = "skipped" if step.skipped else ""
        said = (step.reason or "", *step.message.splitlines())
        notes = tuple(printable(each) for each in dict.fromkeys(said) if each)
        yield Row(order=order, step=name, outcome=outcome, state=state, notes=notes)
    for export in step.exports:
        yield Row(
            order=order,
            step=name,
            outcome=outcome,
            connector=printable(export.key.reference),
            state=export.state,
            notes=tuple(_of_export(export)),
        )
    for error in step.not_found:
        yield Row(
            order=order,
            step=name,
            outcome=outcome,
            connector=printable(_wanted(error)),
            state="not found",
            notes=_told(Failure.of(error)),
        )


def _of_export(export: Export) -> Iterator[str]:
    if export.reason:
        yield printable(export.reason)
    for result in export.results:
        part = "" if result.shipment_id is None else f"shipment {result.shipment_id}: "
        ids = ", ".join(f"{kind} {value}" for kind, value in result.remote_ids.items())
        said = [each for each in (ids, result.message, result.link) if each]
        if said:
            yield printable(part + "; ".join(said))
    if export.failure is not None:
        yield from _told(export.failure)


def _told(failure: Failure) -> tuple[str, ...]:
    """
    The error, then a point for each problem; a message that tells the problems too is cut there.
    """
    message = failure.message
    points = [str(problem) for problem in failure.problems]
    if points and all(point in message for point in points):
        message = message[: min(message.index(point) for point in points)].rstrip(" :;,.-")
    first = f"{failure.type}: {message}" if message else failure.type
    return (printable(first), *(f"- {printable(point)}" for point in points))


def _wanted(error: ExporterNotFoundError) -> str:
    if error.connector_id is None:
        return error.connector
    return f"{error.connector}/{error.connector_id}"


@frozen
class Refused:
    """
    An order that could not be run, such as one that is under way elsewhere.
    """

    order: Order
    status: str
    error: OrderferryError


@define
class Results:
    """
    What became of each order so far, in input order.

    Attributes:
        found: The orders that were run, or could not be.
        under_way: The order that is being run now.
    """

    found: list[TransitionResult | Refused] = field(factory=list)
    under_way: Order | None = None

    @property
    def failed(self) -> bool:
        """
        Whether some outcome is Error.
        """
        return any(isinstance(each, Refused) or each.failed for each in self.found)

    def run(
        self, ferry: Ferry, order: Order, status: str, *, shipment_id: str | None, test: bool
    ) -> None:
        """
        Run one order; a failure that is its own leaves the others to be run.
        """
        self.under_way = order
        try:
            result = ferry.transition(order, status, shipment_id=shipment_id, test=test)
        except OrderferryError as error:
            self.found.append(Refused(order, status, error))
        else:
            self.found.append(result)
        self.under_way = None

    def settle(self, ferry: Ferry, *, seconds: float | None = None) -> None:
        """
        Wait for what the orders deferred, and take their results as they are then.

        Args:
            seconds: How long to wait for each export to be finished, beyond its first attempt.
        """
        results = [each for each in self.found if isinstance(each, TransitionResult)]
        settled = iter(ferry.settle(results, seconds=seconds))
        self.found = [each if isinstance(each, Refused) else next(settled) for each in self.found]

    def print_json(self) -> None:
        """
        Print one array, an object an order.
        """
        click.echo(write_json([_document(each) for each in self.found], indent=2))

    def print_table(self) -> None:
        """
        Print a table for people.
        """
        from orderferry.cli._table import page, print_table

        rows = [row for each in self.found for row in _rows(each)]
        print_table(HEADS, lines_of_rows(rows), page())


def _rows(found: TransitionResult | Refused) -> Iterable[Row]:

    if isinstance(found, Refused):
        return [refused_row(found.order.id, found.error)]
    return rows_of(found)


def _document(found: TransitionResult | Refused) -> dict[str, Any]:
    if isinstance(found, TransitionResult):
        return result_document(found)
    order = order_document(found.order)
    problems = found.error.problems if isinstance(found.error, ExportError) else ()
    return {
        "orderId": found.order.id,
        "status": found.status,
        "newStatus": None,
        "outcome": "Error",
        "cancelled": False,
        "steps": [],
        "unrun": [],
        "followed": [],
        "order": {**order, "errors": order.get("errors", []), "history": order.get("history", [])},
        "error": {
            "type": Failure.of(found.error).type,
            "message": str(found.error),
            "problems": [str(problem) for problem in problems],
        },
    }
