"""
A file is one idea.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("core", "plugins", "tests", "tools", "benchmarks")


def _sources(*folders: str) -> list[Path]:
    found = [source for folder in folders for source in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def test_no_file_is_longer_than_350_lines() -> None:
    """
    Past that it is two ideas.
    """
    sizes = {
        str(source.relative_to(ROOT)): len(source.read_text(encoding="utf-8").splitlines())
        for source in _sources(*OURS)
    }

    assert {} == {name: size for name, size in sizes.items() if size > 350}


def test_no_function_is_longer_than_60_lines() -> None:
    """
    Of what is installed; a table in a test may be longer.
    """
    long = [
        f"{source.relative_to(ROOT)}: {node.name}"
        for source in _sources("core/src", *(f"plugins/{each.name}/src" for each in _plugins()))
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]

    assert [] == long


def _plugins() -> list[Path]:
    return [each for each in sorted((ROOT / "plugins").iterdir()) if (each / "src").is_dir()]
