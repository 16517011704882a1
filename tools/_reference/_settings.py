"""
The settings that a connector's class declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orderferry.connectors import Catalogue, SettingDoc, load_connector, setting_docs
from orderferry.orders import write_json

from ._markdown import code, table

__all__ = ["abilities", "readme", "settings"]

ROOT = Path(__file__).resolve().parent.parent.parent


def readme(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The README of a connector's distribution.
    """
    (name,) = arguments
    return (ROOT / "plugins" / name / "README.md").read_text(encoding="utf-8")


def settings(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The declarations of an installed connector, and a table of its settings.
    """
    (name,) = arguments
    loaded = load_connector(Catalogue.installed(), name)
    capabilities = loaded.kind.capabilities
    facts = [
        ("Entry point", code(name)),
        ("Distribution", code(loaded.entry.distribution)),
        ("Hook API", loaded.hook_api),
        ("Hooks", ", ".join(map(code, sorted(loaded.hooks)))),
        *(
            (f"Capability {code(name)}", "yes" if getattr(capabilities, name) else "no")
            for name in ("updates", "idempotent", "records")
        ),
    ]
    rows = [
        (code(doc.name), _type(doc), _default(doc), doc.description)
        for doc in setting_docs(loaded.kind)
    ]
    return "\n".join(
        [
            table(("Fact", "Value"), facts),
            table(("Setting", "Type", "Default", "Description"), rows),
        ]
    )


def abilities(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of what the named connectors support for exports with an unknown outcome.
    """
    rows = []
    for name in arguments:
        loaded = load_connector(Catalogue.installed(), name)
        support = ("find_export" in loaded.hooks, loaded.kind.capabilities.idempotent)
        rows.append((code(name), *("yes" if is_supported else "no" for is_supported in support)))
    return table(("Connector", code("find_export"), code("idempotent")), rows)


def _type(doc: SettingDoc) -> str:
    example = "" if doc.example is None else f", such as {code(_json(doc.example))}"
    return f"{doc.type}{example}"


def _default(doc: SettingDoc) -> str:
    if doc.required:
        return "required"
    return "-" if doc.default is None else code(_json(doc.default))


def _json(value: object) -> str:
    return write_json(value).decode()
