"""
The wheels of today.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .installation import ROOT


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """
    By the distribution's name as wheels write it: those of this run of tox, else built now.
    """
    given = os.environ.get("ORDERFERRY_WHEELS")
    folder = Path(given) if given else tmp_path_factory.mktemp("wheels")
    if not given:
        command = [sys.executable, str(ROOT / "tools" / "wheels.py"), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    return {each.name.partition("-")[0]: each for each in folder.glob("*.whl")}
