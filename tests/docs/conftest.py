"""
The site, which was built before the tests or is built for them.
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
    The site in the folder `ORDERFERRY_SITE`, otherwise built from the current sources.
    """
    built = os.environ.get("ORDERFERRY_SITE")
    if built is None:
        folder = tmp_path_factory.mktemp("site")
        process = subprocess.run(
            [*BUILD, "-d", str(tmp_path_factory.mktemp("doctrees")), "docs", str(folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "" == process.stderr
        built = str(folder)
    return Site.read(Path(built))
