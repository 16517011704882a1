"""
Trials that are made again where time ran out, so that they show the connector and not the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import pytest

from orderferry.testing._bench import Bench
from orderferry.testing._voyage import sent

__all__ = ["NOT_TRIED", "measure", "unhurried"]

T = TypeVar("T")

NOT_TRIED: Final = "could not be tried: "
"""How the message begins when nothing is shown, for or against."""

FACTORS: Final = (2.0, 4.0)
"""How many times as much time as usual is given, one further try after the other."""

_MEASURES: Final = (1.0, 4.0, 16.0)
_FRUITLESS: Final = 2


def unhurried(bench: Bench, make: Callable[[], T], wants: Callable[[T], bool] | None = None) -> T:
    """
    Try something; where the connector was short of time, try it again with more.

    Between two tries an undisturbed export is made, which shows how fast the machine is now. A
    connector that is short of time over and over, where an undisturbed export is not, is slow by
    itself, and is judged by that; it is not tried more than once from then on.

    Args:
        bench: Where the target is.
        make: Tries it, with the time that the bench's pace gives.
        wants: Whether something is wrong with what came of it, so that more time may matter; by
            default it may always.
    """
    made, again = _tried(bench, make, wants, 1.0)
    for factor in FACTORS if bench.fruitless < _FRUITLESS else ():
        if not again:
            break
        measure(bench)
        made, again = _tried(bench, make, wants, factor)
    if again:
        bench.fruitless += 1
    return made


def _tried(
    bench: Bench, make: Callable[[], T], wants: Callable[[T], bool] | None, factor: float
) -> tuple[T, bool]:
    """
    What came of it, and whether it should be tried again.
    """
    before = bench.hurried
    with bench.pace.with_more(factor):
        made = make()
    return made, bench.hurried > before and (wants is None or wants(made))


def measure(bench: Bench) -> None:
    """
    Make an undisturbed export, so that the bench's pace is that of this moment.

    Raises:
        pytest.fail.Exception: Not even that ends within its time.
    """
    for factor in _MEASURES:
        before = bench.hurried
        with bench.pace.with_more(factor):
            sent(bench)
        if bench.hurried == before:
            return
    seconds = bench.pace.attempt_seconds * _MEASURES[-1]
    pytest.fail(
        f"{NOT_TRIED}nothing was in its way, and an export did not end well within "
        f"{seconds:.0f} s; this machine is too slow, or the connector always uses all its time",
        pytrace=False,
    )
