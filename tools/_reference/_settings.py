"""
The settings of a connector, as its class declares them.
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
    The README of a connector's distribution, as it is.
    """
    (name,) = arguments
    return (ROOT / "plugins" / name / "README.md").read_text(encoding="utf-8")


def settings(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    What an installed connector declares, and a table of its settings.
    """
    (name,) = arguments
    loaded = load_connector(Catalogue.installed(), name)
    declared = loaded.kind.capabilities
    facts = [
        ("Entry point", code(name)),
        ("Distribution", code(loaded.entry.distribution)),
        ("Hook API", ".".join(map(str, loaded.kind.hook_api))),
        ("Hooks", ", ".join(map(code, sorted(loaded.hooks)))),
        *(
            (f"Declares {code(each)}", "yes" if getattr(declared, each) else "no")
            for each in ("updates", "idempotent", "records")
        ),
    ]
    rows = [
        (code(doc.name), _type(doc), _default(doc), doc.description)
        for doc in setting_docs(loaded.kind)
    ]
    return "\n".join(
        [
            table(("Fact", "Value"), facts),
            table(("Setting", "Type", "Default", "What it is for"), rows),
        ]
    )


def abilities(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    What the named connectors have for exports whose outcome is not known.
    """
    rows = []
    for name in arguments:
        loaded = load_connector(Catalogue.installed(), name)
        has = ("find_export" in loaded.hooks, loaded.kind.capabilities.idempotent)
        rows.append((code(name), *("yes" if each else "no" for each in has)))
    return table(("Connector", code("find_export"), code("idempotent")), rows)


def _type(doc: SettingDoc) -> str:
    such = "" if doc.example is None else f", such as {code(_json(doc.example))}"
    return f"{doc.type}{such}"


def _default(doc: SettingDoc) -> str:
    if doc.required:
        return "required"
    return "-" if doc.default is None else code(_json(doc.default))


def _json(value: object) -> str:
    return write_json(value).decode()
