"""
`orderferry orders`: list stored orders, and show one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from orderferry.cli._command import Command, Group
from orderferry.cli._options import config_option, format_time, json_option, limit_option
from orderferry.cli._stores import open_reader, open_store
from orderferry.errors import UsageError
from orderferry.storage import OrderFilter, OrderSummary, count_orders, list_orders

__all__ = ["command"]

TABLE_LIMIT = 100
"""The default of --limit for a table."""


@click.group("orders", cls=Group)
def command() -> None:
    """
    List stored orders, or show one of them.
    """


@command.command("list", cls=Command)
@click.option("--status", metavar="S", help="Only orders at this status.")
@click.option("--type", "order_type", metavar="T", help="Only orders of this type.")
@click.option("--market", metavar="M", help="Only orders of this market.")
@click.option("--errors", "with_errors", is_flag=True, help="Only orders with open errors.")
@limit_option
@json_option
@config_option
def list_(
    *,
    status: str | None,
    order_type: str | None,
    market: str | None,
    with_errors: bool,
    limit: int | None,
    as_json: bool,
    config: Path,
) -> None:
    """
    List orders in the order in which they were saved.

    The table shows the last 100 orders unless --limit is passed; JSON contains all.
    """
    criteria = OrderFilter(
        status=status,
        order_type=order_type,
        market=market,
        with_errors=with_errors,
        limit=limit if as_json or limit is not None else TABLE_LIMIT,
    )
    with open_reader(config) as (_, store):
        orders = list_orders(store, criteria)
        omitted = 0 if as_json else count_orders(store, criteria) - len(orders)
    if as_json:
        from orderferry.orders import write_json

        click.echo(write_json([_document(order) for order in orders], indent=2))
    else:
        _print(orders, omitted)


@command.command("show", cls=Command)
@click.argument("order_id", metavar="ORDER")
@json_option
@config_option
def show(*, order_id: str, as_json: bool, config: Path) -> None:
    """
    Show an order as it is stored, with its exports, errors and history.

    With --json, print the order's document.
    """
    from orderferry.storage import ExportFilter, list_exports

    with open_store(config) as (_, store):
        stored = store.read(order_id)
        if stored is None:
            raise UsageError(f"there is no order {order_id}")
        exports = list_exports(store, ExportFilter(order_id=order_id))
    if as_json:
        from orderferry.orders import order_document, write_json

        document = order_document(stored.order)
        for name in ("errors", "history"):
            document.setdefault(name, [])
        click.echo(write_json(document, indent=2))
        return
    from orderferry.cli._details import print_order

    print_order(stored.order, exports)


def _document(order: OrderSummary) -> dict[str, object]:
    return {
        "id": order.id,
        "orderType": order.order_type,
        "status": order.status,
        "marketId": order.market,
        "versionId": order.version,
        "errors": order.open_errors,
        "saved": order.saved,
    }


def _print(orders: Sequence[OrderSummary], omitted: int) -> None:
    if not orders:
        click.echo("No matching orders.")
        return
    from orderferry.cli._table import Line, print_table, standard_output
    from orderferry.cli._text import printable

    def line(order: OrderSummary) -> Line:
        cells = (
            order.id,
            order.order_type or "",
            order.status or "",
            order.market or "",
            order.version or "",
            str(order.open_errors or ""),
            format_time(order.saved),
        )
        return Line(tuple(map(printable, cells)))

    headings = ("Order", "Type", "Status", "Market", "Version", "Errors", "Last save")
    print_table(headings, map(line, orders), standard_output())
    if omitted:
        click.echo(f"Earlier orders not shown: {omitted}. Use --limit to show more.", err=True)
