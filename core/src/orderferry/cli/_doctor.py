"""
`orderferry doctor`: whether what is installed fits together.
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
    Examine what is installed: whether it loads, and whether it fits together.

    The core and every distribution that names connectors, steps or simulators are compared with
    this Python, this hook API, and what else is installed. No configuration, database or network
    is needed. Each entry point is loaded in a process of its own, so a connector that crashes
    Python is reported like any other.

    The exit code is 1 where something is wrong.
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
                "name": each.name,
                "version": each.version,
                "hookApi": each.hook_api,
                "brings": [_entry_point(entry_point) for entry_point in each.entry_points],
                "faults": list(each.faults),
                "notes": list(each.notes),
            }
            for each in diagnosis.distributions
        ],
        "faults": list(diagnosis.faults),
        "extras": [
            {"name": each.name, "purpose": each.purpose, "missing": list(each.missing)}
            for each in diagnosis.extras
        ],
    }


def _entry_point(report: EntryPointReport) -> dict[str, str | bool | None]:
    return {
        "kind": report.kind,
        "name": report.name,
        "value": report.value,
        "loads": report.result.reason is None,
        "reason": report.result.reason,
        "hookApi": report.result.hook_api,
    }


def _print(diagnosis: Diagnosis) -> None:
    from orderferry.cli._table import page, print_table
    from orderferry.cli._text import printable

    heads = ("Distribution", "Version", "Hook API", "State", "Brings")
    print_table(heads, map(_line, diagnosis.distributions), page())
    for fault in diagnosis.faults:
        click.echo(printable(f"Error: {fault}"))
    click.echo()
    for extra in diagnosis.extras:
        click.echo(printable(_extra(extra)))
    broken = sum(bool(each.faults) for each in diagnosis.distributions) + len(diagnosis.faults)
    verdict = "all sound" if diagnosis.sound else f"{broken} not sound"
    count = len(diagnosis.distributions)
    noun = "distribution" if count == 1 else "distributions"
    click.echo(f"Python {diagnosis.python}, {count} {noun}: {verdict}")


def _line(examined: DistributionReport) -> Line:
    from orderferry.cli._table import Line
    from orderferry.cli._text import printable

    state = "broken" if examined.faults else "sound"
    brings = ", ".join(f"{each.kind} {each.name}" for each in examined.entry_points)
    cells = (examined.name, examined.version or "", examined.hook_api or "", state, brings)
    notes = [f"- {each}" for each in examined.faults]
    notes += [f"- note: {each}" for each in examined.notes]
    return Line(tuple(map(printable, cells)), tuple(map(printable, notes)))


def _extra(extra: Extra) -> str:
    purpose = f" ({extra.purpose})" if extra.purpose else ""
    if not extra.missing:
        return f"extra {extra.name}{purpose}: installed"
    return (
        f"extra {extra.name}{purpose}: not installed ({', '.join(extra.missing)}); "
        f"pip install 'orderferry[{extra.name}]'"
    )
