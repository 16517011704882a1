"""
What the benchmarks share: medians, and a table of them with one bound.
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
    Run Python programs in turn, a round after another, and give each one's median wall time.

    Args:
        programs: The interpreter's arguments, by name.
        rounds: How often each is run; one more round comes first, and is not counted.
        environment: Variables beside the present ones.

    Returns:
        Seconds by name.
    """
    variables = {**os.environ, **(environment or {})}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, arguments in programs.items():
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, *arguments], env=variables, stdout=subprocess.DEVNULL, check=True
            )
            if number:
                times[name].append(time.perf_counter() - began)
    return {name: median(found) for name, found in times.items()}


def cpu_of_programs(
    programs: Mapping[str, Sequence[str]],
    *,
    rounds: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """
    Run Python programs in turn, a round after another, and give each one's median processor time.

    It is that of the whole process, user and system: other processes change it less than the wall
    time.

    Args:
        programs: The interpreter's arguments, by name.
        rounds: How often each is run; one more round comes first, which also compiles all modules,
            and is not counted.
        folder: Where they are run.
        environment: Variables beside the present ones.

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
    return {name: median(found) for name, found in times.items()}


def report(
    title: str,
    medians: Mapping[str, float],
    *,
    unit: str,
    bound: tuple[str, float, float],
) -> int:
    """
    Print the medians beside the first of them, and whether the bound is kept.

    Args:
        title: What was measured.
        medians: The figures by name, in the unit; the first is what the others are held against.
        unit: Such as `ms`.
        bound: What is bounded, its figure and its limit; they have the unit, unless what is bounded
            ends with `(ratio)`.

    Returns:
        The exit code: 0 where the bound is kept, else 1.
    """
    first = next(iter(medians.values()))
    width = max(map(len, medians))
    print(title)
    print(f"  {'':{width}}  {'median ' + unit:>12}  {'difference':>10}  {'ratio':>6}")
    for name, value in medians.items():
        print(f"  {name:{width}}  {value:12.2f}  {value - first:10.2f}  {value / first:6.2f}")
    what, figure, limit = bound
    kept = figure < limit
    shown = "" if what.endswith("(ratio)") else f" {unit}"
    print(f"  {what}: {figure:.2f}{shown}, bound {limit:g}{shown}: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1
