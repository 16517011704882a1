"""
`orderferry check`: check connectors, settings and workflow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from orderferry.cli._command import FAILED, USAGE, Command
from orderferry.cli._options import config_option, verbose_option
from orderferry.cli._table import print_indented
from orderferry.cli._text import printable
from orderferry.config import config_schema, workflow_schema
from orderferry.errors import ConfigurationError
from orderferry.orders import order_schema, write_json
from orderferry.runtime import CheckFinding, CheckState, Configured, check, database_findings

__all__ = ["command", "print_findings"]

_STYLES = {
    CheckState.PROVEN: "green",
    CheckState.FAILED: "bold red",
    CheckState.NOT_PROVABLE: "cyan",
    CheckState.WARNING: "yellow",
}
_WIDTH = max(len(state) for state in CheckState)


def print_findings(findings: Sequence[CheckFinding], out: Console) -> None:
    """
    Print the findings, and the number of findings in each state.
    """
    for subject, group in groupby(findings, key=_heading):
        print_indented(Text(subject, style="bold"), out, indent=0, hanging=2)
        for finding in group:
            print_indented(_line(finding), out, indent=2, hanging=4 + _WIDTH)
    count = Counter(finding.state for finding in findings)
    summary = ", ".join(f"{count[state]} {state}" for state in CheckState if count[state])
    out.print(Text(summary or "nothing to check: the configuration names no connector or step"))


def _heading(finding: CheckFinding) -> str:
    if finding.distribution is None:
        return printable(finding.subject)
    return printable(f"{finding.subject} ({finding.distribution} {finding.version})")


def _line(finding: CheckFinding) -> Text:
    line = Text(f"{finding.state:{_WIDTH}}  ", style=_STYLES[finding.state])
    text = f"{finding.what}: {finding.detail}" if finding.detail else finding.what
    return line.append(printable(text), style="default")


_SCHEMAS = {"config": config_schema, "workflow": workflow_schema, "order": order_schema}


@click.command("check", cls=Command)
@click.option("--offline", is_flag=True, help="Do not connect to the targets.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON array.")
@click.option(
    "--schema",
    type=click.Choice(list(_SCHEMAS)),
    help="Print the JSON Schema of this file, or of an order, and check nothing.",
)
@config_option
@verbose_option
@click.pass_context
def command(
    ctx: click.Context, *, offline: bool, as_json: bool, schema: str | None, config: Path
) -> None:
    """
    Check connectors, settings and workflow before any order is run.

    Every configured connector is loaded and, unless --offline is passed, asks its target. The
    database is checked too, but not changed. Each finding is proven, failed, not provable, or a
    warning.

    The exit code is 0 if no finding failed, 1 if a finding failed, and 2 if the configuration
    itself is invalid.
    """
    if schema is not None:
        click.echo(write_json(_SCHEMAS[schema](), indent=2))
        return
    try:
        with Configured.from_config(config) as configured:
            checked = check(
                configured.config.workflow,
                configured.instances,
                configured.steps,
                offline=offline,
            )
            findings = (*checked, *database_findings(configured.config.runtime))
        code = FAILED if any(finding.state is CheckState.FAILED for finding in findings) else 0
    except ConfigurationError as error:
        findings, code = _faults(error, config), USAGE
    if as_json:
        click.echo(write_json([_document(finding) for finding in findings], indent=2))
    else:
        from orderferry.cli._table import console

        print_findings(findings, console())
    ctx.exit(code)


def _faults(error: ConfigurationError, config: Path) -> tuple[CheckFinding, ...]:
    return tuple(
        CheckFinding(
            subject=str(config),
            what="the configuration is valid",
            state=CheckState.FAILED,
            detail=fault,
        )
        for fault in error.faults or (str(error),)
    )


def _document(finding: CheckFinding) -> dict[str, str | None]:
    return {
        "subject": finding.subject,
        "what": finding.what,
        "state": finding.state.value,
        "detail": finding.detail,
        "distribution": finding.distribution,
        "version": finding.version,
    }
