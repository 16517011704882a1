"""
Modules and functions have a reasonable size.
"""

import ast
from pathlib import Path

import pytest

from .small_modules import too_small

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("core", "plugins", "tests", "tools", "benchmarks")
PACKAGES = [ROOT / "core/src/orderferry", *sorted(ROOT.glob("plugins/*/src/*"))]


def _sources(*folders: str) -> list[Path]:
    sources = [source for folder in folders for source in sorted((ROOT / folder).rglob("*.py"))]
    assert sources
    return sources


def test_no_file_is_longer_than_350_lines() -> None:
    """
    Every file has at most 350 lines: a longer one has more than one subject.
    """
    sizes = {
        str(source.relative_to(ROOT)): len(source.read_text(encoding="utf-8").splitlines())
        for source in _sources(*FOLDERS)
    }

    assert {} == {name: size for name, size in sizes.items() if size > 350}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_small_module_has_two_importers(package: Path) -> None:
    """
    A module below 60 lines is a face, a command, declarations, or imported by two other modules.
    """
    assert [] == too_small(package)


def test_no_function_is_longer_than_60_lines() -> None:
    """
    Every function of an installed package has at most 60 lines; a table in a test may be longer.
    """
    long = [
        f"{source.relative_to(ROOT)}: {node.name}"
        for source in _sources("core/src", *(f"plugins/{plugin.name}/src" for plugin in _plugins()))
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]

    assert [] == long


def _plugins() -> list[Path]:
    return [path for path in sorted((ROOT / "plugins").iterdir()) if (path / "src").is_dir()]
