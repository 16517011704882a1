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
