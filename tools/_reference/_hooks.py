"""
The hooks: each with its arguments, what it returns and what it raises.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from orderferry.connectors import HOOK_API

from ._docstring import docstring
from ._markdown import code, fenced, heading, slug, table

__all__ = ["hook_anchor", "hooks", "specifications"]

_REQUIRED = {"export_order"}


def specifications() -> dict[str, Callable[..., object]]:
    """
    The hook specifications by name, in the order of their module.
    """
    module = import_module("orderferry.connectors.spec._hookspecs")
    return {name: spec for name, spec in vars(module).items() if hasattr(spec, "orderferry_spec")}


def hook_anchor(name: str) -> str:
    """
    Where a page may link to.
    """
    return f"hook-{slug(name)}"


def hooks(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section a hook, after the version of them all.
    """
    major, minor = HOOK_API
    found = specifications()
    rows = [(f"[{code(name)}](#{hook_anchor(name)})", _kind(name, found[name])) for name in found]
    head = f"This is hook API {major}.{minor}.\n\n{table(('Hook', 'Kind'), rows)}"
    return "\n".join([head, *(part for name in found for part in _hook(name, found[name]))])


def _kind(name: str, spec: Callable[..., object]) -> str:
    options: Mapping[str, object] = vars(spec)["orderferry_spec"]
    kind = "the first answer counts" if options.get("firstresult") else "every one is called"
    return f"required; {kind}" if name in _REQUIRED else kind


def _hook(name: str, spec: Callable[..., object]) -> Iterator[str]:
    said = docstring(spec)
    signature = inspect.signature(spec)
    yield heading(1, code(name), hook_anchor(name))
    yield fenced(_signature(name, signature), "py")
    yield said.text + "\n"
    yield table(
        ("Argument", "Type", "What it is"),
        [
            (code(argument.name), code(str(argument.annotation)), said.args[argument.name])
            for argument in signature.parameters.values()
        ],
    )
    if said.returns:
        yield f"**Returns** {code(str(signature.return_annotation))}: {said.returns}\n"
    for error, when in said.raises.items():
        yield f"**Raises** {code(error)}: {when}\n"


def _signature(name: str, signature: inspect.Signature) -> str:
    arguments = ", ".join(signature.parameters)
    return f"@hookimpl\ndef {name}(self, {arguments}): ..."
