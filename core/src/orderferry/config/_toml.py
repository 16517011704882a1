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
from orderferry.config._readers import read_name, read_names, read_path
from orderferry.config._runtime import read_flow, read_runtime
from orderferry.config._secrets import SecretReaders
from orderferry.config._tables import Table
from orderferry.connectors import InstanceConfig, InstanceName
from orderferry.delivery import Flow
from orderferry.reading import read_list, read_table

__all__ = ["CONNECTOR_NAMES", "TomlFile", "read_toml", "read_toml_file"]

CONNECTOR_NAMES = ("name", "id", "markets", "disabled_markets", "settings", "flow")
"""The keys of a `[[connector]]` table."""


@frozen
class TomlFile:
    """
    The content of the configuration file.

    Attributes:
        runtime: Its `[runtime]` table, with defaults for what is invalid.
        connectors: Its `[[connector]]` tables.
        flows: Their `[connector.flow]` tables.
        names_workflow: Whether the name of the workflow file is valid, so that it can be read too.
    """

    runtime: RuntimeSettings
    connectors: tuple[InstanceConfig, ...] = ()
    flows: Mapping[InstanceName, Flow] = field(factory=dict)
    names_workflow: bool = False


def read_toml_file(path: Path, *, environment: Mapping[str, str] | None = None) -> TomlFile:
    """
    Read a configuration file without its workflow file.

    Args:
        path: The configuration file, such as `orderferry.toml`.
        environment: The variables of `${env:NAME}`; by default those of the process.

    Raises:
        ConfigurationError: The file is invalid; all its faults are reported at once.
    """
    faults = Faults(str(path))
    toml = read_toml(path, os.environ if environment is None else environment, faults)
    raise_if_any(faults)
    return toml


def read_toml(file: Path, environment: Mapping[str, str], faults: Faults) -> TomlFile:
    """
    Read a configuration file.

    Args:
        file: The file. Paths in it are relative to its folder.
        environment: The variables of `${env:NAME}`.
        faults: The list to which faults are added.
    """
    document = _document(file, faults)
    table = Table(document or {}, "", faults)
    table.reject_unknown(("runtime", "connector"), "the file")
    runtime = table.read("runtime", read_table)
    inner = Table(runtime or {}, "runtime", faults)
    workflow = inner.read("workflow", read_path)
    settings = read_runtime(inner, workflow, SecretReaders(environment, file.parent))
    instances = tuple(_connectors(table.values.get("connector", []), file.parent, faults))
    return TomlFile(
        runtime=settings,
        connectors=tuple(instance for instance, _ in instances),
        flows={instance.reference: flow for instance, flow in instances},
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
        faults.add("file not found; create it with `orderferry init`")
    except OSError as error:
        faults.add(f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        faults.add(f"not UTF-8: line {line}, column {column}")
    except RecursionError:
        faults.add("nested too deeply")
    except ValueError as error:
        faults.add(f"not TOML: {_with_position(error, text)}")
    return None


def _with_position(error: ValueError, text: str) -> str:
    lines = text.split("\n")
    end = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    return str(error).replace("(at end of document)", f"(at {end})")


def _connectors(
    value: object, folder: Path, faults: Faults
) -> Iterator[tuple[InstanceConfig, Flow]]:
    if isinstance(value, dict):
        faults.add("write each connector as [[connector]], in double brackets", "connector")
        return
    paths: dict[InstanceName, str] = {}
    for index, item in enumerate(faults.read(read_list, value, "connector", "connector") or ()):
        path = f"connector[{index}]"
        values = faults.read(read_table, item, "connector", path)
        if values is None:
            continue
        table = Table(values, path, faults)
        instance, flow = _connector(table, folder), read_flow(table.inner("flow"))
        if instance is None:
            continue
        name = instance.reference
        if name in paths:
            faults.add(f"{name} is defined twice: here, and at {paths[name]}", path)
        paths.setdefault(name, path)
        yield instance, flow


def _connector(table: Table, folder: Path) -> InstanceConfig | None:
    table.reject_unknown(CONNECTOR_NAMES, "[[connector]]")
    name = table.read("name", read_name)
    if "name" not in table.values:
        table.faults.add("name is missing", table.path)
    id_ = table.read("id", read_name)
    markets = table.read("markets", read_names)
    disabled = table.read("disabled_markets", read_names)
    settings = table.read("settings", read_table)
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
