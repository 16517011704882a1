"""
Which guarantees a connector is tried by, where it is not tried by all.
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
"""What the guarantees are drawn by; the workers of one run have one."""

_DRAWN: Final = 3


def guarantees_of(broken: Broken, *, seed: str = SEED, whole: bool = ALL) -> tuple[str, ...]:
    """
    Those that the connector must fail, and some that it must keep; none where it is tried by all.

    Args:
        broken: The connector.
        seed: What the others are drawn by.
        whole: Whether it is tried by all.
    """
    if whole:
        return ()
    fails = (broken.guarantee, *broken.also)
    others = [name for name in GUARANTEES if name not in fails]
    return (*fails, *Random(f"{seed} {broken.name}").sample(others, _DRAWN))
