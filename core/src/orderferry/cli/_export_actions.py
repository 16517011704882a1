"""
`orderferry exports retry`, `resolve`, `cancel` and `verify`: manual actions on stored exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from orderferry.cli._actions import ExportActions, confirm, open_ferry
from orderferry.cli._command import FAILED, Command
from orderferry.cli._options import (
    MOMENT,
    config_option,
    instance_options,
    json_option,
    operator_options,
    since_option,
    verbose_option,
    wait_options,
    yes_option,
)
from orderferry.connectors import ExportState
from orderferry.errors import UsageError
from orderferry.exports import Act, Export, export_document, reason_not_to_resend
from orderferry.orders import write_json
from orderferry.runtime import Verified
from orderferry.storage import ExportFilter

__all__ = ["cancel", "resolve", "retry", "verify"]

_RETRIED_BY_DEFAULT = frozenset({ExportState.REJECTED, ExportState.DEAD})
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
@operator_options()
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
    Retry rejected and dead exports, selected by id, or by connector, state or time.

    A retry continues the same export and the count of its attempts. If the target has ever
    accepted a part of an export, only a re-export (`orderferry export`) sends it again. An export
    of unknown outcome is sent again if --state unknown is passed, which asserts that the target
    does not have it; if the export is selected by its id, the command prompts first.
    """
    act = Act(user=user, reason=reason)
    criteria = ExportFilter(
        connector=connector,
        connector_id=connector_id,
        states=frozenset(map(ExportState, states)) or _RETRIED_BY_DEFAULT,
        since=since,
    )
    has_criteria = bool(connector or connector_id or states or since)
    with open_ferry(config) as ferry:
        exports: Sequence[Export]
        if bool(export_ids) == has_criteria:
            raise UsageError("select exports either by id, or with --connector, --state or --since")
        if export_ids:
            exports = [ferry.acts.find_export(id_) for id_ in dict.fromkeys(export_ids)]
            warnings = (_resend_warning(export) for export in exports)
            confirm((warning for warning in warnings if warning), yes=yes)
        else:
            exports = ferry.acts.find_exports(criteria)
        actions = ExportActions()
        actions.apply(
            [export.key.id for export in exports],
            lambda export_id: ferry.acts.retry(export_id, act, resend_unknown=True),
        )
        actions.finish(ctx, ferry, as_json=as_json, deliver=not no_wait, wait=wait)


@click.command("resolve", cls=Command)
@click.argument("export_id", metavar="EXPORT", type=click.UUID)
@click.option(
    "--remote-id",
    "remote_ids",
    multiple=True,
    metavar="KIND=VALUE",
    help="The target received it; its id there, such as order=4711 (repeatable).",
)
@click.option("--not-taken", is_flag=True, help="The target did not receive it; send it again.")
@click.option(
    "--give-up", is_flag=True, help="The outcome cannot be determined; mark it as skipped."
)
@operator_options()
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
    Record the outcome of an export of unknown outcome.

    With --not-taken, a worker or the next command that delivers sends the export again. If its
    failure cancelled the workflow, the export becomes dead instead, and `orderferry exports retry`
    sends it.
    """
    if (bool(remote_ids), not_taken, give_up).count(True) != 1:
        raise UsageError("pass exactly one of --remote-id, --not-taken and --give-up")
    act = Act(user=user, reason=reason)
    remote_ids_by_kind = dict(map(_kind_and_value, remote_ids))

    def record(id_: UUID) -> Export:
        if remote_ids_by_kind:
            return ferry.acts.take(id_, remote_ids_by_kind, act)
        return ferry.acts.refute(id_, act) if not_taken else ferry.acts.give_up(id_, act)

    with open_ferry(config) as ferry:
        actions = ExportActions()
        actions.apply([export_id], record)
        actions.finish(ctx, ferry, as_json=as_json)


@click.command("cancel", cls=Command)
@exports_argument
@operator_options()
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

    To cancel an order that the target has received, use `orderferry cancel`.
    """
    if not export_ids:
        raise UsageError("no exports selected: pass at least one export id")
    act = Act(user=user, reason=reason)
    with open_ferry(config) as ferry:
        actions = ExportActions()
        actions.apply(export_ids, lambda export_id: ferry.acts.cancel(export_id, act))
        actions.finish(ctx, ferry, as_json=as_json)


@click.command("verify", cls=Command)
@click.option(
    "--since",
    required=True,
    type=MOMENT,
    metavar="T",
    help="The time of the backup, or a little earlier (UTC unless it has a zone).",
)
@operator_options(default="verified after a restore of the database")
@json_option
@config_option
@verbose_option
@click.pass_context
def verify(
    ctx: click.Context, *, since: datetime, reason: str, user: str, as_json: bool, config: Path
) -> None:
    """
    Ask the targets about all exports that may have been sent since a time.

    After a restore, exports that the database lists as unsent may have been sent. Pause the lanes
    first (`orderferry lanes pause --all`). An export that the target has received becomes accepted,
    and is not sent again when the lanes resume (`orderferry lanes resume --all`).

    The exit code is 1 if a target does not have an export that it had accepted, or cannot tell.
    """
    with open_ferry(config) as ferry:
        verified = list(ferry.acts.verify(since, Act(user=user, reason=reason)))
    if as_json:
        click.echo(write_json([_verified_document(export) for export in verified], indent=2))
    else:
        _print_verified(verified)
    if not all(export.is_settled for export in verified):
        ctx.exit(FAILED)


def _resend_warning(export: Export) -> str | None:
    """
    The warning before an export of unknown outcome is sent again.
    """
    return reason_not_to_resend(export) if export.state is ExportState.UNKNOWN else None


def _kind_and_value(text: str) -> tuple[str, str]:
    kind, separator, value = text.partition("=")
    if not separator or not kind.strip() or not value.strip():
        raise UsageError(f"--remote-id {text}: expected KIND=VALUE, such as order=4711")
    return kind.strip(), value.strip()


def _verified_document(verified: Verified) -> dict[str, object]:
    return {
        **export_document(verified.export),
        "was": verified.was.state.value,
        "target": verified.verdict.value,
        "note": verified.note,
        "settled": verified.is_settled,
    }


def _print_verified(verified: Sequence[Verified]) -> None:
    from orderferry.cli._table import Line, print_table, standard_output
    from orderferry.cli._text import printable

    if not verified:
        click.echo("No exports may have been sent since then.")
        return

    def line(row: Verified) -> Line:
        key = row.export.key
        cells = (
            str(key.id),
            key.order_id,
            key.reference,
            row.was.state.value,
            row.verdict.value,
            row.export.state.value,
        )
        return Line(tuple(map(printable, cells)), (printable(row.note),) if row.note else ())

    headings = ("Export", "Order", "Connector", "Old state", "Target", "New state")
    print_table(headings, map(line, verified), standard_output())
    unsettled = sum(not row.is_settled for row in verified)
    click.echo(f"Exports verified: {len(verified)}. Left for an operator: {unsettled}.")
