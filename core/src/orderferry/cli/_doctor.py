"""
`orderferry doctor`: check that the installed distributions load and fit together.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from orderferry.cli._command import FAILED, Command
from orderferry.cli._options import json_option
from orderferry.doctor import Diagnosis, DistributionReport, EntryPointReport, Extra, diagnose

if TYPE_CHECKING:
    from orderferry.cli._table import Line

__all__ = ["command"]


@click.command("doctor", cls=Command)
@json_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """
    Check that the installed distributions load and fit together.

    The core, and each distribution that provides connectors, steps or simulators, is compared with
    this Python, this hook API and the other distributions. No configuration, database or network is
    needed. Each entry point is loaded in a separate process, so that a connector that crashes
    Python is reported like any other.

    The exit code is 1 if a distribution is broken.
    """
    diagnosis = diagnose()
    if as_json:
        click.echo(json.dumps(_document(diagnosis), indent=2))
    else:
        _print(diagnosis)
    ctx.exit(0 if diagnosis.sound else FAILED)


def _document(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "sound": diagnosis.sound,
        "python": diagnosis.python,
        "distributions": [
            {
                "name": distribution.name,
                "version": distribution.version,
                "hookApi": distribution.hook_api,
                "brings": [
                    _entry_point_document(entry_point) for entry_point in distribution.entry_points
                ],
                "faults": list(distribution.faults),
                "notes": list(distribution.notes),
            }
            for distribution in diagnosis.distributions
        ],
        "faults": list(diagnosis.faults),
        "extras": [
            {"name": extra.name, "purpose": extra.purpose, "missing": list(extra.missing)}
            for extra in diagnosis.extras
        ],
    }


def _entry_point_document(entry_point: EntryPointReport) -> dict[str, str | bool | None]:
    return {
        "kind": entry_point.kind,
        "name": entry_point.name,
        "value": entry_point.value,
        "loads": entry_point.result.reason is None,
        "reason": entry_point.result.reason,
        "hookApi": entry_point.result.hook_api,
    }


def _print(diagnosis: Diagnosis) -> None:
    from orderferry.cli._table import print_table, standard_output
    from orderferry.cli._text import printable

    headings = ("Distribution", "Version", "Hook API", "State", "Entry points")
    print_table(headings, map(_line, diagnosis.distributions), standard_output())
    for fault in diagnosis.faults:
        click.echo(printable(f"Error: {fault}"))
    click.echo()
    for extra in diagnosis.extras:
        click.echo(printable(_extra_line(extra)))
    broken = sum(bool(distribution.faults) for distribution in diagnosis.distributions) + len(
        diagnosis.faults
    )
    verdict = "no problems found" if diagnosis.sound else f"{broken} broken"
    count = len(diagnosis.distributions)
    noun = "distribution" if count == 1 else "distributions"
    click.echo(f"Python {diagnosis.python}, {count} {noun}: {verdict}")


def _line(distribution: DistributionReport) -> Line:
    from orderferry.cli._table import Line
    from orderferry.cli._text import printable

    cells = (
        distribution.name,
        distribution.version or "",
        distribution.hook_api or "",
        "broken" if distribution.faults else "sound",
        ", ".join(f"{entry.kind} {entry.name}" for entry in distribution.entry_points),
    )
    notes = [f"- {fault}" for fault in distribution.faults]
    notes += [f"- note: {note}" for note in distribution.notes]
    return Line(tuple(map(printable, cells)), tuple(map(printable, notes)))


def _extra_line(extra: Extra) -> str:
    purpose = f" ({extra.purpose})" if extra.purpose else ""
    if not extra.missing:
        return f"extra {extra.name}{purpose}: installed"
    return (
        f"extra {extra.name}{purpose}: not installed ({', '.join(extra.missing)}); "
        f"pip install 'orderferry[{extra.name}]'"
    )
