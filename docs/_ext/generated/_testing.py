"""
What the conformance suite shows, and the faults that it makes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ._markdown import code, table

__all__ = ["faults", "guarantees"]


def guarantees(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The guarantees, as the suite names them.
    """
    from orderferry.testing import GUARANTEES

    rows = [
        (code(each.name), each.sentence, code(each.needs) if each.needs else "always")
        for each in GUARANTEES.values()
    ]
    return table(("Guarantee", "What holds", "Applies to"), rows)


def faults(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The faults of the proxy.
    """
    from orderferry.testing import Fault

    rows = [
        (code(each.name), each.sentence, "yes" if each.forwards else "no", each.way.value)
        for each in Fault
    ]
    return table(("Fault", "What happens", "Does the target get it?", "It meets a"), rows)
