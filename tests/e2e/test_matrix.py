"""
The environments of tox.ini test the current sources, and `tools/matrix.py` runs all of them.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.matrix import VERSIONS, stages

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
    A copy of the workspace whose path has a space, with one test that probes what is installed.
    """
    copy = tmp_path / "work space"
    unwanted = shutil.ignore_patterns("__pycache__", "tests")
    for folder in ("constraints", "core", "plugins", "tools"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=unwanted)
    for file in ("pyproject.toml", "tox.ini"):
        shutil.copy(ROOT / file, copy / file)
    (copy / "test_probe.py").write_text(PROBE, encoding="utf-8")
    return copy


def _edit(workspace: Path, text: str) -> None:
    for source in ("core/src/orderferry", "plugins/erp_sap/src/orderferry_erp_sap"):
        (workspace / source / "probe.txt").write_text(text, encoding="utf-8")


def _outside() -> dict[str, str]:
    """
    The environment variables without those of the tox that runs these tests.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("TOX_")}


def _tox(workspace: Path, expected: str) -> str:
    python = f"py{sys.version_info[0]}{sys.version_info[1]}"
    names = f"{python}-core-highest,{python}-erp_sap-highest"
    command = [sys.executable, "-m", "tox", "run", "-e", names, "--", "test_probe.py"]
    environment = _outside() | {"ORDERFERRY_PROBE": expected, "COLUMNS": "200"}
    process = subprocess.run(
        command, cwd=workspace, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == process.returncode, process.stdout + process.stderr
    return process.stdout


def test_the_next_run_tests_the_edited_source(workspace: Path) -> None:
    """
    Each run builds the wheels once for all environments, from the sources as they are then.
    """
    for text in ("before", "after"):
        _edit(workspace, text)
        output = _tox(workspace, text)
        assert 1 == output.count("tools/wheels.py")
        assert 2 == output.count("1 passed")


def test_a_missing_python_is_named_and_fails_in_ci(tmp_path: Path) -> None:
    """
    The run ends and names the missing Python if the variable `CI` is true.
    """
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    nowhere = {"CI": "true", "HOME": str(tmp_path), "PATH": str(tmp_path), "PYENV_ROOT": "/nowhere"}
    command = [sys.executable, "-m", "tools.matrix", "matrix"]
    process = subprocess.run(
        command, cwd=ROOT, env=nowhere, capture_output=True, text=True, check=False
    )
    missing = [version for version in ("3.11", "3.12", "3.13") if version != running]
    assert 1 == process.returncode
    assert [
        f"Python {version} is not installed: CI requires it." for version in missing
    ] == process.stderr.splitlines()


def test_a_second_run_in_one_checkout_is_refused(workspace: Path) -> None:
    """
    A second run ends at once with a message, and does not touch the wheels and logs of the first.
    """
    log = workspace / ".tox" / "logs" / "lint.txt"
    log.parent.mkdir(parents=True)
    log.write_text("of the first run", encoding="utf-8")
    command = [sys.executable, "-m", "tools.matrix", "lint"]
    with (workspace / ".tox" / "run.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.run(
            command, cwd=workspace, capture_output=True, text=True, check=False
        )

    assert "Another run of tests is in progress in this checkout.\n" == process.stderr
    assert 1 == process.returncode
    assert "of the first run" == log.read_text(encoding="utf-8")


FAKE_TOX = """
import os, signal
from pathlib import Path

with Path(os.environ["STARTED"]).open("w") as started:
    started.write(str(os.getpid()))
signal.pause()
"""


def test_no_environment_is_left_running(workspace: Path) -> None:
    """
    A run that is terminated, as CI does it, ends the environments that it has started.

    A process that only waits replaces tox, so this does not show what tox ends in turn.
    """
    (workspace / "tox.py").write_text(FAKE_TOX, encoding="utf-8")
    started = workspace / "started"
    os.mkfifo(started)
    command = [sys.executable, "-m", "tools.matrix", "lint"]
    environment = _outside() | {"STARTED": str(started)}
    with subprocess.Popen(
        command, cwd=workspace, env=environment, stdout=subprocess.DEVNULL
    ) as run:
        environment_id = int(started.read_text(encoding="utf-8"))
        run.terminate()
        code = run.wait()

    assert 128 + signal.SIGTERM == code
    with pytest.raises(ProcessLookupError):
        os.kill(environment_id, 0)


@pytest.fixture
def planned() -> Callable[[str], list[str]]:
    """
    A function that returns a plan's environments on a machine with every Python.
    """
    pythons = dict.fromkeys(VERSIONS, Path("python"))
    return lambda plan: [name for stage in stages([plan], pythons) for name in stage]


def test_all_environments_of_tox_are_run_by_matrix_all(
    planned: Callable[[str], list[str]],
) -> None:
    """
    The plan has every environment once, except `foreign`, which has its own make target.
    """
    command = [sys.executable, "-m", "tox", "list", "--no-desc", "-q"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert sorted(process.stdout.split()) == sorted([*planned("matrix-all"), "foreign"])


def test_nothing_of_make_test_is_run_again_by_make_matrix(
    planned: Callable[[str], list[str]],
) -> None:
    """
    The two plans share no environment, and `matrix-all` includes both.
    """
    test, matrix = set(planned("test")), set(planned("matrix"))

    assert set() == test & matrix
    assert set() == (test | matrix) - set(planned("matrix-all"))


def test_the_matrix_has_each_distribution_on_each_python_once(
    planned: Callable[[str], list[str]],
) -> None:
    """
    The oldest Python has the lowest dependencies, and the other Pythons have the highest.
    """
    pairs = ("py311-{}-lowest", "py312-{}-highest", "py313-{}-highest")
    distributions = ("core", "erp_sap", "fulfillment_3pl", "wms_manhattan")
    units = {pair.format(name) for pair in pairs for name in distributions}

    assert units == {name for name in planned("matrix") if name.startswith("py3")}


def test_a_failed_environment_is_shown_and_fails_the_run(workspace: Path) -> None:
    """
    The run prints the failed environment's output and the other's closing line, and exits with 1.
    """
    good, bad = """print("2 passed in 1.00s")""", """raise SystemExit("what was wrong")"""
    (workspace / "tox.ini").write_text(
        f"[testenv]\npackage = skip\n[testenv:good]\ncommands = python -c '{good}'\n"
        f"[testenv:bad]\ncommands = python -c '{bad}'\n"
    )
    command = [sys.executable, "-m", "tools.matrix", "good", "bad"]
    process = subprocess.run(
        command, cwd=workspace, env=_outside(), capture_output=True, text=True, check=False
    )

    assert 1 == process.returncode, process.stdout + process.stderr
    lines = process.stdout.splitlines()
    assert "what was wrong" in lines
    ended = {line.split()[1]: line.split() for line in lines if line[:4] in {"  ok", "  FA"}}
    assert ["ok", "2 passed in 1.00s"] == [ended["good"][0], " ".join(ended["good"][4:])]
    assert "FAILED" == ended["bad"][0]


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_progress_counts_the_tests_that_have_ended(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """
    The file has the number of ended tests and of all tests, with and without workers.
    """
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tools.progress"]\n')
    (tmp_path / "test_four.py").write_text(
        "import pytest\n\n\n@pytest.mark.parametrize('n', range(4))\ndef test_it(n): ...\n"
    )
    file = tmp_path / "progress"
    outside = {name: value for name, value in os.environ.items() if "XDIST" not in name}
    environment = outside | {"ORDERFERRY_PROGRESS": str(file), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    process = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert 0 == process.returncode, process.stdout + process.stderr
    assert "4 4\n" == file.read_text()
