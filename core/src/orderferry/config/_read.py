"""
Both files at once: what is wrong with either is told together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from orderferry.config._config import Config
from orderferry.config._faults import Faults, raise_if_any
from orderferry.config._toml import read_toml
from orderferry.config._workflow import read_workflow
from orderferry.steps import Step
from orderferry.workflow import OrderType, Workflow

__all__ = ["read_config"]


def read_config(
    path: Path, *, steps: Mapping[str, Step], environment: Mapping[str, str] | None = None
) -> Config:
    """
    Read a configuration file and the workflow file that it names.

    Args:
        path: The configuration file, such as `orderferry.toml`.
        steps: The steps that we run, by key; only those that the workflow places are asked for.
        environment: Where `${env:NAME}` looks; the process's own by default.

    Raises:
        ConfigurationError: Something in the files does not hold; all that is wrong is told.
    """
    faults = Faults(str(path))
    found = read_toml(path, os.environ if environment is None else environment, faults)
    order_types: tuple[OrderType, ...] = ()
    workflow_faults = Faults(str(found.runtime.workflow))
    if found.names_workflow:
        order_types = read_workflow(
            found.runtime.workflow,
            steps=steps,
            foreign=found.runtime.foreign_steps,
            faults=workflow_faults,
        )
    raise_if_any(faults, workflow_faults)
    return Config(
        path=path,
        runtime=found.runtime,
        connectors=found.connectors,
        flows=found.flows,
        workflow=Workflow(order_types=order_types, foreign_steps=found.runtime.foreign_steps),
    )
