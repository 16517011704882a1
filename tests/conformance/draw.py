"""
Which guarantees a broken connector is tested for, if not for all.
"""

from __future__ import annotations

import os
from random import Random
from secrets import token_hex
from typing import Final

from core.tests.effort import ALL
from orderferry.testing import GUARANTEES

from .orderferry_broken.table import Broken

__all__ = ["SEED", "VARIABLE", "guarantees_of"]

VARIABLE: Final = "ORDERFERRY_TESTS_SEED"
SEED: Final = os.environ.get(VARIABLE) or os.environ.get("PYTEST_XDIST_TESTRUNUID") or token_hex(4)
"""The seed of the draw; all workers of one run have the same."""

_DRAWN: Final = 3


def guarantees_of(broken: Broken, *, seed: str = SEED, whole: bool = ALL) -> tuple[str, ...]:
    """
    The guarantees that the connector must fail, and some that it must keep; empty for all.

    Args:
        broken: The connector.
        seed: The seed with which the others are drawn.
        whole: Whether it is tested for all guarantees.
    """
    if whole:
        return ()
    fails = (broken.guarantee, *broken.also)
    others = [name for name in GUARANTEES if name not in fails]
    return (*fails, *Random(f"{seed} {broken.name}").sample(others, _DRAWN))
