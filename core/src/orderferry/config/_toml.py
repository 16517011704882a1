"""
The configuration file: `[runtime]` and the `[[connector]]` tables.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from orderferry.config._config import RuntimeSettings
from orderferry.config._faults import Faults, raise_if_any
from orderferry.config._flow import read_flow
from orderferry.config._hidden import References
from orderferry.config._readers import as_file, as_list, as_name, as_names, as_table
from orderferry.config._runtime import read_runtime
from orderferry.config._table import Table
from orderferry.connectors import InstanceConfig, InstanceName
from orderferry.delivery import Flow

__all__ = ["CONNECTOR_NAMES", "TomlFile", "read_toml", "read_toml_file"]

CONNECTOR_NAMES = ("name", "id", "markets", "disabled_markets", "settings", "flow")
"""The keys of a `[[connector]]` table."""


@frozen
class TomlFile:
    """
    What the configuration file says.

    Attributes:
        runtime: Its `[runtime]` table; the defaults for what does not hold.
        connectors: Its `[[connector]]` tables.
        flows: Their `[connector.flow]` tables.
        names_workflow: Whether the workflow file is known, so that it can be read too.
    """

    runtime: RuntimeSettings
    connectors: tuple[InstanceConfig, ...] = ()
    flows: Mapping[InstanceName, Flow] = field(factory=dict)
    names_workflow: bool = False


def read_toml_file(path: Path, *, environment: Mapping[str, str] | None = None) -> TomlFile:
    """
    Read a configuration file, and not the workflow that it names.

    Args:
        path: The configuration file, such as `orderferry.toml`.
        environment: Where `${env:NAME}` looks; the process's own by default.

    Raises:
        ConfigurationError: The file is invalid; all that is wrong with it is reported.
    """
    faults = Faults(str(path))
    found = read_toml(path, os.environ if environment is None else environment, faults)
    raise_if_any(faults)
    return found


def read_toml(file: Path, environment: Mapping[str, str], faults: Faults) -> TomlFile:
    """
    Read a configuration file.

    Args:
        file: The file. Paths in it are relative to its folder.
        environment: Where `${env:NAME}` looks.
        faults: Where what does not hold is noted.
    """
    document = _document(file, faults)
    table = Table(document or {}, "", faults)
    table.refuse_others(("runtime", "connector"), "the file")
    runtime = table.read("runtime", as_table)
    inner = Table(runtime or {}, "runtime", faults)
    workflow = inner.read("workflow", as_file)
    settings = read_runtime(inner, workflow, References(environment, file.parent))
    connectors = table.values.get("connector", [])
    found = tuple(_connectors(connectors, file.parent, faults))
    return TomlFile(
        runtime=settings,
        connectors=tuple(instance for instance, _ in found),
        flows={instance.reference: flow for instance, flow in found},
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


def _connectors(
    value: object, folder: Path, faults: Faults
) -> Iterator[tuple[InstanceConfig, Flow]]:
    if isinstance(value, dict):
        faults.add("each connector is a [[connector]] table, in double brackets", "connector")
        return
    seen: dict[InstanceName, str] = {}
    for index, each in enumerate(faults.read(as_list, value, "connector", "connector") or ()):
        path = f"connector[{index}]"
        values = faults.read(as_table, each, "connector", path)
        if values is None:
            continue
        table = Table(values, path, faults)
        found, flow = _connector(table, folder), read_flow(table.inner("flow"))
        if found is None:
            continue
        if found.reference in seen:
            faults.add(
                f"{found.reference} stands twice: here, and at {seen[found.reference]}", path
            )
        seen.setdefault(found.reference, path)
        yield found, flow


def _connector(table: Table, folder: Path) -> InstanceConfig | None:
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
