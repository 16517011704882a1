"""
The configuration that `orderferry init` writes: settings and workflow for installed connectors.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from orderferry.cli._toml import toml_key, toml_value
from orderferry.connectors import (
    Catalogue,
    Connector,
    Entry,
    InstanceConfig,
    Instances,
    MemoryState,
    SettingDoc,
    setting_docs,
    settings_schema,
)
from orderferry.connectors.http import Client
from orderferry.errors import SettingsError

__all__ = ["ERROR_STATUS", "Starter", "Usable", "configuration_text", "starter", "starter_workflow"]

CREDENTIALS = (
    (),
    ("username", "password"),
    ("user", "password"),
    ("password",),
    ("token",),
    ("api_key",),
    ("client_id", "client_secret"),
    ("client_id", "client_secret", "token_url"),
    ("private_key",),
)
"""Groups of optional settings, of which a connector may require one: the ways to authenticate."""

PLACEHOLDER = "to be set in the environment"


@frozen
class Starter:
    """
    A connector's settings in a new configuration.

    Attributes:
        docs: All its settings that fit on one line, which excludes tables.
        active: The settings that have a value; the others are written as comments.
        variables: The environment variables that the values refer to.
        faults: The faults that the settings still have.
    """

    docs: tuple[SettingDoc, ...]
    active: Mapping[str, object]
    variables: tuple[str, ...]
    faults: tuple[str, ...]


def starter(name: str, kind: type[Connector], catalogue: Catalogue) -> Starter:
    """
    The required settings of a connector, and those of one way to authenticate.

    A setting's value is the `example` of its metadata, or else a placeholder by its type and name.

    Args:
        name: The connector's name.
        kind: The connector's class.
        catalogue: The installed connectors.
    """
    docs = tuple(doc for doc in setting_docs(kind) if doc.type != "table")
    known = {doc.name for doc in docs}
    candidates = []
    for names in CREDENTIALS:
        if known.issuperset(names):
            required = [doc for doc in docs if doc.required or doc.name in names]
            active = {doc.name: _value(name, doc, kind) for doc in required}
            variables = tuple(_variables(active.values()))
            faults = _faults(name, active, variables, catalogue)
            candidates.append(Starter(docs, active, variables, faults))
            if not faults:
                break
    return min(candidates, key=lambda candidate: len(candidate.faults))


def _value(connector: str, doc: SettingDoc, kind: type[Connector]) -> object:
    if doc.secret:
        words = re.sub(r"[^A-Za-z0-9]+", "_", f"{connector}_{doc.name}")
        return f"${{env:{words.upper()}}}"
    return _placeholder(connector, doc.name, kind) if doc.example is None else doc.example


def _placeholder(connector: str, path: str, kind: type[Connector]) -> object:
    schema: dict[str, Any] = settings_schema(kind)
    for part in path.split("."):
        schema = schema.get("properties", {}).get(part, {})
    if schema.get("enum"):
        return schema["enum"][0]
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "array":
            return []
        case "object":
            return {}
    host = re.sub(r"[^a-z0-9]+", "-", connector.lower()).strip("-") + ".example.com"
    if "url" in path:
        return f"https://{host}"
    return host if "host" in path else "CHANGE-ME"


def _variables(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield from re.findall(r"\$\{env:([^}]+)\}", value)


def _faults(
    name: str, active: Mapping[str, object], variables: Iterable[str], catalogue: Catalogue
) -> tuple[str, ...]:
    """
    The faults that a connector reports for these settings, with the variables set.
    """
    config = InstanceConfig(name=name, settings=_nested(active), path="connector[0]")
    client = Client(environment={})
    instances = Instances(
        [config],
        catalogue=catalogue,
        environment=dict.fromkeys(variables, PLACEHOLDER),
        state=lambda _: MemoryState(),
        http=client,
    )
    try:
        instances.exporter(config.reference)
    except SettingsError as error:
        return error.faults or (str(error),)
    finally:
        instances.close()
    return ()


def _nested(active: Mapping[str, object]) -> dict[str, object]:
    tree: dict[str, Any] = {}
    for path, value in active.items():
        *tables, last = path.split(".")
        table = tree
        for name in tables:
            table = table.setdefault(name, {})
        table[last] = value
    return tree


ERROR_STATUS = "ExportFailed"

_HEAD = """\
# The configuration of orderferry, written by `orderferry init`.
#
# The workflow file defines the steps that run when an order enters a status, and the connectors
# that the steps name. Each [[connector]] below configures an instance of an installed connector.
# Replace every CHANGE-ME and example.com value, then run:
#
#   orderferry check                              check settings, targets and workflow
#   orderferry preview --connector N ORDER.json   print what would be sent
#   orderferry run --status New ORDER.json        send it

