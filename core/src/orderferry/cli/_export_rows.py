"""
Exports of the ledger for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from orderferry.cli._options import shown
from orderferry.cli._text import printable
from orderferry.connectors import ExportState
from orderferry.exports import FAILED, Export, Failure, Operation

__all__ = ["failed", "notes_of", "print_exports"]

HEADS = ("Export", "Order", "Connector", "State", "Tries")


def failed(exports: Iterable[Export]) -> bool:
    """
    Whether some export has ended badly.
    """
    return any(export.state in FAILED for export in exports)


def print_exports(exports: Sequence[Export], *, as_json: bool, left_out: int = 0) -> None:
    """
    Print exports as a table, or as a JSON array.

    Args:
        left_out: How many more there are.
    """
    if as_json:
        from orderferry.exports import export_document
        from orderferry.orders import write_json

        click.echo(write_json([export_document(each) for each in exports], indent=2))
        return
    if exports:
        _print_table(exports)
    else:
        click.echo("There are no such exports.")
    if left_out:
        click.echo(f"{left_out} more were made before; --limit shows more.", err=True)


def _print_table(exports: Sequence[Export]) -> None:
    from orderferry.cli._table import Line, page, print_table

    def line(export: Export) -> Line:
        key = export.key
        cells = (str(key.id), key.order_id, key.reference, export.state.value, str(export.attempts))
        return Line(tuple(map(printable, cells)), tuple(notes_of(export)))

    print_table(HEADS, map(line, exports), page())


def notes_of(export: Export) -> Iterator[str]:
    """
    What there is to say of an export under its row.
    """
    if export.key.operation is not Operation.EXPORT_ORDER:
        yield export.key.operation.value
    if export.key.generation:
        why = f": {export.origin.reason}" if export.origin.reason else ""
        yield printable(f"made again, generation {export.key.generation}{why}")
    ids = ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
    told = "; ".join(result.message for result in export.results if result.message)
    if ids or told:
        yield printable("; ".join(part for part in (ids, told) if part))
    if export.failure is not None:
        yield from _told(export.failure)
    if export.reason:
        yield printable(export.reason)
    if export.state is ExportState.RETRYING and export.due is not None:
        yield f"tried again at {shown(export.due)}"


def _told(failure: Failure) -> Iterator[str]:
    yield printable(f"{failure.type}: {failure.message}")
    for problem in failure.problems:
        yield f"- {printable(str(problem))}"
