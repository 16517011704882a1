"""
The JSON that commands print, generated from an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from orderferry.exports import export_document
from orderferry.orders import write_json
from orderferry.workflow import result_document

from ._examples import example_certificate, example_export, example_result
from ._markdown import code, fence, match_texts, table

__all__ = ["DOCUMENTS", "json_keys", "keys_of"]

DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "certificate": lambda: example_certificate().document(),
    "export": lambda: export_document(example_export()),
    "result": lambda: result_document(example_result()),
}
_OPAQUE = {"order", "remoteIds"}
"""Keys whose content is not described: it comes from the host or the target."""


def keys_of(document: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """
    Every key of a document by its path, in which `[]` means each entry of a list.
    """
    for name, value in document.items():
        path = f"{prefix}{name}"
        yield path
        inner = value[0] if isinstance(value, list) and value else value
        dots = "[]." if isinstance(value, list) else "."
        if isinstance(inner, Mapping) and name not in _OPAQUE:
            yield from keys_of(inner, f"{path}{dots}")


def json_keys(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of the keys with the body's texts, and the example.
    """
    (name,) = arguments
    document = DOCUMENTS[name]()
    example = {**document, "order": {"id": "WEB-1001"}} if name == "result" else document
    rows = match_texts(keys_of(document), texts, name)
    return "\n".join(
        [
            table(("Key", "Description"), [(code(key), text) for key, text in rows.items()]),
            fence(write_json(example, indent=2).decode(), "json"),
        ]
    )