[runtime]
workflow = "workflow.json"
# Steps of the workflow that the host runs itself; orderferry does not run them.
# foreign_steps = []
# The maximum size of an order, in bytes.
# order_limit_bytes = 5000000
# The time limit of the awaited exports of one step, including retries.
# inline_deadline_seconds = 10.0
# The database of orders, exports and the stored state of connectors: a file next to this one, or
# postgresql://USER:PASSWORD@HOST/NAME for any number of workers (USER and PASSWORD as ${env:NAME};
# then run: orderferry db upgrade, orderferry worker).
# database = "sqlite:///orderferry.db"
# The host's order API, which answers GET /ID; exports that run after the save wait until it has the
# order.
# api_url = "https://shop.example.com/api/Orders"
"""

_INSTANCE = """\
# The ConnectorId by which a step selects this instance, if the connector has several.
# id = "default"
# The markets of this instance; without markets, all. Disabled markets take precedence.
# markets = []
# disabled_markets = []
"""


@frozen
class Usable:
    """
    A connector that can be loaded, with its starter settings.
    """

    entry: Entry
    starter: Starter


def configuration_text(usable: Sequence[Usable], broken: Sequence[str]) -> str:
    """
    The text of `orderferry.toml`.

    Args:
        usable: The connectors that it configures.
        broken: The reasons why other connectors are omitted, a sentence each.
    """
    parts = [_HEAD, *("\n".join(_connector_lines(connector)) + "\n" for connector in usable)]
    parts += ["\n".join(_comment(f"Omitted: {reason}")) + "\n" for reason in broken]
    return "\n".join(parts)


def starter_workflow(names: Sequence[str]) -> dict[str, object]:
    """
    A workflow that exports each new order to every connector.

    The first connector decides: an order that fails there is not sent to the others.

    Args:
        names: The connectors, at least one.
    """
    first, *others = names
    steps: list[dict[str, object]] = [
        {
            "name": "ExportOrder",
            "active": True,
            "connector": first,
            "stopOnError": True,
            "errorStatus": ERROR_STATUS,
        }
    ]
    if others:
        steps.append({"name": "ExportOrder", "active": True, "connector": others})
    return {
        "name": "Online",
        "defaultOrderType": True,
        "orderStatuses": [
            {"name": "New", "workflowSteps": steps},
            {"name": ERROR_STATUS, "workflowSteps": []},
        ],
    }


def _connector_lines(connector: Usable) -> Iterator[str]:
    entry, settings = connector.entry, connector.starter
    yield f"# {entry.distribution} {entry.version}"
    yield "[[connector]]"
    yield f"name = {toml_value(entry.name)}"
    yield _INSTANCE
    yield "[connector.settings]"
    for fault in settings.faults:
        yield from _comment(f"To be corrected: {fault}")
    for doc in settings.docs:
        yield from _setting_lines(doc, settings)


def _setting_lines(doc: SettingDoc, settings: Starter) -> Iterator[str]:
    yield from _comment(f"{doc.description} ({doc.type})" if doc.description else f"({doc.type})")
    key = ".".join(toml_key(part) for part in doc.name.split("."))
    if doc.name in settings.active:
        yield f"{key} = {toml_value(settings.active[doc.name])}"
    else:
        yield f"# {key} = {toml_value('' if doc.default is None else doc.default)}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 100, initial_indent="# ", subsequent_indent="# ")
