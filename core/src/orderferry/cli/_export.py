"""
`orderferry export`: orders are exported again.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._acting import Acting, acting_ferry, confirm
from orderferry.cli._command import Command, lines_of
from orderferry.cli._options import (
    config_option,
    instance_options,
    json_option,
    person_options,
    shipment_option,
    verbose_option,
    wait_options,
    yes_option,
)
from orderferry.errors import OrderferryError, OrderFormatError
from orderferry.exports import Act
from orderferry.runtime import Ferry, Planned

__all__ = ["command"]


@click.command("export", cls=Command)
@click.argument("order_ids", nargs=-1, required=True, metavar="ORDER...")
@instance_options(required=True)
@shipment_option
@person_options()
@wait_options
@yes_option
@json_option
@config_option
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    order_ids: tuple[str, ...],
    connector: str,
    connector_id: str | None,
    shipment_id: str | None,
    reason: str,
    user: str,
    wait: float | None,
    no_wait: bool,
    yes: bool,
    as_json: bool,
    config: Path,
) -> None:
    """
    Export stored orders again, whatever became of them before.

    Each is a new export under a key of its own, and is really sent. Where the target may have an
    order already, the command asks first, unless --yes is given. All orders are looked at before
    the first is exported: if one cannot be exported, none is.
    """
    act = Act(user=user, reason=reason)
    with acting_ferry(config) as ferry:
        planned = _planned(ferry, order_ids, connector, connector_id, act, shipment_id)
        confirm((text for each in planned for text in each.warnings), yes=yes)
        acting = Acting()
        by_id = {each.export.key.id: each for each in planned}
        acting.act(by_id, lambda each: ferry.acts.carry_out(by_id[each], act))
        acting.end(ctx, ferry, as_json=as_json, deliver=not no_wait, wait=wait)


def _planned(
    ferry: Ferry,
    order_ids: tuple[str, ...],
    connector: str,
    connector_id: str | None,
    act: Act,
    shipment_id: str | None,
) -> list[Planned]:
    planned: list[Planned] = []
    faults: list[str] = []
    for order_id in dict.fromkeys(order_ids):
        try:
            planned += ferry.acts.plan_exports(
                order_id, connector, connector_id, act, shipment_id=shipment_id
            )
        except OrderferryError as error:
            faults += lines_of(error)
            if len(order_ids) == 1:
                raise
    if faults:
        raise OrderFormatError("nothing was exported", faults=faults)
    return planned
