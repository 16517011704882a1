"""
`orderferry exports retry`, `resolve` and `cancel`: what people do to exports of the ledger.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from orderferry.cli._acting import Acting, acting_ferry, confirm
from orderferry.cli._command import Command
from orderferry.cli._options import (
    config_option,
    instance_options,
    json_option,
    person_options,
    since_option,
    verbose_option,
    wait_options,
    yes_option,
)
from orderferry.connectors import ExportState
from orderferry.errors import UsageError
from orderferry.exports import Act, Export, reason_not_to_resend
from orderferry.storage import ExportFilter

__all__ = ["cancel", "resolve", "retry"]

_ENDED_BADLY = frozenset({ExportState.REJECTED, ExportState.DEAD})
_RETRIED = (ExportState.REJECTED, ExportState.DEAD, ExportState.UNKNOWN)

exports_argument = click.argument("export_ids", nargs=-1, metavar="EXPORT...", type=click.UUID)


@click.command("retry", cls=Command)
@exports_argument
@instance_options()
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in _RETRIED]),
    help="Only exports in this state (repeatable); rejected and dead by default.",
)
@since_option
@person_options()
@wait_options
@yes_option
@json_option
@config_option
@verbose_option
@click.pass_context
def retry(
    ctx: click.Context,
    *,
    export_ids: tuple[UUID, ...],
    connector: str | None,
    connector_id: str | None,
    states: tuple[str, ...],
    since: datetime | None,
    reason: str,
    user: str,
    wait: float | None,
    no_wait: bool,
    yes: bool,
    as_json: bool,
    config: Path,
) -> None:
    """
    Have rejected and dead exports tried again: some by their ids, or all of a connector, state or
    time.

    It is the same export again, and its attempts go on counting. An export of which a part was ever
    accepted is sent again only by a re-export (`orderferry export`). One of unknown outcome is sent
    again where --state unknown says that the target does not have it; where it is named by its id,
    the command asks first.
    """
    act = Act(user=user, reason=reason)
    chosen = frozenset(map(ExportState, states))
    with acting_ferry(config) as ferry:
        if export_ids:
            if connector or connector_id or states or since:
                raise UsageError("name exports, or choose them by connector, state or time")
            found = [ferry.acts.find_export(each) for each in dict.fromkeys(export_ids)]
            confirm((each for each in map(_warning, found) if each), yes=yes)
        else:
            if not (connector or connector_id or states or since):
                raise UsageError(
                    "name exports, or choose them with --connector, --state or --since"
                )
            wanted = ExportFilter(
                connector=connector,
                connector_id=connector_id,
                states=chosen or _ENDED_BADLY,
                since=since,
            )
            found = list(ferry.acts.find_exports(wanted))
        acting = Acting()
        acting.act(
            [each.key.id for each in found],
            lambda each: ferry.acts.retry(each, act, resend_unknown=True),
        )
        acting.end(ctx, ferry, as_json=as_json, deliver=not no_wait, wait=wait)


@click.command("resolve", cls=Command)
@click.argument("export_id", metavar="EXPORT", type=click.UUID)
@click.option(
    "--remote-id",
    "remote_ids",
    multiple=True,
    metavar="KIND=VALUE",
    help="The target has it: its own id, such as order=4711 (repeatable).",
)
@click.option("--not-taken", is_flag=True, help="The target did not receive it; send it again.")
@click.option(
    "--give-up", is_flag=True, help="The outcome cannot be determined; mark it as skipped."
)
@person_options()
@json_option
@config_option
@click.pass_context
def resolve(
    ctx: click.Context,
    *,
    export_id: UUID,
    remote_ids: tuple[str, ...],
    not_taken: bool,
    give_up: bool,
    reason: str,
    user: str,
    as_json: bool,
    config: Path,
) -> None:
    """
    Say what became of an export of unknown outcome.

    What was not taken is sent again by a worker, or by the next command that delivers. Where its
    failure had cancelled the workflow it ends dead instead, and `orderferry exports retry` sends
    it.
    """
    if (bool(remote_ids), not_taken, give_up).count(True) != 1:
        raise UsageError("say one of --remote-id, --not-taken and --give-up")
    act = Act(user=user, reason=reason)
    found = dict(map(_pair, remote_ids))

    def decide(each: UUID) -> Export:
        if found:
            return ferry.acts.take(each, found, act)
        return ferry.acts.refute(each, act) if not_taken else ferry.acts.give_up(each, act)

    with acting_ferry(config) as ferry:
        acting = Acting()
        acting.act([export_id], decide)
        acting.end(ctx, ferry, as_json=as_json)


@click.command("cancel", cls=Command)
@exports_argument
@person_options()
@json_option
@config_option
@click.pass_context
def cancel(
    ctx: click.Context,
    *,
    export_ids: tuple[UUID, ...],
    reason: str,
    user: str,
    as_json: bool,
    config: Path,
) -> None:
    """
    Cancel exports that have not been sent yet.

    What the target has already is cancelled there with `orderferry cancel`.
    """
    if not export_ids:
        raise UsageError("name at least one export")
    act = Act(user=user, reason=reason)
    with acting_ferry(config) as ferry:
        acting = Acting()
        acting.act(export_ids, lambda each: ferry.acts.cancel(each, act))
        acting.end(ctx, ferry, as_json=as_json)


def _warning(export: Export) -> str | None:
    """
    What a person should know before an export of unknown outcome is sent again.
    """
    return reason_not_to_resend(export) if export.state is ExportState.UNKNOWN else None


def _pair(text: str) -> tuple[str, str]:
    kind, separator, value = text.partition("=")
    if not separator or not kind.strip() or not value.strip():
        raise UsageError(f"--remote-id {text}: expected KIND=VALUE, such as order=4711")
    return kind.strip(), value.strip()
