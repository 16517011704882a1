"""
Count the modules of the core's rooms and of the connectors, with their median and largest lines.

Only what is installed counts: the sources of `core/src` and `plugins/*/src`, without the template
for a new connector and the database migrations.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SMALL: Final = 60
"""Modules of fewer lines are counted in a separate column."""

NOT_COUNTED: Final = ("_template", "versions")
"""Folders: a copier template, and migrations that Alembic loads by their paths."""


def lines_of(package: Path) -> dict[Path, int]:
    """
    Count the lines of each module of a package.

    Args:
        package: The package's folder.

    Returns:
        Lines by path, relative to the package.
    """
    return {
        source.relative_to(package): len(source.read_text(encoding="utf-8").splitlines())
        for source in sorted(package.rglob("*.py"))
        if not set(NOT_COUNTED) & set(source.relative_to(package).parts)
    }


def rooms_of(modules: Mapping[Path, int]) -> dict[str, dict[Path, int]]:
    """
    Divide the core's modules by room; those at its top have the room `.`.
    """
    rooms: dict[str, dict[Path, int]] = defaultdict(dict)
    for module, lines in modules.items():
        rooms[module.parts[0] if len(module.parts) > 1 else "."][module] = lines
    return dict(sorted(rooms.items()))


def row(name: str, modules: Mapping[Path, int]) -> str:
    """
    A row of the table: the numbers of one package or room.
    """
    largest = max(modules, key=lambda module: modules[module])
    small = sum(lines < SMALL for lines in modules.values())
    return (
        f"{name:26} {len(modules):7} {median(modules.values()):7g} {small:8}"
        f" {modules[largest]:7}  {largest}"
    )


def main(arguments: Sequence[str]) -> int:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tools.modules",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args(arguments)
    core = lines_of(ROOT / "core" / "src" / "orderferry")
    print(f"{'':26} modules  median below {SMALL} largest")
    print(row("core", core))
    for room, modules in rooms_of(core).items():
        print(row(f"  {room}", modules))
    for package in sorted(ROOT.glob("plugins/*/src/*")):
        print(row(package.name, lines_of(package)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
