"""
What a minor version of the hook API may change, as `docs/compatibility.md` says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["POLICY", "breaches"]

POLICY = (
    "docs/compatibility.md: within one major version the hook API only grows. Put back what is "
    "pinned, and add the new one next to it (deprecate the old with warn_on_impl or "
    "warn_on_impl_args); or raise the major of HOOK_API, which refuses every connector made for it."
)

MADE_BY_VENDORS = {"Simulator"}
"""Protocols whose implementations are not ours: a member more breaks them."""


def breaches(pinned: Mapping[str, Any], present: Mapping[str, Any]) -> Iterator[str]:
    """
    Each change that only a new major version may make, with the place and both sides.
    """
    for name, hook in pinned["hooks"].items():
        yield from _of_hook(f"hook {name}", hook, present["hooks"].get(name))
    for room, names in pinned["names"].items():
        for name, entry in names.items():
            yield from _of_name(f"{room}.{name}", entry, present["names"][room].get(name))
    yield from _of_values("settings", pinned["settings"], present["settings"])


def _of_hook(where: str, pinned: Any, present: Any) -> Iterator[str]:
    if present is None:
        yield f"{where} is gone"
        return
    yield from _of_values(where, pinned, present)


def _of_name(where: str, pinned: Any, present: Any) -> Iterator[str]:
    if present is None:
        yield f"{where} is gone"
        return
    for key, value in pinned.items():
        if key == "call":
            yield from _of_call(where, value, present.get(key))
        elif key == "attributes":
            yield from _of_attributes(where, value, present.get(key, {}))
        elif key == "bases":
            yield from (
                f"{where} is no {base} any more" for base in value if base not in present[key]
            )
        else:
            yield from _of_values(f"{where} {key}", value, present.get(key))
    if where.rpartition(".")[2] in MADE_BY_VENDORS:
        more = sorted(set(present["attributes"]) - set(pinned["attributes"]))
        yield from (f"{where} asks vendors for {name}, which none of theirs has" for name in more)


def _of_attributes(where: str, pinned: Mapping[str, Any], present: Mapping[str, Any]) -> Any:
    for name, attribute in pinned.items():
        if name not in present:
            yield f"{where}.{name} is gone"
        elif "parameters" in attribute:
            yield from _of_call(f"{where}.{name}", attribute, present[name])
        else:
            yield from _of_values(f"{where}.{name}", attribute, present[name])


def _of_call(where: str, pinned: Any, present: Any) -> Iterator[str]:
    """
    A call of before must still hold: the same parameters first, and what is new is optional.
    """
    if isinstance(pinned, str) or not isinstance(present, Mapping):
        yield from _of_values(f"{where}()", pinned, present)
        return
    by_name = {parameter["name"]: parameter for parameter in present["parameters"]}
    for parameter in pinned["parameters"]:
        yield from _of_values(
            f"{where}({parameter['name']})", parameter, by_name.get(parameter["name"])
        )
    old, new = _positional(pinned), _positional(present)
    if new[: len(old)] != old:
        yield f"{where}() takes {new} in this order, and not {old} first"
    known = {parameter["name"] for parameter in pinned["parameters"]}
    for name, parameter in by_name.items():
        if (
            name not in known
            and "default" not in parameter
            and not parameter["kind"].startswith("variadic")
        ):
            yield f"{where}() needs {name}, which no call of before gives"
    yield from _of_values(f"{where}() answers", pinned["answers"], present["answers"])


def _positional(call: Mapping[str, Any]) -> Sequence[str]:
    return [
        parameter["name"]
        for parameter in call["parameters"]
        if parameter["kind"].startswith("positional")
    ]


def _of_values(where: str, pinned: Any, present: Any) -> Iterator[str]:
    """
    What was there is there; mappings may have grown.
    """
    if isinstance(pinned, Mapping) and isinstance(present, Mapping):
        for key, value in pinned.items():
            if key not in present:
                yield f"{where}: {key} is gone"
            else:
                yield from _of_values(f"{where}: {key}", value, present[key])
    elif pinned != present:
        yield f"{where} is {present!r}, and was {pinned!r}"
