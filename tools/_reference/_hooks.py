"""
The hooks, with their arguments, results and exceptions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from orderferry.connectors import HOOK_API

from ._docstring import docstring
from ._markdown import code, fence, heading, slug, table

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
    The anchor of a hook's section.
    """
    return f"hook-{slug(name)}"


def hooks(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The version of the hook API, and a section for each hook.
    """
    major, minor = HOOK_API
    specs = specifications()
    rows = [(f"[{code(name)}](#{hook_anchor(name)})", _kind(name, specs[name])) for name in specs]
    head = f"This is hook API {major}.{minor}.\n\n{table(('Hook', 'Kind'), rows)}"
    return "\n".join([head, *(part for name in specs for part in _hook(name, specs[name]))])


def _kind(name: str, spec: Callable[..., object]) -> str:
    options: Mapping[str, object] = vars(spec)["orderferry_spec"]
    kind = "the first result is used" if options.get("firstresult") else "every result is used"
    return f"required; {kind}" if name in _REQUIRED else kind


def _hook(name: str, spec: Callable[..., object]) -> Iterator[str]:
    text = docstring(spec)
    signature = inspect.signature(spec)
    yield heading(1, code(name), hook_anchor(name))
    yield fence(_signature(name, signature), "py")
    yield text.text + "\n"
    yield table(
        ("Argument", "Type", "Description"),
        [
            (code(argument.name), code(str(argument.annotation)), text.args[argument.name])
            for argument in signature.parameters.values()
        ],
    )
    if text.returns:
        yield f"**Returns** {code(str(signature.return_annotation))}: {text.returns}\n"
    for error, when in text.raises.items():
        yield f"**Raises** {code(error)}: {when}\n"


def _signature(name: str, signature: inspect.Signature) -> str:
    arguments = ", ".join(signature.parameters)
    return f"@hookimpl\ndef {name}(self, {arguments}): ..."
