"""
A value as it stands now, to any depth, to be compared with what it is later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

import attrs

from orderferry.connectors import Properties, Secret

__all__ = ["changes", "snapshot"]


def snapshot(value: object, path: str = "") -> dict[str, str]:
    """
    Every value inside a value, by its path; a secret only by its digest.

    Args:
        value: Attrs instances, mappings, sequences and plain values, to any depth.
        path: Where it stands.
    """
    found = {path: type(value).__name__}
    for name, inner in _members(value):
        found |= snapshot(inner, f"{path}.{name}" if path else name)
    if len(found) == 1:
        found[path] = _text(value)
    return found


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """
    What differs between two snapshots of one value, a sentence each.
    """
    paths = [*before, *(path for path in after if path not in before)]
    return [
        f"{path}: {before.get(path, 'not there')} became {after.get(path, 'not there')}"
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _members(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Secret):
        return
    if attrs.has(type(value)):
        fields: tuple[attrs.Attribute[object], ...] = attrs.fields(type(value))  # type: ignore[arg-type]
        for field in fields:
            yield field.name, getattr(value, field.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key), inner
        if isinstance(value, Properties):
            yield from ((name, value.group(name)) for name in value.groups)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield str(number), inner


def _text(value: object) -> str:
    if isinstance(value, Secret):
        return f"Secret({sha256(value.reveal().encode()).hexdigest()[:12]})"
    return f"{type(value).__name__}({value!r})"
