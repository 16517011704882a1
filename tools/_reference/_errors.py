"""
The tree of errors: each with what it says, what it has, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orderferry import errors as tree
from orderferry.cli._command import exit_code

from ._answers import state_of
from ._docstring import docstring
from ._markdown import code, described, heading, table

__all__ = ["error_anchor", "error_classes", "errors"]

_NOT_CALLED = {"ExportError", "LoadError", "OrderferryError"}
"""Raised in one of their kinds only, or for hosts to catch."""


def error_classes() -> dict[str, type[tree.OrderferryError]]:
    """
    Every error by name, parents before their kinds.
    """

    def walk(kind: type[tree.OrderferryError]) -> Iterator[type[tree.OrderferryError]]:
        yield kind
        for each in kind.__subclasses__():
            if each.__module__.startswith("orderferry.errors"):
                yield from walk(each)

    return {kind.__name__: kind for kind in walk(tree.OrderferryError)}


def error_anchor(name: str) -> str:
    """
    Where a page may link to.
    """
    return f"error-{name.lower()}"


def errors(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The tree as its package draws it, then a section an error; the body says what to do.
    """
    found = error_classes()
    remedies = described(found, texts, "errors")
    head = docstring(tree).text.partition("\n\n")[2]
    return "\n".join([head, *(p for name in found for p in _error(found[name], remedies[name]))])


def _error(kind: type[tree.OrderferryError], remedy: str) -> Iterator[str]:
    said = docstring(kind)
    parent = kind.__mro__[1]
    yield heading(1, code(kind.__name__), error_anchor(kind.__name__))
    yield said.text + "\n"
    facts = []
    if issubclass(parent, tree.OrderferryError):
        facts.append(("A kind of", f"[{code(parent.__name__)}](#{error_anchor(parent.__name__)})"))
    state = state_of(kind) if kind.__name__ not in _NOT_CALLED else None
    if state is not None:
        facts.append(("The export becomes", code(state)))
    elif kind.__name__ not in _NOT_CALLED:
        facts.append(("A command that it ends exits with", _exit(kind)))
    facts.append(("What to do", remedy))
    yield table(("Fact", "Value"), facts)
    attributes = {
        name: text
        for each in reversed(kind.__mro__)
        for name, text in docstring(each).attributes.items()
        if issubclass(each, tree.OrderferryError)
    }
    yield table(
        ("Attribute", "What it is"), [(code(name), text) for name, text in attributes.items()]
    )


def _exit(kind: type[tree.OrderferryError]) -> str:
    """
    The code by the class alone; how an error is made makes no difference to it.
    """
    return str(exit_code(kind.__new__(kind)))
