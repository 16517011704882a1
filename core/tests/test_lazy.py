"""
Tests of `orderferry.lazy`, and of the packages whose names it looks up.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import attrs
import pytest

import orderferry
from orderferry.lazy import lazy_names

FOLDER = Path(orderferry.__file__).parent


def find_packages() -> Iterator[str]:
    """
    Find the packages of the core whose `__init__.py` uses `lazy_names`.
    """
    for source in sorted(FOLDER.rglob("__init__.py")):
        if "lazy_names" in source.read_text(encoding="utf-8"):
            yield ".".join(("orderferry", *source.parent.relative_to(FOLDER).parts))


LAZY = tuple(find_packages())


def read_declarations(package: ModuleType) -> dict[str, str]:
    """
    Return the modules of a package's names, as its imports for type checkers declare them.
    """
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    assert "TYPE_CHECKING" == ast.unparse(block.test)
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert len(block.body) == len(imports)
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def test_packages_that_many_commands_share_are_lazy() -> None:
    """
    The packages that many commands share load none of their modules by themselves.
    """
    shared = {"connectors", "exports", "orders", "storage", "config", "delivery", "runtime"}

    assert shared <= {name.removeprefix("orderferry.") for name in LAZY}


@pytest.mark.parametrize("name", LAZY)
def test_type_checkers_and_python_see_the_same(name: str) -> None:
    """
    Each name that a type checker sees is public, and Python looks it up in the same module.
    """
    package = importlib.import_module(name)
    modules = read_declarations(package)

    assert sorted(package.__all__) == sorted(modules) == dir(package)
    for public, module in modules.items():
        value = getattr(importlib.import_module(module), public)
        assert value is getattr(package, public), public


@pytest.mark.parametrize("name", LAZY)
def test_a_package_loads_nothing_by_itself(name: str) -> None:
    """
    Importing a package imports itself, the packages above it, and `orderferry.lazy` only.
    """
    program = (
        f"import sys, {name}\n"
        "print(*(module for module in sys.modules if module.split('.')[0] == 'orderferry'))"
    )
    completed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    parts = name.split(".")
    above = {".".join(parts[: count + 1]) for count in range(len(parts))}
    assert above | {"orderferry.lazy"} == set(completed.stdout.split())


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    After its first use a name is an attribute of the package like any other.
    """
    package = ModuleType("package_of_the_test")
    monkeypatch.setitem(sys.modules, package.__name__, package)
    look_up, names = lazy_names(package.__name__, {"string": (), "os.path": ("join",)})

    assert ["join"] == names()
    assert not hasattr(package, "join")
    assert look_up("join") is importlib.import_module("os.path").join
    assert look_up("join") is vars(package)["join"]


@pytest.mark.parametrize("name", LAZY)
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    """
    A name that is not in the package's list raises `AttributeError`, as with any module.
    """
    package = importlib.import_module(name)

    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'Nothing'"):
        package.Nothing  # noqa: B018


def test_the_types_of_public_values_can_be_looked_up() -> None:
    """
    Every class in the annotations of values that connectors and hosts get can be looked up, as a
    converter does.
    """
    kinds = {
        f"{module}.{name}": getattr(importlib.import_module(module), name)
        for module in ("orderferry", "orderferry.connectors", "orderferry.orders")
        for name in importlib.import_module(module).__all__
    }
    values = [kind for kind in kinds.values() if isinstance(kind, type) and attrs.has(kind)]

    assert 20 < len(values)
    assert [] == [kind.__name__ for kind in values if not _has_types(kind)]


def _has_types(kind: type[object]) -> bool:
    try:
        # Two private fields are of classes that are imported when distributions are read; versions
        # of importlib_metadata have the second or not.
        get_type_hints(kind, localns={"EntryPoint": object, "IDistribution": object})
    except NameError:
        return False
    return True
