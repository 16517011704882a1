"""
Run the matrix of tox.ini on the Pythons of this machine, two environments at a time.

    python tools/matrix.py [tox environment ...]

Without arguments everything but `foreign`: lint, types, docs, unit tests on every Python, the whole
system, older hook APIs and cores, and then, with nothing beside them that would take their time,
broken connectors and the crash tests. A Python that is missing is then named and left out; where
`CI` is true, that is an error. The last lines say what every environment's pytest counted.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
DISTRIBUTIONS = ("core", "erp_sap", "fulfillment_3pl", "wms_manhattan")
ALONE = ("conformance", "crash")
COMPATIBILITY = ("compat-api_1_0", "compat-oldest")
REPORTS = ROOT / ".tox" / "reports"


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
    Whether it starts, is what it is called, and can make an environment.
    """
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == version


def found() -> dict[str, Path]:
    """
    The Python of each version that this machine has.
    """
    pythons = {}
    for version in VERSIONS:
        python = next((each for each in candidates(version) if runs(each, version)), None)
        if python is not None:
            pythons[version] = python
    return pythons


def environments(pythons: dict[str, Path]) -> list[str]:
    """
    The tox environments of those Pythons, and those that need one only: lint, types, docs.
    """
    names = ["lint", "types", "docs"]
    for version in reversed(list(pythons)):
        for dependencies in ("highest", "lowest"):
            names += [f"py{version.replace('.', '')}-{d}-{dependencies}" for d in DISTRIBUTIONS]
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if running not in VERSIONS:  # newer than the matrix: no promise of the floors there
        names += [f"py{running.replace('.', '')}-{d}-highest" for d in DISTRIBUTIONS]
    return names


def summary() -> str:
    """
    What was counted, a line an environment, and in all.
    """
    lines = []
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
        seconds = sum(float(suite.get("time", "0")) for suite in suites)
        lines.append(f"{report.stem:32} {_counts(counts)} in {seconds:.1f}s")
    return "\n".join([*lines, _counts(total)])


def _counts(counts: list[int]) -> str:
    passed, failed, skipped = counts
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def say_missing(pythons: dict[str, Path]) -> bool:
    """
    Name each Python that the matrix wants and this machine lacks; say whether that is a failure.
    """
    missing = [version for version in VERSIONS if version not in pythons]
    in_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    consequence = "and CI wants them all" if in_ci else "so its part of the matrix is left out"
    for version in missing:
        print(f"Python {version} is not on this machine, {consequence}.", file=sys.stderr)
    return bool(missing) and in_ci


def main(chosen: list[str]) -> int:
    """
    Run them, and give tox's exit code.
    """
    pythons = found()
    if not chosen and say_missing(pythons):
        return 1
    path = [str(python.parent) for python in pythons.values()] + [os.environ.get("PATH", "")]
    environment = os.environ | {"PATH": os.pathsep.join(path), "UV_PYTHON_DOWNLOADS": "never"}
    for report in REPORTS.glob("*.xml"):
        report.unlink()
    tox = [sys.executable, "-m", "tox", "run-parallel", "-p", "2", "-o", "-e"]
    code = 0
    everything = [environments(pythons), ["system", *COMPATIBILITY], *([name] for name in ALONE)]
    for names in [chosen] if chosen else everything:
        done = subprocess.run([*tox, ",".join(names)], cwd=ROOT, env=environment, check=False)
        code = code or done.returncode
    if not chosen:  # once more, where it is seen
        say_missing(pythons)
    print(summary(), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
