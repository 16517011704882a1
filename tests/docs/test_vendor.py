"""
The number of lines that a vendor writes after `orderferry new-connector`.
"""

from __future__ import annotations

import re
import shutil
from difflib import ndiff
from pathlib import Path

from tests.e2e.markdown import blocks
from tests.e2e.place import Place

from .reader import programs

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/tutorial/vendor.md"
MOST = 60
"""The tutorial's connector takes fewer lines than this."""


def _count_lines(before: Path, after: Path) -> int:
    """
    Count the lines of a file that are not in its earlier version.
    """
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (before, after))
    return sum(line.startswith("+ ") for line in ndiff(old, new))


def test_the_tutorial_counts_what_a_vendor_writes(tmp_path: Path) -> None:
    """
    The tutorial names the number of lines that a vendor changes or adds, tests included.
    """
    page = PAGE.read_text(encoding="utf-8")
    place = Place(page, tmp_path, {"PATH": programs()})
    place.run("orderferry new-connector acme")
    connector = tmp_path / "orderferry-acme"
    shutil.copytree(connector, tmp_path / "before")
    for block in blocks(page, "diff"):
        (tmp_path / "page.diff").write_text(block.text, encoding="utf-8")
        place.run("git apply -p0 page.diff")

    files = [path.relative_to(connector) for path in connector.rglob("*.*") if path.is_file()]
    count = sum(_count_lines(tmp_path / "before" / file, connector / file) for file in files)
    documented = re.search(r"Acme's API these are (\d+) lines", page)

    assert documented is not None
    assert int(documented[1]) == count
    assert 0 < count < MOST
