"""
Certify connectors that keep their guarantees over and over, on a machine that is busy.

    python -m tools.certify_under_load [NAME ...] [--runs N] [--busy N] [--at-once N]

By default the five good connectors of `tests/conformance` and the three of `plugins` are certified
five times each, two at once, beside 16 processes that only compute. Each run is told with its
seconds and, where it did not pass, with what failed; the exit code is 1 then. The busy processes
have the priority of this one: start it with `nice` where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PLUGINS: Final = ("erp_sap", "wms_manhattan", "fulfillment_3pl")


def main(arguments: Sequence[str]) -> int:
    """
    Certify, and say how it went.
    """
    given = _parsed(arguments)
    sys.path.insert(0, str(ROOT))
    from tests.conformance.orderferry_broken.table import GOOD, name_of
    from tests.conformance.runs import install

    good = {name_of(place): (place, target) for place, target in GOOD.items()}
    names = given.names or [*good, *PLUGINS]
    with TemporaryDirectory(prefix="certify-under-load-") as folder:
        site = Path(folder) / "site"
        site.mkdir()
        for name, (place, target) in good.items():
            install(site, name, place, target)
        path = os.pathsep.join(map(str, (site, ROOT / "tests" / "conformance")))
        runs = [(name, number) for number in range(1, given.runs + 1) for name in names]
        with _busy(given.busy), ThreadPoolExecutor(given.at_once) as pool:
            certified = partial(_certified, folder=Path(folder), path=path)
            passed = list(pool.map(lambda run: certified(*run), runs))
    print(f"{sum(passed)} of {len(passed)} runs passed", flush=True)
    return 0 if all(passed) else 1


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, usage="%(prog)s [NAME ...] [options]")
    parser.add_argument("names", nargs="*", help="connectors; by default all eight")
    parser.add_argument("--runs", type=int, default=5, help="runs of each connector")
    parser.add_argument("--busy", type=int, default=16, help="processes that only compute")
    parser.add_argument("--at-once", type=int, default=2, help="runs at once")
    return parser.parse_args(arguments)


@contextmanager
def _busy(number: int) -> Iterator[None]:
    """
    Processes that compute meanwhile; they end with this one, however it ends.
    """
    code = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(number)]
    try:
        yield
    finally:
        for each in processes:
            each.terminate()
        for each in processes:
            each.wait()


def _certified(name: str, number: int, folder: Path, path: str) -> bool:
    """
    Whether a connector passes; it is told how long that took, at which load.
    """
    written = folder / f"{name}-{number}.json"
    began, load = monotonic(), os.getloadavg()[0]
    done = subprocess.run(
        [sys.executable, "-m", "orderferry", "certify", name, "--json", str(written)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, at = monotonic() - began, datetime.now(UTC)
    passed = done.returncode == 0
    word = "passed" if passed else f"ended with {done.returncode}"
    print(f"{at:%H:%M:%S} {name} {number}: {word}, {seconds:.0f} s, load {load:.0f}", flush=True)
    if not passed:
        outcomes = json.loads(written.read_bytes())["guarantees"] if written.exists() else []
        for each in outcomes:
            if each["result"] in ("failed", "not tried"):
                print(f"{each['result']}: {each['name']}: {each['detail']}", flush=True)
        if not outcomes:
            print(done.stdout + done.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
