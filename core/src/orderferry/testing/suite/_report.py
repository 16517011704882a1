"""
What a run showed of each guarantee: told at the end of pytest's own report, and written as JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

import pytest
from attrs import define, field, frozen

from orderferry.testing.suite._guarantees import GUARANTEES, Guarantee
from orderferry.testing.trials._trial import NOT_TRIED

__all__ = ["OUTCOMES", "Outcome", "Result", "report"]

OUTCOMES: Final = "ORDERFERRY_OUTCOMES"
"""The variable that names the file for the outcomes; where it is not set, none is written."""

_PLUGIN: Final = "orderferry-conformance"
_SKIPPED: Final = "Skipped: "
_FAILED: Final = "Failed: "
_NOT_OFFERED: Final = "not offered: "


class Result(StrEnum):
    """
    How a guarantee stands.
    """

    PROVEN = "proven"
    NOT_OFFERED = "not offered"
    NOT_TRIED = "not tried"
    FAILED = "failed"


@frozen
class Outcome:
    """
    What a run showed of one guarantee.

    Attributes:
        guarantee: The guarantee.
        result: How it stands.
        detail: Why it is not offered or was not tried, or what failed.
    """

    guarantee: Guarantee
    result: Result
    detail: str = ""

    def document(self) -> dict[str, str]:
        """
        The outcome as it is written.
        """
        return {
            "name": self.guarantee.name,
            "sentence": self.guarantee.sentence,
            "result": self.result.value,
            "detail": self.detail,
        }

    @classmethod
    def read(cls, document: Mapping[str, str]) -> Self:
        """
        The outcome that was written.
        """
        guarantee = GUARANTEES[document["name"]]
        return cls(guarantee, Result(document["result"]), document["detail"])


@define(eq=False)
class Reporter:
    """
    The plugin that hears the outcome of each test.
    """

    _tests: dict[str, tuple[str, str]] = field(factory=dict, init=False)
    _heard: dict[tuple[str, str], dict[str, tuple[Result, str]]] = field(factory=dict, init=False)

    def expect(self, test: str, connector: str, guarantee: str) -> None:
        """
        Say what a test is about, before it runs.
        """
        self._tests[test] = connector, guarantee

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """
        Keep what became of a test, the worst of its phases.
        """
        about = self._tests.get(report.nodeid)
        if about is None or (report.passed and report.when != "call"):
            return
        heard = self._heard.setdefault(about, {})
        before = heard.get(report.nodeid)
        if before is None or before[0] is not Result.FAILED:
            heard[report.nodeid] = _result_of(report)

    def outcomes(self) -> dict[str, list[Outcome]]:
        """
        The outcomes by connector, in the order of the table.
        """
        found: dict[str, list[Outcome]] = {}
        order = list(GUARANTEES)
        for connector, name in sorted(
            self._heard, key=lambda each: (each[0], order.index(each[1]))
        ):
            heard = list(self._heard[connector, name].values())
            found.setdefault(connector, []).append(_outcome(GUARANTEES[name], heard))
        return found

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """
        Say how many guarantees are proven, which are not offered and why, which could not be
        tried, and which failed.
        """
        for connector, outcomes in self.outcomes().items():
            terminalreporter.section(f"guarantees of {connector}")
            counts = dict.fromkeys(Result, 0)
            for each in outcomes:
                counts[each.result] += 1
                if each.result is not Result.PROVEN:
                    reason = f" ({each.detail})" if each.result is Result.NOT_OFFERED else ""
                    terminalreporter.write_line(f"{each.result}: {each.guarantee.name}{reason}")
            told = ", ".join(f"{counts[each]} {each}" for each in told_of(counts))
            terminalreporter.write_line(f"{connector}: {told}")

    def pytest_sessionfinish(self) -> None:
        """
        Write the outcomes where a variable of the environment says so.
        """
        path = os.environ.get(OUTCOMES)
        if path:
            document = {
                connector: [each.document() for each in outcomes]
                for connector, outcomes in self.outcomes().items()
            }
            Path(path).write_text(json.dumps(document, indent=2), encoding="utf-8")


def told_of(counts: Mapping[Result, int]) -> list[Result]:
    """
    The results that a summary names: what was not tried only where there is some of it.
    """
    return [each for each in Result if counts[each] or each is not Result.NOT_TRIED]


def report(request: pytest.FixtureRequest, connector: str, guarantee: Guarantee) -> None:
    """
    Have a test's outcome reported under its guarantee; the first test registers the reporter.

    Args:
        request: The test.
        connector: The connector that it is about.
        guarantee: What it shows.
    """
    manager = request.config.pluginmanager
    reporter = manager.get_plugin(_PLUGIN)
    if not isinstance(reporter, Reporter):
        reporter = Reporter()
        manager.register(reporter, _PLUGIN)
    reporter.expect(request.node.nodeid, connector, guarantee.name)


def _result_of(report: pytest.TestReport) -> tuple[Result, str]:
    if report.passed:
        return Result.PROVEN, ""
    if report.skipped:
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "skipped"
        reason = reason.removeprefix(_SKIPPED)
        if reason.startswith(_NOT_OFFERED):
            return Result.NOT_OFFERED, reason.removeprefix(_NOT_OFFERED)
        return Result.FAILED, f"it was skipped: {reason}"
    message = _message(report)
    result = Result.NOT_TRIED if message.startswith(NOT_TRIED) else Result.FAILED
    return result, f"{report.nodeid.rpartition('::')[2]}: {message}"


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    message = report.longreprtext if crash is None else str(crash.message)
    return message.removeprefix(_FAILED)


def _outcome(guarantee: Guarantee, heard: list[tuple[Result, str]]) -> Outcome:
    for result in (Result.FAILED, Result.NOT_TRIED, Result.PROVEN, Result.NOT_OFFERED):
        details = [detail for each, detail in heard if each is result]
        if details:
            return Outcome(guarantee, result, "\n".join(dict.fromkeys(filter(None, details))))
    raise RuntimeError(f"nothing was heard of {guarantee.name}")
