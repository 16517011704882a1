"""
Walk a vendor's road: from an empty folder to a connector that is certified, as it was generated.

    python tools/vendor_road.py WHEELS [--kind http|file] [--place FOLDER] [--seconds N]

WHEELS holds the core's wheel. For each kind of connector, or the one that is named, there is an
environment of its own, made with venv and pip, and a step for each thing that a vendor does; each
must succeed. Told are the seconds that each took, and all together; more than 120 for one kind is
a failure (`--seconds` says otherwise, 0 sets no limit). All of it is in FOLDER/KIND afterwards,
where a place is given.
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
"""Of the environment: what would let in more than was installed."""

Step = tuple[str, list[str], Path]


class Failed(Exception):  # noqa: N818 - what became of a step
    """
    A step that did not succeed, with what it printed.
    """


def road(kind: str, core: Path, place: Path) -> Iterator[Step]:
    """
    The steps: what each is called, its command, and the folder it is run in.
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


def walk(step: Step) -> float:
    """
    Take a step, and give the seconds that it took.

    Raises:
        Failed: It did not succeed.
    """
    what, command, folder = step
    environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    began = monotonic()
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"{what} ended with {done.returncode}\n{done.stdout}")
    if what == "orderferry connectors" and NAME not in _names(done.stdout):
        raise Failed(f"{NAME} is not listed\n{done.stdout}")
    return monotonic() - began


def _names(listed: str) -> set[str]:
    return {each["name"] for each in json.loads(listed)}


def walk_all(kind: str, core: Path, place: Path, limit: float) -> bool:
    """
    Walk the road of one kind, telling each step; whether it ended well and in time.
    """
    print(f"{kind}: an empty folder, {core.name}")
    total = 0.0
    for step in road(kind, core, place):
        try:
            seconds = walk(step)
        except Failed as error:
            print(f"  {error}", flush=True)
            return False
        total += seconds
        print(f"  {seconds:6.1f} s  {step[0]}", flush=True)
    in_time = not limit or total <= limit
    print(f"  {total:6.1f} s  in all" + ("" if in_time else f": more than {limit:g}"), flush=True)
    return in_time


def main(arguments: list[str]) -> int:
    """
    Walk them; 0 where all ended well.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("wheels", type=Path)
    parser.add_argument("--place", type=Path)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--kind", choices=KINDS)
    given = parser.parse_args(arguments)
    (core,) = given.wheels.resolve().glob("orderferry-*.whl")
    with TemporaryDirectory(prefix="vendor-road-") as temporary:
        good = True
        for kind in [given.kind] if given.kind else KINDS:
            place = (given.place or Path(temporary)).resolve() / kind
            place.mkdir(parents=True)
            good = walk_all(kind, core, place, given.seconds) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
