"""
The configuration file: `[runtime]` and the `[[connector]]` tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from orderferry.config._config import RuntimeSettings
from orderferry.config._faults import Faults
from orderferry.config._nearest import remedy
from orderferry.config._readers import (
    as_file,
    as_list,
    as_name,
    as_names,
    as_seconds,
    as_size,
    as_table,
)
from orderferry.connectors import InstanceConfig, InstanceName
from orderferry.orders import member

__all__ = ["CONNECTOR_NAMES", "RUNTIME_NAMES", "TomlFile", "read_toml"]

RUNTIME_NAMES = (
    "workflow",
    "foreign_steps",
    "order_limit_bytes",
    "inline_deadline_seconds",
    "state_directory",
)
"""The keys of `[runtime]`."""

CONNECTOR_NAMES = ("name", "id", "markets", "disabled_markets", "settings")
"""The keys of a `[[connector]]` table."""

_T = TypeVar("_T")


@frozen
class TomlFile:
    """
    What the configuration file says.

    Attributes:
        runtime: Its `[runtime]` table; the defaults for what does not hold.
        connectors: Its `[[connector]]` tables.
        names_workflow: Whether the workflow file is known, so that it can be read too.
    """

    runtime: RuntimeSettings
    connectors: tuple[InstanceConfig, ...] = ()
    names_workflow: bool = False


def read_toml(file: Path, faults: Faults) -> TomlFile:
    """
    Read a configuration file.

    Args:
        file: The file. Paths in it are relative to its folder.
        faults: Where what does not hold is noted.
    """
    document = _document(file, faults)
    table = _Table(document or {}, "", faults)
    table.refuse_others(("runtime", "connector"), "the file")
    runtime = table.read("runtime", as_table)
    inner = _Table(runtime or {}, "runtime", faults)
    workflow = inner.read("workflow", as_file)
    connectors = _connectors(table.values.get("connector", []), file.parent, faults)
    return TomlFile(
        runtime=_runtime(inner, workflow, file.parent),
        connectors=tuple(connectors),
        names_workflow=document is not None
        and (runtime is None) == ("runtime" not in table.values)
        and (workflow is None) == ("workflow" not in inner.values),
    )


def _document(file: Path, faults: Faults) -> Mapping[str, object] | None:
    text = ""
    try:
        text = file.read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
        return tomllib.loads(text)
    except FileNotFoundError:
        faults.add("there is no such file; `orderferry init` writes one")
    except OSError as error:
        faults.add(f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        faults.add(f"it is not UTF-8: line {line}, column {column}")
    except RecursionError:
        faults.add("it is nested too deeply")
    except ValueError as error:
        faults.add(f"it is not TOML: {_placed(error, text)}")
    return None


def _placed(error: ValueError, text: str) -> str:
    lines = text.split("\n")
    end = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    return str(error).replace("(at end of document)", f"(at {end})")


@frozen
class _Table:
    """
    A table of the file, and where it stands.
    """

    values: Mapping[str, object]
    path: str
    faults: Faults

    def place(self, name: str) -> str:
        return f"{self.path}{member(name)}".removeprefix(".")

    def read(self, name: str, reader: Callable[[object], _T]) -> _T | None:
        if name not in self.values:
            return None
        return self.faults.read(reader, self.values[name], name, self.place(name))

    def refuse_others(self, known: Iterable[str], where: str) -> None:
        names = tuple(known)
        for name in self.values:
            if name not in names:
                hint = remedy(name, names)
                self.faults.add(f"{name!r} is unknown in {where}; {hint}", self.place(name))


def _runtime(table: _Table, workflow: str | None, folder: Path) -> RuntimeSettings:
    table.refuse_others(RUNTIME_NAMES, "[runtime]")
    state = table.read("state_directory", as_file)
    given = {
        "foreign_steps": table.read("foreign_steps", as_names),
        "order_limit_bytes": table.read("order_limit_bytes", as_size),
        "inline_deadline_seconds": table.read("inline_deadline_seconds", as_seconds),
    }
    others: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return RuntimeSettings(
        workflow=folder / (workflow or "workflow.json"),
        state_directory=folder / (state or ".orderferry"),
        **others,
    )


def _connectors(value: object, folder: Path, faults: Faults) -> Iterator[InstanceConfig]:
    if isinstance(value, dict):
        faults.add("each connector is a [[connector]] table, in double brackets", "connector")
        return
    seen: dict[InstanceName, str] = {}
    for index, each in enumerate(faults.read(as_list, value, "connector", "connector") or ()):
        path = f"connector[{index}]"
        values = faults.read(as_table, each, "connector", path)
        found = None if values is None else _connector(_Table(values, path, faults), folder)
        if found is None:
            continue
        if found.reference in seen:
            faults.add(
                f"{found.reference} stands twice: here, and at {seen[found.reference]}", path
            )
        seen.setdefault(found.reference, path)
        yield found


def _connector(table: _Table, folder: Path) -> InstanceConfig | None:
    table.refuse_others(CONNECTOR_NAMES, "[[connector]]")
    name = table.read("name", as_name)
    if "name" not in table.values:
        table.faults.add("name is required, and missing", table.path)
    id_ = table.read("id", as_name)
    markets = table.read("markets", as_names)
    disabled = table.read("disabled_markets", as_names)
    settings = table.read("settings", as_table)
    if name is None or (id_ is None and "id" in table.values):
        return None
    return InstanceConfig(
        name=name,
        id=id_ or "default",
        markets=markets or frozenset(),
        disabled_markets=disabled or frozenset(),
        settings=settings or {},
        path=table.path,
        folder=folder,
    )
