"""
Which docstrings of tests are no sentences of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["CONTINUATIONS", "incomplete"]

CONTINUATIONS: Final = ("And", "But", "It", "As", "With", "Not", "By", "Or", "Nor")
"""First words of a docstring that continues the test's name."""


def incomplete(source: Path) -> list[str]:
    """
    Find the tests of a module whose docstring cannot be read alone.

    Returns:
        A line for each: the test's name, and what is wrong.
    """
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [f"{test.name}: {fault}" for test in _tests(tree) if (fault := _fault(test))]


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for body in (tree.body, *(node.body for node in classes)):
        functions = [n for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        yield from (function for function in functions if function.name.startswith("test_"))


def _fault(test: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    words = (ast.get_docstring(test) or "").split()
    if not words:
        return "no docstring"
    if words[0].strip("`*,;:").capitalize() in CONTINUATIONS:
        return f"begins with {words[0]}"
    return "" if words[-1].endswith(".") else "ends without a full stop"
