"""
The site: the one that was built just before, or one that is built for these tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .site import Site

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """
    The site of `ORDERFERRY_SITE`, else of the sources as they are now.
    """
    built = os.environ.get("ORDERFERRY_SITE")
    if built is None:
        folder = tmp_path_factory.mktemp("site")
        done = subprocess.run(
            [*BUILD, "-d", str(tmp_path_factory.mktemp("doctrees")), "docs", str(folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "" == done.stderr
        built = str(folder)
    return Site.read(Path(built))
