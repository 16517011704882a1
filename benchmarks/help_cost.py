"""
The wall time of `orderferry --help` with a thousand installed distributions.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from _measure import medians_of_programs, report

LIMIT_MS = 200.0
ROUNDS = 21
DISTRIBUTIONS = 1000

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Dist: orderferry>=0.1\n"
ENTRY_POINTS = "[orderferry.connectors]\n{name} = {module}:Connector\n"


def install(folder: Path, count: int) -> None:
    """
    Install distributions, each with a connector's entry point, into a folder.
    """
    for number in range(count):
        name, module = f"generated-{number}", f"generated_{number}"
        info = folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(METADATA.format(name=name))
        (info / "entry_points.txt").write_text(ENTRY_POINTS.format(name=name, module=module))
        (info / "RECORD").write_text("")


def main() -> int:
    """
    Measure and report; return 1 if the limit is exceeded.
    """
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder), DISTRIBUTIONS)
        seconds = medians_of_programs(
            {"bare Python": ["-c", "pass"], "orderferry --help": ["-m", "orderferry", "--help"]},
            rounds=ROUNDS,
            environment={"PYTHONPATH": os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])},
        )
    medians = {name: value * 1000 for name, value in seconds.items()}
    return report(
        f"Help with {DISTRIBUTIONS} distributions installed, {ROUNDS} processes each",
        medians,
        unit="ms",
        limit=("orderferry --help", medians["orderferry --help"], LIMIT_MS),
    )


if __name__ == "__main__":
    sys.exit(main())
