"""
`orderferry cancel`: cancel an order at a target that received it.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._actions import ExportActions, open_ferry
from orderferry.cli._command import Command
from orderferry.cli._options import (
    config_option,
    instance_options,
    json_option,
    operator_options,
    shipment_option,
    verbose_option,
    wait_options,
)
from orderferry.exports import Act

__all__ = ["command"]


@click.command("cancel", cls=Command)
@click.argument("order_id", metavar="ORDER")
@instance_options(required=True)
@shipment_option
@operator_options()
@wait_options
@json_option
@config_option
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    order_id: str,
    connector: str,
    connector_id: str | None,
    shipment_id: str | None,
    reason: str,
    user: str,
    wait: float | None,
    no_wait: bool,
    as_json: bool,
    config: Path,
) -> None:
    """
    Cancel an order at a target that received it.

    The connector must implement the hook cancel_order; otherwise the exit code is 2. The order's
    own status does not change.
    """
    act = Act(user=user, reason=reason)
    with open_ferry(config) as ferry:
        planned = ferry.acts.plan_cancel(
            order_id, connector, connector_id, act, shipment_id=shipment_id
        )
        actions = ExportActions()
        actions.apply([planned.export.key.id], lambda _: ferry.acts.carry_out(planned, act))
        actions.finish(ctx, ferry, as_json=as_json, deliver=not no_wait, wait=wait)
