"""
`check` of the configured instances and of the database; `_workflow` checks the workflow.
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
TARGET = "its target responds and accepts writes"


def instance_findings(
    configured: InstanceConfig,
    instances: Instances,
    *,
    offline: bool,
    deadline: float,
) -> Iterator[CheckFinding]:
    """
    Check one configured instance: does it load, and what does its own check find?

    Args:
        configured: The instance.
        instances: All instances; this one is loaded.
        offline: Send nothing to its target.
        deadline: When the connector's own check has to end, as a monotonic time in seconds.
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
    yield _finding(exporter, LOADS, CheckState.PROVEN)
    yield from _literal_secrets(exporter)
    if offline:
        yield _finding(exporter, TARGET, CheckState.NOT_PROVABLE, "not checked: --offline")
    elif not exporter.offers("check"):
        yield _finding(exporter, TARGET, CheckState.NOT_PROVABLE, "the connector offers no check")
    else:
        yield from _run_check(exporter, deadline)


def _literal_secrets(exporter: Exporter) -> Iterator[CheckFinding]:
    for setting in exporter.literal_secrets:
        yield _finding(
            exporter,
            f"{setting} is kept out of the configuration",
            CheckState.WARNING,
            "the secret is in the file as plain text; use ${env:NAME} or ${file:PATH}",
        )


def _run_check(exporter: Exporter, deadline: float) -> Iterator[CheckFinding]:
    try:
        findings = _as_list(exporter.check(exporter.context(deadline=deadline)))
    except Exception as error:  # noqa: BLE001 - any error of a connector is a finding
        yield _finding(exporter, TARGET, CheckState.FAILED, f"{type(error).__name__}: {error}")
        return
    if not findings:
        yield _finding(
            exporter, TARGET, CheckState.NOT_PROVABLE, "the connector's check returned no findings"
        )
        return
    for finding in findings:
        if isinstance(finding, Finding) and isinstance(finding.state, FindingState):
            state = CheckState(finding.state.value)
            yield _finding(exporter, str(finding.what), state, str(finding.detail))
        else:
            detail = f"the connector's check returned {finding!r}, which is not a Finding"
            yield _finding(exporter, TARGET, CheckState.FAILED, detail)


def _as_list(result: object) -> list[object]:
    if isinstance(result, Iterable) and not isinstance(result, str | bytes):
        return list(result)
    return [] if result is None else [result]


def _finding(exporter: Exporter, what: str, state: CheckState, detail: str = "") -> CheckFinding:
    return CheckFinding(
        subject=str(exporter.name),
        what=exporter.redactor.text(what),
        state=state,
        detail=exporter.redactor.text(detail),
        distribution=exporter.distribution,
        version=exporter.version,
    )


SCHEMA = "the database responds, and has the schema of this version"
SESSIONS = "its sessions are not shared"


def database_findings(runtime: RuntimeSettings) -> Iterator[CheckFinding]:
    """
    Check the database without changing it.

    An SQLite file that does not exist yet has no finding; the first run creates it.

    Args:
        runtime: The settings of `[runtime]`.
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
            "a connection pooler shares one session between several connections, so a lane could"
            " have two owners: connect to PostgreSQL directly, or set pool_mode = session in"
            " PgBouncer"
        ),
    )


CONCURRENCY = 8
"""How many instances are checked at the same time."""

SECONDS = 30.0
"""How many seconds a connector's own check may take."""


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
        offline: Send nothing to the targets.
        seconds: How long a connector's own check may take, in seconds.

    Returns:
        The findings: first the instances', in the configuration's order, then the steps'. A
        connector that fails is a finding, not an error.
    """

    def check_instance(configured: InstanceConfig) -> list[CheckFinding]:
        deadline = time.monotonic() + seconds
        return list(instance_findings(configured, instances, offline=offline, deadline=deadline))

    with ThreadPoolExecutor(max_workers=CONCURRENCY) as threads:
        checked = threads.map(check_instance, instances.configured)
        findings = [finding for of_instance in checked for finding in of_instance]
    return (*findings, *workflow_findings(workflow, instances, steps))
