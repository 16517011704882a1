"""
`orderferry export`: export stored orders again.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._actions import ExportActions, confirm, open_ferry
from orderferry.cli._command import Command, error_lines
from orderferry.cli._options import (
    config_option,
    instance_options,
    json_option,
    operator_options,
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
@operator_options()
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
    Export stored orders again, regardless of earlier exports.

    Each order becomes a new export with a new key, and is sent. If the target may already have an
    order, the command prompts first, unless --yes is passed. All orders are checked before the
    first one is exported: if one cannot be exported, none is.
    """
    act = Act(user=user, reason=reason)
    with open_ferry(config) as ferry:
        plans = _plan(ferry, order_ids, connector, connector_id, act, shipment_id)
        confirm((warning for plan in plans for warning in plan.warnings), yes=yes)
        actions = ExportActions()
        plans_by_id = {plan.export.key.id: plan for plan in plans}
        actions.apply(plans_by_id, lambda id_: ferry.acts.carry_out(plans_by_id[id_], act))
        actions.finish(ctx, ferry, as_json=as_json, deliver=not no_wait, wait=wait)


def _plan(
    ferry: Ferry,
    order_ids: tuple[str, ...],
    connector: str,
    connector_id: str | None,
    act: Act,
    shipment_id: str | None,
) -> list[Planned]:
    plans: list[Planned] = []
    faults: list[str] = []
    for order_id in dict.fromkeys(order_ids):
        try:
            plans += ferry.acts.plan_exports(
                order_id, connector, connector_id, act, shipment_id=shipment_id
            )
        except OrderferryError as error:
            faults += error_lines(error)
            if len(order_ids) == 1:
                raise
    if faults:
        raise OrderFormatError("nothing was exported", faults=faults)
    return plans
