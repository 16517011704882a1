"""
The wheels of the current sources.
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
    Wheels by distribution, as tox built them for this run, otherwise built now.
    """
    built = os.environ.get("ORDERFERRY_WHEELS")
    folder = Path(built) if built else tmp_path_factory.mktemp("wheels")
    if not built:
        command = [sys.executable, str(ROOT / "tools" / "wheels.py"), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    return {wheel.name.partition("-")[0]: wheel for wheel in folder.glob("*.whl")}
