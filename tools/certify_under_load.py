"""
Certify good connectors repeatedly while other processes keep the machine busy.

By default, the five good connectors of `tests/conformance` and the three of `plugins` are certified
five times each, two at the same time, next to 16 processes that only compute. The duration of each
run is printed and, if the run does not pass, what failed; the exit code is then 1. The busy
processes have this one's priority: start it with `nice` if others use the machine.
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
    Certify the connectors, and print the results.
    """
    options = _parse(arguments)
    sys.path.insert(0, str(ROOT))
    from tests.conformance.orderferry_broken.table import GOOD, name_of
    from tests.conformance.runs import install

    good = {name_of(place): (place, target) for place, target in GOOD.items()}
    names = options.names or [*good, *PLUGINS]
    with TemporaryDirectory(prefix="certify-under-load-") as folder:
        site = Path(folder) / "site"
        site.mkdir()
        for name, (place, target) in good.items():
            install(site, name, place, target)
        path = os.pathsep.join(map(str, (site, ROOT / "tests" / "conformance")))
        runs = [(name, number) for number in range(1, options.runs + 1) for name in names]
        with _busy(options.busy), ThreadPoolExecutor(options.at_once) as pool:
            certify = partial(_certify, folder=Path(folder), path=path)
            passed = list(pool.map(lambda run: certify(*run), runs))
    print(f"{sum(passed)} of {len(passed)} runs passed", flush=True)
    return 0 if all(passed) else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.certify_under_load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s [NAME ...] [options]",
    )
    parser.add_argument("names", nargs="*", help="connectors to certify (default: all eight)")
    parser.add_argument(
        "--runs", type=int, default=5, help="runs of each connector (default: %(default)s)"
    )
    parser.add_argument(
        "--busy", type=int, default=16, help="processes that only compute (default: %(default)s)"
    )
    parser.add_argument(
        "--at-once", type=int, default=2, help="runs at the same time (default: %(default)s)"
    )
    return parser.parse_args(arguments)


@contextmanager
def _busy(number: int) -> Iterator[None]:
    """
    Processes that compute while the context is open; they also end when this process ends.
    """
    code = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _certify(name: str, number: int, folder: Path, path: str) -> bool:
    """
    Certify a connector, print the duration and the load, and return whether it passed.
    """
    report = folder / f"{name}-{number}.json"
    start, load = monotonic(), os.getloadavg()[0]
    process = subprocess.run(
        [sys.executable, "-m", "orderferry", "certify", name, "--json", str(report)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, end = monotonic() - start, datetime.now(UTC)
    passed = process.returncode == 0
    result = "passed" if passed else f"exited with {process.returncode}"
    print(f"{end:%H:%M:%S} {name} {number}: {result}, {seconds:.0f} s, load {load:.0f}", flush=True)
    if not passed:
        outcomes = json.loads(report.read_bytes())["guarantees"] if report.exists() else []
        for outcome in outcomes:
            if outcome["result"] in ("failed", "not tried"):
                print(f"{outcome['result']}: {outcome['name']}: {outcome['detail']}", flush=True)
        if not outcomes:
            print(process.stdout + process.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
