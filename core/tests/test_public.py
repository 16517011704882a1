"""
The public surface, and what importing it costs.
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
    The modules that a fresh process has loaded after a program.
    """
    program += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_names_what_is_public(room: str) -> None:
    """
    `__all__` is sorted, complete, and each name is there and documented.
    """
    module = importlib.import_module(room)

    assert sorted(set(module.__all__)) == sorted(module.__all__)
    for name in module.__all__:
        assert getattr(module, name).__doc__ or not callable(getattr(module, name)), name


def test_importing_orderferry_loads_no_connector_and_nothing_heavy() -> None:
    """
    Names only: what they stand for is loaded when it is asked for.
    """
    loaded = modules_after("import orderferry")

    heavy = {"attrs", "cattrs", "msgspec", "pluggy", "urllib3", "click", "rich", "structlog"}
    databases = {"sqlalchemy", "alembic", "psycopg", "orderferry.storage"}
    assert not loaded & (heavy | databases)
    assert not {name for name in loaded if name.startswith("orderferry_")}


def test_what_a_connector_imports_loads_no_workflow_and_no_http() -> None:
    """
    A vendor's module costs little more than attrs and pluggy.
    """
    loaded = modules_after("from orderferry import Connector, ExportResult, Secret, hookimpl")

    rooms = {name for name in loaded if name.startswith("orderferry.")}
    assert not rooms & {"orderferry.exports", "orderferry.workflow", "orderferry.runtime"}
    assert not loaded & {"cattrs", "msgspec", "urllib3", "oauthlib", "importlib_metadata"}


def test_every_public_name_can_be_had() -> None:
    """
    Lazily, and from `from orderferry import *` too.
    """
    assert all(getattr(orderferry, name) is not None for name in orderferry.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        orderferry.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_public_names_are_pinned() -> None:
    """
    A name that goes or comes is a decision.
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
