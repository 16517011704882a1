"""
The rule of `test_sizes.py` for small modules finds those that break it, and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .small_modules import SMALL, too_small

Write = Callable[[dict[str, str]], None]

FUNCTION = "def read():\n    return 1\n"
ENUM = "from enum import StrEnum\n\n\nclass State(StrEnum):\n    NEW = 'new'\n"
PORT = "from typing import Protocol\n\nLIMIT = 3\n\n\nclass Lock(Protocol):\n    name: str\n"
ALIAS = "from collections.abc import Callable\n\nRead = Callable[[str], bytes]\n"
COMMAND = "import click\n\n\n@click.command('run')\ndef command():\n    pass\n"
IMPORT = "from made.room._part import read\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """
    The folder of a made-up package.
    """
    return tmp_path / "made"


@pytest.fixture
def write(package: Path) -> Write:
    """
    Write modules of the package: `write({"room/_part": source})`; each folder gets an `__init__`.
    """

    def write_modules(modules: dict[str, str]) -> None:
        for name, source in modules.items():
            path = package / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in path.relative_to(package).parents:
                (package / folder / "__init__.py").touch()
            path.write_text(source)

    return write_modules


def test_a_module_that_nobody_imports_is_too_small(write: Write, package: Path) -> None:
    """
    The finding names the module, its lines, and that no module imports it.
    """
    write({"room/_part": FUNCTION})

    assert ["room/_part.py: 2 lines, imported by no module"] == too_small(package)


def test_one_importer_is_not_enough(write: Write, package: Path) -> None:
    """
    Two imports in one file are one importer, and the finding names it.
    """
    write({"room/_part": FUNCTION, "_large": IMPORT * SMALL})

    assert ["room/_part.py: 2 lines, imported by _large.py"] == too_small(package)


@pytest.mark.parametrize("face", ["__init__", "room/__init__", "room/inner/__init__"])
def test_the_faces_of_its_packages_do_not_count(write: Write, package: Path, face: str) -> None:
    """
    The `__init__` of the module's folder, of its room and of the package are no importers.
    """
    source = "from made.room.inner._part import read\n"
    write({"room/inner/_part": FUNCTION, "_large": source * SMALL})
    write({face: source})

    assert ["room/inner/_part.py: 2 lines, imported by _large.py"] == too_small(package)


def test_the_face_of_another_package_counts(write: Write, package: Path) -> None:
    """
    An `__init__` that is not above the module is an importer as any other module.
    """
    write({"room/_part": FUNCTION, "_large": IMPORT * SMALL, "other/__init__": IMPORT})

    assert [] == too_small(package)


@pytest.mark.parametrize(
    "source",
    [
        "from made.room._part import read\n",
        "from made.room import _part\n",
        "import made.room._part\n",
        "from ._part import read\n",
        "from . import _part\n",
        "from ..room._part import read\n",
        "def late():\n    from made.room._part import read\n    return read\n",
        "if TYPE_CHECKING:\n    from made.room._part import read\n",
    ],
)
def test_an_import_counts_in_every_form(write: Write, package: Path, source: str) -> None:
    """
    Absolute, relative, late and type-checking imports make an importer.
    """
    write(
        {"room/_part": FUNCTION, "_large": IMPORT * SMALL, "room/_reader": source + "#\n" * SMALL}
    )

    assert [] == too_small(package)


@pytest.mark.parametrize("lines", [SMALL - 1, SMALL])
def test_a_module_of_sixty_lines_is_large_enough(write: Write, package: Path, lines: int) -> None:
    """
    A module that nobody imports is found with 59 lines, and not with 60.
    """
    write({"room/_part": "X = 1\n" * lines})

    assert (lines < SMALL) is bool(too_small(package))


@pytest.mark.parametrize("source", [ENUM, PORT, ALIAS, ENUM + PORT])
def test_declarations_may_be_small(write: Write, package: Path, source: str) -> None:
    """
    Enums, protocols and type aliases, with constants, need no importer.
    """
    write({"room/_part": f'"""\nA part.\n"""\n{source}'})

    assert [] == too_small(package)


@pytest.mark.parametrize(
    "source", ["LIMIT = 3\n", ENUM + FUNCTION, PORT + "class Files:\n    pass\n"]
)
def test_declarations_with_code_are_too_small(write: Write, package: Path, source: str) -> None:
    """
    A function or a class next to the declarations needs importers, and so do constants alone.
    """
    write({"room/_part": source})

    assert 1 == len(too_small(package))


@pytest.mark.parametrize(("room", "count"), [("cli", 0), ("room", 1)])
def test_a_command_may_be_small(write: Write, package: Path, room: str, count: int) -> None:
    """
    A module that defines a click command needs no importer in the room `cli`, and in no other.
    """
    write({f"{room}/_run": COMMAND})

    assert count == len(too_small(package))


def test_a_module_of_the_command_line_without_a_command_is_too_small(
    write: Write, package: Path
) -> None:
    """
    The room `cli` alone excuses nothing.
    """
    write({"cli/_text": FUNCTION})

    assert 1 == len(too_small(package))


def test_faces_and_what_is_loaded_by_path_may_be_small(write: Write, package: Path) -> None:
    """
    An `__init__`, a `__main__`, Alembic's files and the copier template need no importer.
    """
    names = ("room/__init__", "__main__", "room/_migrations/env", "_template/part")
    write(dict.fromkeys(names, FUNCTION))

    assert [] == too_small(package)
