"""
The tree of errors, with the meaning, the attributes and the remedy of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orderferry import errors as tree
from orderferry.cli._command import exit_code

from ._answers import state_of
from ._docstring import docstring
from ._markdown import code, heading, match_texts, table

__all__ = ["error_anchor", "error_classes", "errors"]

_NOT_CALLED = {"ExportError", "LoadError", "OrderferryError"}
"""Base classes that are never raised themselves."""


def error_classes() -> dict[str, type[tree.OrderferryError]]:
    """
    Every error by name, base classes first.
    """

    def walk(kind: type[tree.OrderferryError]) -> Iterator[type[tree.OrderferryError]]:
        yield kind
        for subclass in kind.__subclasses__():
            if subclass.__module__.startswith("orderferry.errors"):
                yield from walk(subclass)

    return {kind.__name__: kind for kind in walk(tree.OrderferryError)}


def error_anchor(name: str) -> str:
    """
    The anchor of an error's section.
    """
    return f"error-{name.lower()}"


def errors(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The tree as its package draws it, and a section for each error; the body has the remedies.
    """
    classes = error_classes()
    remedies = match_texts(classes, texts, "errors")
    head = docstring(tree).text.partition("\n\n")[2]
    sections = (part for name in classes for part in _error(classes[name], remedies[name]))
    return "\n".join([head, *sections])


def _error(kind: type[tree.OrderferryError], remedy: str) -> Iterator[str]:
    text = docstring(kind)
    parent = kind.__mro__[1]
    yield heading(1, code(kind.__name__), error_anchor(kind.__name__))
    yield text.text + "\n"
    facts = []
    if issubclass(parent, tree.OrderferryError):
        facts.append(("Base class", f"[{code(parent.__name__)}](#{error_anchor(parent.__name__)})"))
    state = state_of(kind) if kind.__name__ not in _NOT_CALLED else None
    if state is not None:
        facts.append(("Export state", code(state)))
    elif kind.__name__ not in _NOT_CALLED:
        facts.append(("Exit code", _exit(kind)))
    facts.append(("Remedy", remedy))
    yield table(("Fact", "Value"), facts)
    attributes = {
        name: meaning
        for base in reversed(kind.__mro__)
        for name, meaning in docstring(base).attributes.items()
        if issubclass(base, tree.OrderferryError)
    }
    yield table(
        ("Attribute", "Description"),
        [(code(name), meaning) for name, meaning in attributes.items()],
    )


def _exit(kind: type[tree.OrderferryError]) -> str:
    """
    The exit code, which depends only on the class of an error.
    """
    return str(exit_code(kind.__new__(kind)))
