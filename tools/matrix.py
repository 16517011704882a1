"""
Run tests in tox's environments, several at the same time, and report the progress.

    python -m tools.matrix PLAN | ENVIRONMENT ...

Plans are `test`, `matrix` and `matrix-all`, like the targets of the Makefile. One environment more
than there are cores runs at a time. The wheels of the four distributions are built once, and every
environment of the run installs them. The output of an environment is stored in `.tox/logs`, and
printed if it fails. A missing Python is reported and left out; if `CI` is true, it is an error.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from tools._environments import (
    LOGS,
    PROGRESS,
    REPORTS,
    ROOT,
    SECONDS,
    WHEELS,
    Environment,
    Run,
    lock_checkout,
    minutes,
)

VERSIONS = ("3.11", "3.12", "3.13")
DISTRIBUTIONS = ("core", "erp_sap", "fulfillment_3pl", "wms_manhattan")
PAIRS = (("3.13", "highest"), ("3.12", "highest"), ("3.11", "lowest"))
"""Each Python once, with the highest or the lowest dependencies; `make test` has another pair."""

ALL_PAIRS = tuple((version, d) for version in reversed(VERSIONS) for d in ("highest", "lowest"))
OTHERS = ("conformance", "docs", "compat-oldest", "compat-api_1_0")
ALONE = "crash"
"""The environment whose tests stop and time processes: it runs alone."""


def candidates(version: str) -> Iterator[Path]:
    """
    The paths where a Python of that version may be; pyenv's versions first, as its shims may fail.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(folder) / f"python{version}"
    yield Path(sys.base_prefix) / "bin" / f"python{version}"


def runs(python: Path, version: str) -> bool:
    """
    Whether a Python starts, has that version, and can create a virtual environment.
    """
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        process = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return process.stdout.strip() == version


def find_pythons() -> dict[str, Path]:
    """
    Find a Python of each version on this machine.
    """
    pythons = {}
    for version in VERSIONS:
        python = next((path for path in candidates(version) if runs(path, version)), None)
        if python is not None:
            pythons[version] = python
    return pythons


def in_ci() -> bool:
    """
    Whether this runs in CI, where a missing Python is an error.
    """
    return os.environ.get("CI", "").lower() in {"1", "true"}


def report_missing(pythons: dict[str, Path]) -> bool:
    """
    Report each missing Python of the matrix; return whether that is a failure.
    """
    missing = [version for version in VERSIONS if version not in pythons]
    consequence = "CI requires it" if in_ci() else "its part of the matrix is left out"
    for version in missing:
        print(f"Python {version} is not installed: {consequence}.", file=sys.stderr)
    return bool(missing) and in_ci()


def stages(chosen: list[str], pythons: dict[str, Path]) -> list[list[str]]:
    """
    The environments of a plan, or the named ones, by stage: a stage ends before the next begins.
    """
    pairs = {"matrix": PAIRS, "matrix-all": ALL_PAIRS}.get(chosen[0], ())
    units = [
        f"py{version.replace('.', '')}-{distribution}-{dependencies}"
        for distribution in DISTRIBUTIONS
        for version, dependencies in pairs
        if version in pythons
    ]
    plans = {
        "test": [["tests", "system", "types", "lint"]],
        "matrix": [[*OTHERS, *units], [ALONE]],
        "matrix-all": [["tests", "system", "types", "lint", *OTHERS, *units], [ALONE]],
    }
    return plans.get(chosen[0], [chosen])


def summary() -> str:
    """
    The sum of pytest's counts.
    """
    total = [0, 0, 0]
    for report in sorted(REPORTS.glob("*.xml")):
        suites = list(ET.parse(report).getroot().iter("testsuite"))
        tests, failures, errors, skipped = (
            sum(int(suite.get(key, "0")) for suite in suites)
            for key in ("tests", "failures", "errors", "skipped")
        )
        failed = failures + errors
        counts = [tests - failed - skipped, failed, skipped]
        total = [a + b for a, b in zip(total, counts, strict=True)]
    passed, failed, skipped = total
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def prepare_folders() -> None:
    """
    Create the folders of a run, and delete the files of an earlier run.
    """
    for folder in (REPORTS, LOGS, PROGRESS, SECONDS):
        folder.mkdir(parents=True, exist_ok=True)
    for file in (*REPORTS.iterdir(), *LOGS.iterdir(), *PROGRESS.iterdir()):
        file.unlink()


def main(chosen: list[str]) -> int:
    """
    Run a plan or environments, and return 1 if one of them failed.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    pythons = find_pythons()
    if chosen[0].startswith("matrix") and report_missing(pythons):
        return 1
    with lock_checkout() as is_locked:
        if is_locked:
            return carry_out(chosen, pythons)
    print("Another run of tests is in progress in this checkout.", file=sys.stderr)
    return 1


def carry_out(chosen: list[str], pythons: dict[str, Path]) -> int:
    """
    Build the wheels, run the environments, and print a summary.
    """
    path = [str(python.parent) for python in pythons.values()] + [os.environ.get("PATH", "")]
    environment = os.environ | {"PATH": os.pathsep.join(path), "UV_PYTHON_DOWNLOADS": "never"}
    prepare_folders()
    run = Run(
        [[Environment(name) for name in stage] for stage in stages(chosen, pythons)],
        slots=max(2, os.cpu_count() or 1) + 1,  # tests also wait
    )
    names = ", ".join(environment.name for environment in run.environments)
    print(f"{names}: about {minutes(run.expected())} on this machine", flush=True)
    wheels = [sys.executable, str(ROOT / "tools" / "wheels.py"), str(WHEELS), "--requirements"]
    subprocess.run(wheels, check=True, stdout=subprocess.DEVNULL)
    (core,) = WHEELS.glob("orderferry-*.whl")
    run.carry_out(environment, ["--installpkg", str(core)])
    if chosen[0].startswith("matrix"):  # again, at the end of the output
        report_missing(pythons)
    print(f"{summary()}\nin {run.passed:.0f} s", flush=True)
    return int(any(environment.code for environment in run.environments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["test"]))
