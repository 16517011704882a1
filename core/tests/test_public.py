"""
The public names of the core, and what importing them loads.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest

import orderferry

ROOMS = (
    "orderferry",
    "orderferry.errors",
    "orderferry.orders",
    "orderferry.connectors",
    "orderferry.connectors.http",
    "orderferry.exports",
    "orderferry.steps",
    "orderferry.workflow",
    "orderferry.storage",
    "orderferry.config",
    "orderferry.runtime",
    "orderferry.testing",
    "orderferry.cli",
)


def modules_after(program: str) -> set[str]:
    """
    Run a program in a new process, and return the modules that it has loaded.
    """
    program += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    completed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(completed.stdout))


@pytest.mark.parametrize("room", ROOMS)
def test_every_package_declares_its_public_names(room: str) -> None:
    """
    A package's `__all__` is sorted, and each of its names exists and is documented.
    """
    module = importlib.import_module(room)

    assert sorted(set(module.__all__)) == sorted(module.__all__)
    for name in module.__all__:
        assert getattr(module, name).__doc__ or not callable(getattr(module, name)), name


def test_importing_orderferry_loads_no_connector_and_no_dependency() -> None:
    """
    Importing `orderferry` loads no other module; its names are loaded when they are used.
    """
    loaded = modules_after("import orderferry")

    heavy = {"attrs", "cattrs", "msgspec", "pluggy", "urllib3", "click", "rich", "structlog"}
    databases = {"sqlalchemy", "alembic", "psycopg", "orderferry.storage"}
    assert not loaded & (heavy | databases)
    assert not {name for name in loaded if name.startswith("orderferry_")}


def test_the_names_for_connectors_load_no_workflow_and_no_http() -> None:
    """
    A connector's imports from `orderferry` load little more than attrs and pluggy.
    """
    loaded = modules_after("from orderferry import Connector, ExportResult, Secret, hookimpl")

    rooms = {name for name in loaded if name.startswith("orderferry.")}
    assert not rooms & {"orderferry.exports", "orderferry.workflow", "orderferry.runtime"}
    assert not loaded & {"cattrs", "msgspec", "urllib3", "oauthlib", "importlib_metadata"}


def test_every_public_name_can_be_imported() -> None:
    """
    Each public name has a value, and another name raises `AttributeError`.
    """
    assert all(getattr(orderferry, name) is not None for name in orderferry.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        orderferry.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_public_names_are_pinned() -> None:
    """
    The public names are those of this list, so that adding or removing one is a decision.
    """
    assert [
        "Absent",
        "Acknowledgement",
        "CannotTell",
        "Capabilities",
        "Connector",
        "Context",
        "Document",
        "ExportResult",
        "ExportState",
        "Ferry",
        "Finding",
        "FindingState",
        "Found",
        "Order",
        "Properties",
        "PushedRequest",
        "Secret",
        "SentExport",
        "ShippedLine",
        "TransitionResult",
        "hookimpl",
        "read_order",
    ] == orderferry.__all__
