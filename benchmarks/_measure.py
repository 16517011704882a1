"""
Medians of programs, and a table of medians with one limit.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

__all__ = ["cpu_of_programs", "medians_of_programs", "report"]


def medians_of_programs(
    programs: Mapping[str, Sequence[str]],
    *,
    rounds: int,
    environment: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """
    Run Python programs in turn for several rounds, and return the median wall time of each.

    Args:
        programs: The interpreter's arguments, by name.
        rounds: The number of rounds, after one that is not counted.
        environment: Variables in addition to the current ones.

    Returns:
        Seconds by name.
    """
    variables = {**os.environ, **(environment or {})}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, arguments in programs.items():
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, *arguments], env=variables, stdout=subprocess.DEVNULL, check=True
            )
            if number:
                times[name].append(time.perf_counter() - start)
    return {name: median(seconds) for name, seconds in times.items()}


def cpu_of_programs(
    programs: Mapping[str, Sequence[str]],
    *,
    rounds: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """
    Run Python programs in turn for several rounds, and return the median processor time of each.

    It is the user and system time of the whole process. Other processes influence it less than the
    wall time.

    Args:
        programs: The interpreter's arguments, by name.
        rounds: The number of rounds, after one that compiles the modules and is not counted.
        folder: The folder in which the programs are run.
        environment: Variables in addition to the current ones.

    Returns:
        Seconds by name.
    """
    variables = {**os.environ, **(environment or {})}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    times: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, arguments in programs.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, *arguments],
                cwd=folder,
                env=variables,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if number:
                user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
                times[name].append(user + system)
    return {name: median(seconds) for name, seconds in times.items()}


def report(
    title: str,
    medians: Mapping[str, float],
    *,
    unit: str,
    limit: tuple[str, float, float],
) -> int:
    """
    Print the medians, compared with the first one, and whether the limit is met.

    Args:
        title: What was measured.
        medians: The values by name, in the unit; the others are compared with the first one.
        unit: The unit, such as `ms`.
        limit: The name of the limited value, the value and the limit, in the unit, or without one
            if the name ends with `(ratio)`.

    Returns:
        The exit code: 0 if the limit is met, else 1.
    """
    first = next(iter(medians.values()))
    width = max(map(len, medians))
    print(title)
    print(f"  {'':{width}}  {'median ' + unit:>12}  {'difference':>10}  {'ratio':>6}")
    for name, value in medians.items():
        print(f"  {name:{width}}  {value:12.2f}  {value - first:10.2f}  {value / first:6.2f}")
    subject, value, maximum = limit
    is_met = value < maximum
    suffix = "" if subject.endswith("(ratio)") else f" {unit}"
    result = "ok" if is_met else "EXCEEDED"
    print(f"  {subject}: {value:.2f}{suffix}, limit {maximum:g}{suffix}: {result}")
    return 0 if is_met else 1
