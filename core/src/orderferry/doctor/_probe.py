"""
Loads one entry point in a child process, which it may crash.
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
    load_connector,
)
from orderferry.errors import LoadError

__all__ = ["SIMULATORS", "ProbeResult", "main", "probe"]

SIMULATORS: Final = f"{GROUP_PREFIX}simulators"
SECONDS: Final = 60.0
"""How long an import may take, in seconds."""

PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from orderferry.doctor._probe import main; main(*sys.argv[2:])"
)


@frozen(kw_only=True)
class ProbeResult:
    """
    The result of loading an entry point.

    Attributes:
        reason: Why it cannot be used, or `None` if it loads.
        hook_api: The hook API that a connector declares, such as `1.0`.
        deprecated: Its deprecated hooks and arguments, a sentence each.
    """

    reason: str | None = None
    hook_api: str | None = None
    deprecated: tuple[str, ...] = ()


def probe(entry: Entry, seconds: float = SECONDS) -> ProbeResult:
    """
    Load an entry point in a child process, so that it cannot end this one.

    Args:
        entry: The entry point.
        seconds: How long that may take.
    """
    arguments = (json.dumps(sys.path), entry.group, entry.name, entry.distribution)
    try:
        process = subprocess.run(  # noqa: S603 - this Python, with the program above
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ProbeResult(reason=f"takes more than {seconds:g} s to import")
    try:
        result: dict[str, Any] = json.loads(process.stdout)
    except ValueError:
        return ProbeResult(reason=_crash(process.returncode, process.stderr))
    deprecated = tuple(result.pop("deprecated", ()))
    return ProbeResult(**result, deprecated=deprecated)


def _crash(code: int, output: bytes) -> str:
    """
    Describe how a process ended that printed no result.
    """
    if code >= 0:
        end = f"ends the process on import (exit code {code})"
    else:
        end = f"crashes the process on import ({signal.Signals(-code).name})"
    lines = output.decode(errors="replace").strip().splitlines()
    return f"{end}; last output: {lines[-1]}" if lines else end


def main(group: str, name: str, distribution: str) -> NoReturn:
    """
    Load an entry point here, print the result as JSON, and end the process.

    Threads that the vendor's module started do not keep the process; what it prints goes to
    standard error.

    Args:
        group: The group of the entry point.
        name: Its name.
        distribution: The distribution that provides it.
    """
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    entry = Catalogue.installed(group).find_in(name, distribution)
    with output:
        json.dump(_load(entry), output)
    os._exit(0)


def _load(entry: Entry) -> dict[str, object]:
    if entry.group == CONNECTOR_GROUP:
        return _load_connector(entry)
    try:
        loaded = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a vendor's module raises anything
        missing = entry.missing_part(error)
        reason = missing or f"it cannot be imported: {type(error).__name__}: {error}"
        return {"reason": f"names {entry.value}, but {reason}"}
    absent = [name for name in ("start", "stop", "received") if not hasattr(loaded, name)]
    if entry.group == SIMULATORS and absent:
        return {"reason": f"names {entry.value}, which has no {', '.join(absent)}"}
    return {}


def _load_connector(entry: Entry) -> dict[str, object]:
    try:  # without a version of the core: `explain_unmet` reports what does not fit
        loaded = load_connector(Catalogue([entry]), entry.name)
    except LoadError as error:
        return {"reason": str(error).removeprefix(f"connector {entry.name} ({entry.origin}) ")}
    return {
        "hook_api": loaded.hook_api,
        "deprecated": [f"its {text}" for text in deprecations(loaded.kind)],
    }
