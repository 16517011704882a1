"""
The paths, names and make targets on the pages exist.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CORE = ROOT / "core/src/orderferry"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
ROOMS = {path.parent.name for path in CORE.glob("*/__init__.py")}
_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
_FILE = re.compile(r"\.(db|json|py|toml)$")
MADE = {".cache", ".tox", ".venv", "_build", "dist"}
"""Folders that a target of the Makefile creates."""


def _code(page: Path) -> Iterator[str]:
    """
    The spans of code in a page's running text.
    """
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    yield from re.findall(r"`([^`]+)`", prose)


def _groups() -> set[str]:
    """
    The entry-point groups of the workspace's distributions.
    """
    groups = set()
    for path in (ROOT / "core/pyproject.toml", *ROOT.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
        groups |= set(project.get("entry-points", {}))
    return groups


def _exists(name: str) -> bool:
    """
    Whether a dotted name is a module, or a name in one.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        try:
            if find_spec(module) is None:
                continue
        except ModuleNotFoundError:
            continue
        thing: object = import_module(module)
        for part in parts[length:]:
            thing = getattr(thing, part, None)
        return thing is not None
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_exists(page: Path) -> None:
    """
    Paths from the root, paths within the core, and the targets of links exist.
    """
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - MADE
    paths = [span for span in _code(page) if re.fullmatch(r"[\w.*-]+/[\w.*/-]*", span)]
    missing = []
    for path in paths:
        parts = path.split("/")
        base = CORE if parts[0] in ROOMS else ROOT
        if base is CORE or (parts[0] in folders and not MADE & set(parts)):
            missing += [path] if not list(base.glob(path.rstrip("/"))) else []
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    missing += [link for link in links if not (page.parent / link).exists()]
    assert [] == missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_exists(page: Path) -> None:
    """
    Dotted names that begin with `orderferry` or one of its rooms exist.
    """
    dotted = [span for span in _code(page) if re.fullmatch(r"[a-z_]+(\.\w+)+", span)]
    names = {
        name if name.startswith("orderferry.") else f"orderferry.{name}"
        for name in dotted
        if name.split(".")[0] in {"orderferry", *ROOMS} and not _FILE.search(name)
    }
    assert [] == sorted(name for name in names - _groups() if not _exists(name))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_is_in_the_makefile(page: Path) -> None:
    """
    Each target of make on a page is in the Makefile.
    """
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert set() == targets - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_room_is_explained() -> None:
    """
    The table of rooms has each room of the core, in the order of import-linter's layers.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [room for layer in layers if (room := layer.strip("()")) in ROOMS]
    assert rooms == _ROW.findall((ROOT / "docs/house.md").read_text(encoding="utf-8"))
