"""
What became of the orders of one call, and how it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from attrs import define, field, frozen

from orderferry.errors import ExportError, OrderferryError
from orderferry.exports import Failure
from orderferry.orders import Order, order_document, write_json
from orderferry.runtime import Ferry
from orderferry.workflow import TransitionResult, result_document

if TYPE_CHECKING:
    from orderferry.cli._rows import Row

__all__ = ["Refused", "Results"]


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
        from orderferry.cli._rows import HEADS, lines_of_rows
        from orderferry.cli._table import page, print_table

        rows = [row for each in self.found for row in _rows(each)]
        print_table(HEADS, lines_of_rows(rows), page())


def _rows(found: TransitionResult | Refused) -> Iterable[Row]:
    from orderferry.cli._rows import refused_row, rows_of

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
