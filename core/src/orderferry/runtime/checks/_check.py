"""
The part of `check` that asks the connectors: do they load, and what do their targets say?
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from orderferry.config import RuntimeSettings
from orderferry.connectors import Exporter, Finding, FindingState, InstanceConfig, Instances
from orderferry.errors import ConfigurationError, LoadError, SettingsError
from orderferry.runtime.checks._findings import CheckFinding, CheckState
from orderferry.runtime.checks._workflow import workflow_findings
from orderferry.steps import Step
from orderferry.storage import check_schema, open_engine, shares_sessions
from orderferry.workflow import Workflow

__all__ = ["check", "database_findings", "instance_findings"]

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
        findings = _listed(exporter.check(exporter.context(deadline=deadline)))
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


SCHEMA = "the database answers, and has the schema that this program works with"
SESSIONS = "its sessions are not shared"


def database_findings(runtime: RuntimeSettings) -> Iterator[CheckFinding]:
    """
    What can be said of the database without changing it; nothing of a file that is not made yet.
    """
    if runtime.missing_database is not None:
        yield CheckFinding(
            subject="[runtime]",
            what=SCHEMA,
            state=CheckState.FAILED,
            detail=runtime.missing_database,
        )
        return
    subject = runtime.shown_database
    engine = open_engine(runtime.database_url)
    try:
        file = engine.url.database
        if engine.dialect.name == "sqlite" and not Path(str(file)).exists():
            return
        try:
            check_schema(engine)
        except ConfigurationError as error:
            yield CheckFinding(
                subject=subject, what=SCHEMA, state=CheckState.FAILED, detail=str(error)
            )
            return
        yield CheckFinding(subject=subject, what=SCHEMA, state=CheckState.PROVEN)
        if engine.dialect.name == "postgresql":
            yield _sessions(subject, shared=shares_sessions(engine))
    except DBAPIError as error:
        yield CheckFinding(
            subject=subject, what=SESSIONS, state=CheckState.FAILED, detail=str(error.orig)
        )
    finally:
        engine.dispose()


def _sessions(subject: str, *, shared: bool) -> CheckFinding:
    if not shared:
        return CheckFinding(subject=subject, what=SESSIONS, state=CheckState.PROVEN)
    return CheckFinding(
        subject=subject,
        what=SESSIONS,
        state=CheckState.FAILED,
        detail=(
            "a pooler lends one session to several connections, so a lane could have two owners:"
            " connect to PostgreSQL itself, or set pool_mode = session in PgBouncer"
        ),
    )


AT_ONCE = 8
SECONDS = 30.0
"""How long a connector's own check may take."""


def check(
    workflow: Workflow,
    instances: Instances,
    steps: Mapping[str, Step],
    *,
    offline: bool = False,
    seconds: float = SECONDS,
) -> tuple[CheckFinding, ...]:
    """
    Check every configured instance, and every step of the workflow.

    Args:
        workflow: The workflow.
        instances: The configured instances.
        steps: The kinds of steps by key.
        offline: Leave the targets alone.
        seconds: How long a connector's own check may take.

    Returns:
        The findings: the instances' in the configuration's order, then the steps'.
    """

    def of(configured: InstanceConfig) -> list[CheckFinding]:
        deadline = time.monotonic() + seconds
        return list(instance_findings(configured, instances, offline=offline, deadline=deadline))

    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        found = [each for findings in threads.map(of, instances.configured) for each in findings]
    return (*found, *workflow_findings(workflow, instances, steps))
