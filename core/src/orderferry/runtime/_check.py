"""
`check`: what can be known before any order is run.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from orderferry.connectors import InstanceConfig, Instances
from orderferry.runtime._check_instances import instance_findings
from orderferry.runtime._check_workflow import workflow_findings
from orderferry.runtime._findings import CheckFinding
from orderferry.steps import Step
from orderferry.workflow import Workflow

__all__ = ["check"]

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
