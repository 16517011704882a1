"""
Which modules are too small to be modules of their own.

A module of fewer than `SMALL` lines needs `IMPORTERS` other modules of its distribution that import
it. The `__init__` modules of the packages that it is in do not count: they only pass names on. It
may also be a package's face, a command of the command line, or declarations only: enums, and ports
(protocols, type aliases and constants).
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["IMPORTERS", "SMALL", "too_small"]

SMALL: Final = 60
IMPORTERS: Final = 2

FACES: Final = ("__init__.py", "__main__.py")
LOADED_BY_PATH: Final = ("_migrations", "_template")
"""Folders of Alembic and of copier."""


def too_small(package: Path) -> list[str]:
    """
    Find the modules that belong into another one.

    Args:
        package: The folder of a distribution's package.

    Returns:
        A line for each: its path below the package, its lines, and who imports it.
    """
    sources = {
        path: path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*.py"))
        if not set(LOADED_BY_PATH) & set(path.relative_to(package).parts)
    }
    trees = {path: ast.parse(text) for path, text in sources.items()}
    importers = _importers(package, trees)
    lines = {path: len(text.splitlines()) for path, text in sources.items()}
    return [
        f"{path.relative_to(package)}: {lines[path]} lines, imported by "
        + (", ".join(str(importer.relative_to(package)) for importer in readers) or "no module")
        for path, tree in trees.items()
        if lines[path] < SMALL and not _may_be_small(path.relative_to(package), tree)
        if len(readers := sorted(importers[path])) < IMPORTERS
    ]


def _importers(package: Path, trees: dict[Path, ast.Module]) -> dict[Path, set[Path]]:
    """
    The modules that import each module, without the faces of the packages that it is in.
    """
    names = {_name_of(package, path): path for path in trees}
    importers: dict[Path, set[Path]] = defaultdict(set)
    for path, tree in trees.items():
        for name in _imported(_package_of(package, path), tree):
            module = names.get(name)
            if module is not None and module != path and not _is_face_of(path, module):
                importers[module].add(path)
    return importers


def _name_of(package: Path, path: Path) -> str:
    parts = (package.name, *path.relative_to(package).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def _package_of(package: Path, path: Path) -> str:
    return ".".join((package.name, *path.relative_to(package).parent.parts))


def _is_face_of(path: Path, module: Path) -> bool:
    return path.name == "__init__.py" and path.parent in module.parents


def _imported(package: str, tree: ast.Module) -> Iterator[str]:
    """
    Every dotted name that may be an imported module, wherever in the file the import is.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _may_be_small(path: Path, tree: ast.Module) -> bool:
    return path.name in FACES or _is_command(path, tree) or _only_declares(tree)


def _is_command(path: Path, tree: ast.Module) -> bool:
    return path.parts[0] == "cli" and any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in {"command", "group"}
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def _only_declares(tree: ast.Module) -> bool:
    """
    Whether a module has enums, protocols and type aliases, and constants beside them at most.
    """
    kinds = {_kind_of(node) for node in tree.body}
    return bool(kinds & {"enum", "protocol", "alias"}) and "code" not in kinds


def _kind_of(node: ast.stmt) -> str:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return "import"
        case ast.Expr(value=ast.Constant(value=str())):
            return "docstring"
        case ast.ClassDef():
            return _kind_of_class(node)
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return "alias"
        case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr())):
            return "alias"
        case ast.Assign() | ast.AnnAssign():
            return "constant"
        case _:
            return "code"


def _kind_of_class(node: ast.ClassDef) -> str:
    names = [ast.unparse(base).partition("[")[0].split(".")[-1] for base in node.bases]
    if any(name.endswith(("Enum", "Flag")) for name in names):
        return "enum"
    return "protocol" if "Protocol" in names else "code"
