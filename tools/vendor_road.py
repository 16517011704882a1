"""
Do what a vendor does: from an empty folder to a certified connector, as it is generated.

    python tools/vendor_road.py WHEELS [--kind http|file] [--place FOLDER] [--seconds N]

WHEELS is the folder with the core's wheel. For each kind of connector, or the one of `--kind`, a
new environment is created with venv and pip, and each step of a vendor is run; each must succeed.
The duration of each step and of all steps is printed; more than 120 seconds for one kind are a
failure (`--seconds` sets another limit, 0 none). With `--place`, the files stay in FOLDER/KIND.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("http", "file")
NAME = "acme"
HIDDEN = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
"""Environment variables that would add packages to the installed ones."""

Step = tuple[str, list[str], Path]


class StepError(Exception):
    """
    A failed step, with its output.
    """


def road(kind: str, core: Path, place: Path) -> Iterator[Step]:
    """
    The steps: the name of each, its command, and the folder in which it is run.
    """
    programs = place / "venv" / "bin"
    folder = place / f"orderferry-{NAME}"
    python, orderferry = str(programs / "python"), str(programs / "orderferry")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--constraint", str(ROOT / "constraints" / "highest.txt")]
    yield "venv", [sys.executable, "-m", "venv", "venv"], place
    tools = ["hatchling", "mypy", "ruff"]
    yield "pip install orderferry, tools", [*pip, f"{core}[testing,scaffold]", *tools], place
    yield "orderferry new-connector", [orderferry, "new-connector", NAME, f"--{kind}"], place
    yield "hatchling build", [python, "-m", "hatchling", "build", "-t", "wheel"], folder
    (wheel,) = (folder / "dist").glob("*.whl")
    yield "pip install the wheel", [*pip, str(wheel)], place
    yield "orderferry connectors", [orderferry, "connectors", "--json"], place
    junit = f"--junit-xml={place / 'tests.xml'}"
    yield "pytest", [python, "-m", "pytest", "-q", junit], folder
    yield "mypy", [python, "-m", "mypy"], folder
    yield "ruff check", [python, "-m", "ruff", "check"], folder
    yield "ruff format", [python, "-m", "ruff", "format", "--check"], folder
    certificate = str(place / "certificate.json")
    yield "orderferry certify", [orderferry, "certify", NAME, "--json", certificate], place


def run_step(step: Step) -> float:
    """
    Run a step, and return its duration in seconds.

    Raises:
        StepError: The step failed.
    """
    name, command, folder = step
    environment = {key: value for key, value in os.environ.items() if key not in HIDDEN}
    start = monotonic()
    process = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        raise StepError(f"{name} exited with {process.returncode}\n{process.stdout}")
    if name == "orderferry connectors" and NAME not in _names(process.stdout):
        raise StepError(f"{NAME} is not listed\n{process.stdout}")
    return monotonic() - start


def _names(listed: str) -> set[str]:
    return {connector["name"] for connector in json.loads(listed)}


def run_steps(kind: str, core: Path, place: Path, limit: float) -> bool:
    """
    Run and report the steps of one kind; return whether all succeeded in time.
    """
    print(f"{kind}: an empty folder, {core.name}")
    total = 0.0
    for step in road(kind, core, place):
        try:
            seconds = run_step(step)
        except StepError as error:
            print(f"  {error}", flush=True)
            return False
        total += seconds
        print(f"  {seconds:6.1f} s  {step[0]}", flush=True)
    in_time = not limit or total <= limit
    print(f"  {total:6.1f} s  in all" + ("" if in_time else f": more than {limit:g}"), flush=True)
    return in_time


def main(arguments: list[str]) -> int:
    """
    Run the steps of each kind; return 0 if all succeeded.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("wheels", type=Path, help="the folder with the core's wheel")
    parser.add_argument(
        "--place", type=Path, help="the folder for the files (default: a temporary one)"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=120,
        help="the limit for one kind, 0 for none (default: %(default)g)",
    )
    parser.add_argument("--kind", choices=KINDS, help="only this kind (default: both)")
    options = parser.parse_args(arguments)
    (core,) = options.wheels.resolve().glob("orderferry-*.whl")
    with TemporaryDirectory(prefix="vendor-road-") as temporary:
        good = True
        for kind in [options.kind] if options.kind else KINDS:
            place = (options.place or Path(temporary)).resolve() / kind
            place.mkdir(parents=True)
            good = run_steps(kind, core, place, options.seconds) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
