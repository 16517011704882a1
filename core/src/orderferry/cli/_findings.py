"""
The findings of `check` for people, gathered by what they are about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from orderferry.cli._table import print_indented
from orderferry.cli._text import printable
from orderferry.runtime import CheckFinding, CheckState

__all__ = ["print_findings"]

_STYLES = {
    CheckState.PROVEN: "green",
    CheckState.FAILED: "bold red",
    CheckState.NOT_PROVABLE: "cyan",
    CheckState.WARNING: "yellow",
}
_WIDTH = max(len(state) for state in CheckState)


def print_findings(findings: Sequence[CheckFinding], out: Console) -> None:
    """
    Print the findings, and how many there are of each state.
    """
    for subject, group in groupby(findings, key=_heading):
        print_indented(Text(subject, style="bold"), out, indent=0, hanging=2)
        for finding in group:
            print_indented(_line(finding), out, indent=2, hanging=4 + _WIDTH)
    count = Counter(finding.state for finding in findings)
    told = ", ".join(f"{count[state]} {state}" for state in CheckState if count[state])
    out.print(Text(told or "nothing to check: the configuration names no connector and no step"))


def _heading(finding: CheckFinding) -> str:
    if finding.distribution is None:
        return printable(finding.subject)
    return printable(f"{finding.subject} ({finding.distribution} {finding.version})")


def _line(finding: CheckFinding) -> Text:
    line = Text(f"{finding.state:{_WIDTH}}  ", style=_STYLES[finding.state])
    said = f"{finding.what}: {finding.detail}" if finding.detail else finding.what
    return line.append(printable(said), style="default")
