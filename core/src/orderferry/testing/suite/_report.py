"""
The outcome of each guarantee: printed at the end of pytest's report, and written as JSON.
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

__all__ = ["OUTCOMES", "Outcome", "Result", "register_test"]

OUTCOMES: Final = "ORDERFERRY_OUTCOMES"
"""The environment variable with the path of the JSON file; if it is not set, none is written."""

_PLUGIN: Final = "orderferry-conformance"
_SKIPPED: Final = "Skipped: "
_FAILED: Final = "Failed: "
_NOT_OFFERED: Final = "not offered: "


class Result(StrEnum):
    """
    The result of a guarantee.
    """

    PROVEN = "proven"
    NOT_OFFERED = "not offered"
    NOT_TRIED = "not tried"
    FAILED = "failed"


@frozen
class Outcome:
    """
    The outcome of one guarantee in a run.

    Attributes:
        guarantee: The guarantee.
        result: The result.
        detail: Why it is not offered or was not tried, or what failed.
    """

    guarantee: Guarantee
    result: Result
    detail: str = ""

    def document(self) -> dict[str, str]:
        """
        The outcome as a JSON object.
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
        The outcome of a JSON object.
        """
        guarantee = GUARANTEES[document["name"]]
        return cls(guarantee, Result(document["result"]), document["detail"])


@define(eq=False)
class Reporter:
    """
    The pytest plugin that collects the result of each test.
    """

    _tests: dict[str, tuple[str, str]] = field(factory=dict, init=False)
    _results: dict[tuple[str, str], dict[str, tuple[Result, str]]] = field(factory=dict, init=False)

    def expect(self, test: str, connector: str, guarantee: str) -> None:
        """
        Register a test before it runs.

        Args:
            test: The test's node id.
            connector: The connector that is tested.
            guarantee: The name of the guarantee that the test proves.
        """
        self._tests[test] = connector, guarantee

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """
        Record the result of a test: the worst of its phases.
        """
        subject = self._tests.get(report.nodeid)
        if subject is None or (report.passed and report.when != "call"):
            return
        results = self._results.setdefault(subject, {})
        before = results.get(report.nodeid)
        if before is None or before[0] is not Result.FAILED:
            results[report.nodeid] = _result_of(report)

    def outcomes(self) -> dict[str, list[Outcome]]:
        """
        The outcomes by connector, in the order of the guarantees.
        """
        outcomes: dict[str, list[Outcome]] = {}
        order = list(GUARANTEES)
        for connector, name in sorted(
            self._results, key=lambda subject: (subject[0], order.index(subject[1]))
        ):
            results = list(self._results[connector, name].values())
            outcomes.setdefault(connector, []).append(_outcome(GUARANTEES[name], results))
        return outcomes

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """
        Print which guarantees are not offered and why, which were not tried and which failed, and
        how many have each result.
        """
        for connector, outcomes in self.outcomes().items():
            terminalreporter.section(f"guarantees of {connector}")
            counts = dict.fromkeys(Result, 0)
            for outcome in outcomes:
                result = outcome.result
                counts[result] += 1
                if result is not Result.PROVEN:
                    reason = f" ({outcome.detail})" if result is Result.NOT_OFFERED else ""
                    terminalreporter.write_line(f"{result}: {outcome.guarantee.name}{reason}")
            summary = ", ".join(f"{counts[result]} {result}" for result in summarized(counts))
            terminalreporter.write_line(f"{connector}: {summary}")

    def pytest_sessionfinish(self) -> None:
        """
        Write the outcomes to the file that the environment variable names.
        """
        path = os.environ.get(OUTCOMES)
        if path:
            document = {
                connector: [outcome.document() for outcome in outcomes]
                for connector, outcomes in self.outcomes().items()
            }
            Path(path).write_text(json.dumps(document, indent=2), encoding="utf-8")


def summarized(counts: Mapping[Result, int]) -> list[Result]:
    """
    The results that a summary contains: "not tried" only if a guarantee was not tried.
    """
    return [result for result in Result if counts[result] or result is not Result.NOT_TRIED]


def register_test(request: pytest.FixtureRequest, connector: str, guarantee: Guarantee) -> None:
    """
    Report a test under its guarantee; the first test registers the plugin.

    Args:
        request: The test.
        connector: The connector that is tested.
        guarantee: The guarantee that the test proves.
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
        return Result.FAILED, f"the test was skipped: {reason}"
    message = _message(report)
    result = Result.NOT_TRIED if message.startswith(NOT_TRIED) else Result.FAILED
    return result, f"{report.nodeid.rpartition('::')[2]}: {message}"


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    message = report.longreprtext if crash is None else str(crash.message)
    return message.removeprefix(_FAILED)


def _outcome(guarantee: Guarantee, results: list[tuple[Result, str]]) -> Outcome:
    for outcome in (Result.FAILED, Result.NOT_TRIED, Result.PROVEN, Result.NOT_OFFERED):
        details = [detail for result, detail in results if result is outcome]
        if details:
            return Outcome(guarantee, outcome, "\n".join(dict.fromkeys(filter(None, details))))
    raise RuntimeError(f"no test of the guarantee {guarantee.name} has a result")
