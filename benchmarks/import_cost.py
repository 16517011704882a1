"""
The wall time of `import orderferry` in a new process, compared with bare Python.
"""

from __future__ import annotations

import sys

from _measure import medians_of_programs, report

LIMIT_MS = 60.0
ROUNDS = 21

PROGRAMS = {
    "bare Python": ["-c", "pass"],
    "import orderferry": ["-c", "import orderferry"],
    "from orderferry import Connector, hookimpl": [
        "-c",
        "from orderferry import Connector, hookimpl",
    ],
}


def main() -> int:
    """
    Measure and report; return 1 if the limit is exceeded.
    """
    seconds = medians_of_programs(PROGRAMS, rounds=ROUNDS)
    medians = {name: value * 1000 for name, value in seconds.items()}
    over = medians["import orderferry"] - medians["bare Python"]
    return report(
        f"Import, {ROUNDS} processes each",
        medians,
        unit="ms",
        limit=("import orderferry over bare Python", over, LIMIT_MS),
    )


if __name__ == "__main__":
    sys.exit(main())
