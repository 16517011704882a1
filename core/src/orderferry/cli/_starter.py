"""
A configuration to start from: settings, routing and workflow for the installed connectors.
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

SIGN_INS = (
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
"""Optional settings that a connector may want all the same: one of several ways to sign in."""

STAND_IN = "to be set in the environment"


@frozen
class Starter:
    """
    A connector's settings in a new configuration.

    Attributes:
        docs: All its settings that can be written on a line of their own.
        active: Those that are given, with their values; the others stay comments.
        variables: The environment variables that the values refer to.
        faults: What still keeps the settings from being valid.
    """

    docs: tuple[SettingDoc, ...]
    active: Mapping[str, object]
    variables: tuple[str, ...]
    faults: tuple[str, ...]


def starter(name: str, kind: type[Connector], catalogue: Catalogue) -> Starter:
    """
    The settings to begin with: what is required, and one way to sign in.

    A setting's metadata may have an `example`; else its kind and name give a value to be replaced.

    Args:
        name: The connector's name.
        kind: Its class.
        catalogue: The installed connectors.
    """
    docs = tuple(doc for doc in setting_docs(kind) if doc.type != "table")
    known = {doc.name for doc in docs}
    tried = []
    for names in SIGN_INS:
        if known.issuperset(names):
            wanted = [doc for doc in docs if doc.required or doc.name in names]
            active = {doc.name: _value(name, doc, kind) for doc in wanted}
            variables = tuple(_variables(active.values()))
            faults = _faults(name, active, variables, catalogue)
            tried.append(Starter(docs, active, variables, faults))
            if not faults:
                break
    return min(tried, key=lambda each: len(each.faults))


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
    What a connector says of these settings once the variables are set.
    """
    config = InstanceConfig(name=name, settings=_nested(active), path="connector[0]")
    client = Client(environment={})
    instances = Instances(
        [config],
        catalogue=catalogue,
        environment=dict.fromkeys(variables, STAND_IN),
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
        for each in tables:
            table = table.setdefault(each, {})
        table[last] = value
    return tree


ERROR_STATUS = "ExportFailed"

_HEAD = """\
# The configuration of orderferry, written by `orderferry init`.
#
# The workflow file says which steps run when an order enters a status, and which connectors they
# name. Each [[connector]] below configures an instance of one that is installed. What is CHANGE-ME
# or under example.com has to be replaced. Then:
#
#   orderferry check                              what holds, and what does not
#   orderferry preview --connector N ORDER.json   what would be sent
#   orderferry run --status New ORDER.json        send it

[runtime]
workflow = "workflow.json"
# Steps of the workflow that the host runs itself; they are left out here.
# foreign_steps = []
# The most bytes that an order may have.
# order_limit_bytes = 5000000
# How long the exports of one step may take while the caller waits, tries included.
# inline_deadline_seconds = 10.0
# Where orders and exports are kept, and what the instances remember: a file beside this one, or
# postgresql://USER:PASSWORD@HOST/NAME for any number of workers (USER and PASSWORD as ${env:NAME};
# then: orderferry db upgrade, orderferry worker).
# database = "sqlite:///orderferry.db"
# Where the host's order API answers GET /ID; exports that run after the save wait for it.
# api_url = "https://shop.example.com/api/Orders"
"""

_INSTANCE = """\
# What a step names as ConnectorId, where there are several instances of this connector.
# id = "default"
# The markets that it is for; none means all. The disabled ones win.
# markets = []
# disabled_markets = []
"""


@frozen
class Usable:
    """
    A connector that a new configuration can name.
    """

    entry: Entry
    starter: Starter


def configuration_text(usable: Sequence[Usable], broken: Sequence[str]) -> str:
    """
    The text of `orderferry.toml`.

    Args:
        usable: The connectors that it configures.
        broken: Why others are left out, a sentence each.
    """
    parts = [_HEAD, *("\n".join(_connector(each)) + "\n" for each in usable)]
    parts += ["\n".join(_comment(f"Left out: {reason}")) + "\n" for reason in broken]
    return "\n".join(parts)


def starter_workflow(names: Sequence[str]) -> dict[str, object]:
    """
    A workflow that exports each new order to every connector.

    The first one decides: an order that it refuses goes to none of the others.

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


def _connector(usable: Usable) -> Iterator[str]:
    entry, found = usable.entry, usable.starter
    yield f"# {entry.distribution} {entry.version}"
    yield "[[connector]]"
    yield f"name = {toml_value(entry.name)}"
    yield _INSTANCE
    yield "[connector.settings]"
    for fault in found.faults:
        yield from _comment(f"Still to be mended: {fault}")
    for doc in found.docs:
        yield from _setting(doc, found)


def _setting(doc: SettingDoc, found: Starter) -> Iterator[str]:
    yield from _comment(f"{doc.description} ({doc.type})" if doc.description else f"({doc.type})")
    key = ".".join(toml_key(part) for part in doc.name.split("."))
    if doc.name in found.active:
        yield f"{key} = {toml_value(found.active[doc.name])}"
    else:
        yield f"# {key} = {toml_value('' if doc.default is None else doc.default)}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 100, initial_indent="# ", subsequent_indent="# ")
