"""
What a vendor has to write, counted from what `orderferry new-connector` writes.
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
"""A REST API with a token takes fewer lines than this."""


def _written(before: Path, after: Path) -> int:
    """
    The lines of a file that are not in the one before.
    """
    old, new = (each.read_text(encoding="utf-8").splitlines() for each in (before, after))
    return sum(line.startswith("+ ") for line in ndiff(old, new))


def test_the_tutorial_counts_what_a_vendor_writes(tmp_path: Path) -> None:
    """
    Lines changed or added in all files, tests too, are those that the page says, and few.
    """
    page = PAGE.read_text(encoding="utf-8")
    place = Place(page, tmp_path, {"PATH": programs()})
    place.run("orderferry new-connector acme")
    written = tmp_path / "orderferry-acme"
    shutil.copytree(written, tmp_path / "before")
    for block in blocks(page, "diff"):
        (tmp_path / "page.diff").write_text(block.text, encoding="utf-8")
        place.run("git apply -p0 page.diff")

    files = [path.relative_to(written) for path in written.rglob("*.*") if path.is_file()]
    count = sum(_written(tmp_path / "before" / file, written / file) for file in files)
    said = re.search(r"Acme's API takes (\d+) lines", page)

    assert said is not None
    assert int(said[1]) == count
    assert 0 < count < MOST
