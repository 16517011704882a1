"""
The settings that a new configuration gives a connector: enough for it to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from orderferry.connectors import (
    Catalogue,
    Connector,
    InstanceConfig,
    Instances,
    MemoryState,
    SettingDoc,
    setting_docs,
    settings_schema,
)
from orderferry.connectors.http import Client
from orderferry.errors import SettingsError

__all__ = ["Starter", "starter"]

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
