"""
The part of `check` that asks the connectors: do they load, and what do their targets say?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orderferry.connectors import Exporter, Finding, FindingState, InstanceConfig, Instances
from orderferry.errors import LoadError, SettingsError
from orderferry.runtime._findings import CheckFinding, CheckState

__all__ = ["instance_findings"]

LOADS = "loads, and its settings are valid"
TARGET = "its target answers and may be written to"


def instance_findings(
    configured: InstanceConfig,
    instances: Instances,
    *,
    offline: bool,
    deadline: float,
) -> Iterator[CheckFinding]:
    """
    What can be said of one configured instance.

    Args:
        configured: The instance.
        instances: All instances; this one is loaded.
        offline: Whether its target is left alone.
        deadline: When the connector's own check has to be done, as a monotonic time in seconds.
    """
    subject = str(configured.reference)
    try:
        exporter = instances.exporter(configured.reference)
    except LoadError as error:
        faults = error.faults if isinstance(error, SettingsError) else ()
        yield CheckFinding(
            subject=subject,
            what=LOADS,
            state=CheckState.FAILED,
            detail="; ".join(faults) or str(error),
            distribution=error.distribution,
            version=error.version,
        )
        return
    yield _of(exporter, LOADS, CheckState.PROVEN)
    yield from _literal_secrets(exporter)
    if offline:
        yield _of(exporter, TARGET, CheckState.NOT_PROVABLE, "not asked: --offline")
    elif not exporter.offers("check"):
        yield _of(exporter, TARGET, CheckState.NOT_PROVABLE, "the connector offers no check")
    else:
        yield from _asked(exporter, deadline)


def _literal_secrets(exporter: Exporter) -> Iterator[CheckFinding]:
    for setting in exporter.literal_secrets:
        yield _of(
            exporter,
            f"{setting} is kept out of the configuration",
            CheckState.WARNING,
            "the secret stands in the file in clear; write ${env:NAME} or ${file:PATH}",
        )


def _asked(exporter: Exporter, deadline: float) -> Iterator[CheckFinding]:
    try:
        findings = _listed(exporter.call("check", exporter.context(deadline=deadline)))
    except Exception as error:  # noqa: BLE001 - whatever a connector raises is the finding
        yield _of(exporter, TARGET, CheckState.FAILED, f"{type(error).__name__}: {error}")
        return
    if not findings:
        yield _of(exporter, TARGET, CheckState.NOT_PROVABLE, "the connector's check said nothing")
        return
    for finding in findings:
        if isinstance(finding, Finding) and isinstance(finding.state, FindingState):
            state = CheckState(finding.state.value)
            yield _of(exporter, str(finding.what), state, str(finding.detail))
        else:
            detail = f"the connector's check answered with {finding!r}, which is no Finding"
            yield _of(exporter, TARGET, CheckState.FAILED, detail)


def _listed(answer: object) -> list[object]:
    if isinstance(answer, Iterable) and not isinstance(answer, str | bytes):
        return list(answer)
    return [] if answer is None else [answer]


def _of(exporter: Exporter, what: str, state: CheckState, detail: str = "") -> CheckFinding:
    return CheckFinding(
        subject=str(exporter.name),
        what=exporter.redactor.text(what),
        state=state,
        detail=exporter.redactor.text(detail),
        distribution=exporter.distribution,
        version=exporter.version,
    )
