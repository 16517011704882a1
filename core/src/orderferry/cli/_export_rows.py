"""
Exports as a table or as JSON.

Lists print these rows, so this module imports neither rich nor the runtime.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from orderferry.cli._options import format_time
from orderferry.cli._text import printable
from orderferry.connectors import ExportState
from orderferry.exports import FAILED, Export, Failure, Operation

__all__ = ["export_notes", "has_failed", "print_exports"]

HEADINGS = ("Export", "Order", "Connector", "State", "Tries")


def has_failed(exports: Iterable[Export]) -> bool:
    """
    Whether one of the exports is in a state of failure.
    """
    return any(export.state in FAILED for export in exports)


def print_exports(exports: Sequence[Export], *, as_json: bool, omitted: int = 0) -> None:
    """
    Print exports as a table, or as a JSON array.

    Args:
        omitted: How many earlier exports a limit leaves out.
    """
    if as_json:
        from orderferry.exports import export_document
        from orderferry.orders import write_json

        click.echo(write_json([export_document(export) for export in exports], indent=2))
        return
    if exports:
        _print_table(exports)
    else:
        click.echo("No matching exports.")
    if omitted:
        click.echo(f"Earlier exports not shown: {omitted}. Use --limit to show more.", err=True)


def _print_table(exports: Sequence[Export]) -> None:
    from orderferry.cli._table import Line, print_table, standard_output

    def line(export: Export) -> Line:
        key = export.key
        cells = (str(key.id), key.order_id, key.reference, export.state.value, str(export.attempts))
        return Line(tuple(map(printable, cells)), tuple(export_notes(export)))

    print_table(HEADINGS, map(line, exports), standard_output())


def export_notes(export: Export) -> Iterator[str]:
    """
    The lines under an export's row: operation, target's ids, messages, failure and next attempt.
    """
    if export.key.operation is not Operation.EXPORT_ORDER:
        yield export.key.operation.value
    if export.key.generation:
        reason = f": {export.origin.reason}" if export.origin.reason else ""
        yield printable(f"re-export, generation {export.key.generation}{reason}")
    ids = ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
    messages = "; ".join(result.message for result in export.results if result.message)
    if ids or messages:
        yield printable("; ".join(part for part in (ids, messages) if part))
    if export.failure is not None:
        yield from _failure_lines(export.failure)
    if export.reason:
        yield printable(export.reason)
    if export.state is ExportState.RETRYING and export.due is not None:
        yield f"next attempt at {format_time(export.due)}"


def _failure_lines(failure: Failure) -> Iterator[str]:
    yield printable(f"{failure.type}: {failure.message}")
    for problem in failure.problems:
        yield f"- {printable(str(problem))}"
