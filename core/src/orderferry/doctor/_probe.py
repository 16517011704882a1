"""
Loading one entry point in a process of its own, which may not survive it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any, Final, NoReturn

from attrs import frozen

from orderferry.connectors import (
    CONNECTOR_GROUP,
    GROUP_PREFIX,
    Catalogue,
    Entry,
    deprecations,
    hook_api_text,
    load_connector,
)
from orderferry.errors import LoadError

__all__ = ["SIMULATORS", "Probed", "main", "probe"]

SIMULATORS: Final = f"{GROUP_PREFIX}simulators"
SECONDS: Final = 60.0
"""How long an import may take."""

PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from orderferry.doctor._probe import main; main(*sys.argv[2:])"
)


@frozen(kw_only=True)
class Probed:
    """
    What came of loading an entry point.

    Attributes:
        reason: Why it cannot be used, or `None` where it loads.
        hook_api: The hook API that a connector declares, such as `1.0`.
        deprecated: What of it is deprecated, a sentence each.
    """

    reason: str | None = None
    hook_api: str | None = None
    deprecated: tuple[str, ...] = ()


def probe(entry: Entry, seconds: float = SECONDS) -> Probed:
    """
    Load an entry point in a child process, so that it cannot end this one.

    Args:
        entry: The entry point.
        seconds: How long that may take.
    """
    path, which = json.dumps(sys.path), (entry.group, entry.name, entry.distribution)
    try:
        done = subprocess.run(  # noqa: S603 - this Python, with a program of our own
            [sys.executable, "-c", PROGRAM, path, *which],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probed(reason=f"takes more than {seconds:g} s to be imported")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return Probed(reason=_end(done.returncode, done.stderr))
    deprecated = tuple(answer.pop("deprecated", ()))
    return Probed(**answer, deprecated=deprecated)


def _end(code: int, said: bytes) -> str:
    """
    How a process ended that gave no answer.
    """
    how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    lines = said.decode(errors="replace").strip().splitlines()
    last = f"; it said: {lines[-1]}" if lines else ""
    return f"ends the process when it is imported ({how}){last}"


def main(group: str, name: str, distribution: str) -> NoReturn:
    """
    Load it here, write what came of it on standard output, and end, whatever threads it left.

    What the vendor's module prints goes to standard error.

    Args:
        group: The group of the entry point.
        name: Its name.
        distribution: The distribution that brings it.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    entry = Catalogue.installed(group).of(name, distribution)
    with answers:
        json.dump(_loaded(entry), answers)
    os._exit(0)


def _loaded(entry: Entry) -> dict[str, object]:
    if entry.group == CONNECTOR_GROUP:
        return _connector(entry)
    try:
        found = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a vendor's module raises anything
        gone = entry.lacks(error)
        told = gone or f"it cannot be imported: {type(error).__name__}: {error}"
        return {"reason": f"names {entry.value}, and {told}"}
    lacking = [each for each in ("start", "stop", "received") if not hasattr(found, each)]
    if entry.group == SIMULATORS and lacking:
        return {"reason": f"names {entry.value}, which has no {', '.join(lacking)}"}
    return {}


def _connector(entry: Entry) -> dict[str, object]:
    try:  # what it requires is told elsewhere, with all else that does not fit: no version here
        loaded = load_connector(Catalogue([entry]), entry.name)
    except LoadError as error:
        return {"reason": str(error).removeprefix(f"connector {entry.name} ({entry.origin}) ")}
    return {
        "hook_api": hook_api_text(loaded.kind.hook_api),
        "deprecated": [f"its {each}" for each in deprecations(loaded.kind)],
    }
