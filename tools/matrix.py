"""
Run tests in tox's environments, one more at once than there are cores, and report how far they are.

    python -m tools.matrix PLAN | ENVIRONMENT ...

Plans are `test`, `matrix` and `matrix-all`, as the targets of the Makefile. The wheels of the four
distributions are built once, and every environment of the run installs those. What an environment
prints is kept in `.tox/logs`, and shown here where it fails. A Python that is missing is named and
left out; where `CI` is true, that is an error.
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
    alone,
    minutes,
)

VERSIONS = ("3.11", "3.12", "3.13")
DISTRIBUTIONS = ("core", "erp_sap", "fulfillment_3pl", "wms_manhattan")
PAIRS = (("3.13", "highest"), ("3.12", "highest"), ("3.11", "lowest"))
"""Each Python once, with the newest dependencies or the oldest; `make test` has one more pair."""

ALL_PAIRS = tuple((version, d) for version in reversed(VERSIONS) for d in ("highest", "lowest"))
OTHERS = ("conformance", "docs", "compat-oldest", "compat-api_1_0")
ALONE = "crash"
"""The environment whose tests stop and time processes: nothing runs beside it."""


def candidates(version: str) -> Iterator[Path]:
    """
    Where a Python of that version may be; pyenv's versions first, as its shims refuse to choose.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(folder) / f"python{version}"
    yield Path(sys.base_prefix) / "bin" / f"python{version}"


def runs(python: Path, version: str) -> bool:
    """
    Whether it starts, has that version, and can make an environment.
    """
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == version


def installed() -> dict[str, Path]:
    """
    The Python of each version that this machine has.
    """
    pythons = {}
    for version in VERSIONS:
        python = next((path for path in candidates(version) if runs(path, version)), None)
        if python is not None:
            pythons[version] = python
    return pythons


def in_ci() -> bool:
    """
    Whether what is missing is an error.
    """
    return os.environ.get("CI", "").lower() in {"1", "true"}


def report_missing(pythons: dict[str, Path]) -> bool:
    """
    Name each Python that the matrix wants and this machine lacks; return whether that is a failure.
    """
    missing = [version for version in VERSIONS if version not in pythons]
    consequence = "and CI wants them all" if in_ci() else "so its part of the matrix is left out"
    for version in missing:
        print(f"Python {version} is not on this machine, {consequence}.", file=sys.stderr)
    return bool(missing) and in_ci()


def stages(chosen: list[str], pythons: dict[str, Path]) -> list[list[str]]:
    """
    The environments of a plan, or those that are named: one stage ends before the next begins.
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
    All that pytest counted.
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


def emptied() -> None:
    """
    Make the folders of a run, without what an earlier one left.
    """
    for folder in (REPORTS, LOGS, PROGRESS, SECONDS):
        folder.mkdir(parents=True, exist_ok=True)
    for file in (*REPORTS.iterdir(), *LOGS.iterdir(), *PROGRESS.iterdir()):
        file.unlink()


def main(chosen: list[str]) -> int:
    """
    Run a plan, or environments, and return 1 where one of them failed.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    pythons = installed()
    if chosen[0].startswith("matrix") and report_missing(pythons):
        return 1
    with alone() as free:
        if free:
            return carry_out(chosen, pythons)
    print("Another run of tests is in progress in this checkout.", file=sys.stderr)
    return 1


def carry_out(chosen: list[str], pythons: dict[str, Path]) -> int:
    """
    Run them, and sum up.
    """
    path = [str(python.parent) for python in pythons.values()] + [os.environ.get("PATH", "")]
    environment = os.environ | {"PATH": os.pathsep.join(path), "UV_PYTHON_DOWNLOADS": "never"}
    emptied()
    run = Run(
        [[Environment(name) for name in stage] for stage in stages(chosen, pythons)],
        slots=max(2, os.cpu_count() or 1) + 1,  # tests wait now and then
    )
    names = ", ".join(each.name for each in run.environments)
    print(f"{names}: about {minutes(run.expected())} on this machine", flush=True)
    wheels = [sys.executable, str(ROOT / "tools" / "wheels.py"), str(WHEELS), "--requirements"]
    subprocess.run(wheels, check=True, stdout=subprocess.DEVNULL)
    (core,) = WHEELS.glob("orderferry-*.whl")
    run.carry_out(environment, ["--installpkg", str(core)])
    if chosen[0].startswith("matrix"):  # again, where it is seen
        report_missing(pythons)
    print(f"{summary()}\nin {run.passed:.0f} s", flush=True)
    return int(any(each.code for each in run.environments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["test"]))
