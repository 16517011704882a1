"""
Only a private module's own room, or its connector's package, imports it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = [ROOT / "core/src/orderferry", *sorted(ROOT.glob("plugins/*/src/*"))]


def _imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_private(module: str) -> bool:
    return any(part.startswith("_") and not part.startswith("__") for part in module.split("."))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_private_modules_are_imported_by_their_own_room_only(package: Path) -> None:
    """
    A connector imports only the core's public names, and a room only those of other rooms.
    """
    sources = list(package.rglob("*.py"))
    assert sources
    violations = []
    for source in sources:
        within = [package.name, *source.relative_to(package).parts]
        room = ".".join(within[: 2 if package.name == "orderferry" else 1]).removesuffix(".py")
        violations += [
            f"{'/'.join(within)}: {module}"
            for module in _imported(source)
            if module.startswith("orderferry")
            and _is_private(module)
            and not f"{module}.".startswith(f"{room}.")
        ]
    assert [] == violations


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_module_uses_the_names_of_a_package_that_names_it(package: Path) -> None:
    """
    A package whose `__init__.py` imports a module is not imported by that module, also where only
    type checkers see the import.
    """
    circles = []
    for source in package.rglob("_*.py"):
        within = [package.name, *source.relative_to(package).with_suffix("").parts]
        module = ".".join(within).removesuffix(".__init__")
        public = {name.rpartition(".")[0] for name in _imported(source) if not _is_private(name)}
        for length in range(1, module.count(".") + 1):
            above = ".".join(within[:length])
            face = package.joinpath(*within[1:length], "__init__.py")
            if above in public and module in {n.rpartition(".")[0] for n in _imported(face)}:
                circles.append(f"{module} and {above}")
    assert [] == circles
