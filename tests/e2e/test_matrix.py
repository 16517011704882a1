"""
The matrix of tox.ini tests what stands in the sources now.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROBE = """
import os
from importlib.util import find_spec
from pathlib import Path


def test_the_installed_packages_are_the_sources() -> None:
    for spec in filter(None, map(find_spec, ("orderferry", "orderferry_erp_sap"))):
        (folder,) = map(Path, spec.submodule_search_locations)
        assert "site-packages" == folder.parent.name
        assert os.environ["ORDERFERRY_PROBE"] == (folder / "probe.txt").read_text()
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """
    A copy of the workspace without its tests, but with a probe of what is installed.
    """
    unwanted = shutil.ignore_patterns("__pycache__", "tests")
    for folder in ("constraints", "core", "plugins", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unwanted)
    for file in ("pyproject.toml", "tox.ini"):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "test_probe.py").write_text(PROBE, encoding="utf-8")
    return tmp_path


def _edit(workspace: Path, text: str) -> None:
    for source in ("core/src/orderferry", "plugins/erp_sap/src/orderferry_erp_sap"):
        (workspace / source / "probe.txt").write_text(text, encoding="utf-8")


def _tox(workspace: Path, expected: str) -> str:
    python = f"py{sys.version_info[0]}{sys.version_info[1]}"
    names = f"{python}-core-highest,{python}-erp_sap-highest"
    command = [sys.executable, "-m", "tox", "run", "-e", names, "--", "test_probe.py"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TOX_")}
    environment = outside | {"ORDERFERRY_PROBE": expected, "COLUMNS": "200"}
    done = subprocess.run(
        command, cwd=workspace, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_the_next_run_tests_the_edited_source(workspace: Path) -> None:
    """
    Wheels are built once a run, for all environments, and an edit is seen by the next run in each.
    """
    for text in ("as it was", "as it is now"):
        _edit(workspace, text)
        shown = _tox(workspace, text)
        assert 1 == shown.count("tools/wheels.py")
        assert 2 == shown.count("1 passed")


def test_a_missing_python_is_named_and_fails_in_ci(tmp_path: Path) -> None:
    """
    Where `CI` is true, a Python of the matrix that cannot be found ends the run, and is named.
    """
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    nowhere = {"CI": "true", "HOME": str(tmp_path), "PATH": str(tmp_path), "PYENV_ROOT": "/nowhere"}
    command = [sys.executable, str(ROOT / "tools" / "matrix.py")]
    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False)
    missing = [version for version in ("3.11", "3.12", "3.13") if version != running]
    assert 1 == done.returncode
    assert [
        f"Python {version} is not on this machine, and CI wants them all." for version in missing
    ] == done.stderr.splitlines()
