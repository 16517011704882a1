"""
What the conformance suite shows, and the faults that it makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ._markdown import code, table

__all__ = ["broken", "faults", "guarantees"]


def broken(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The connectors that each break a guarantee, as the suite's own tests have them.
    """
    from tests.conformance.orderferry_broken.table import BROKEN

    rows = [
        (
            each.fault,
            code(each.guarantee),
            code(each.says),
            "; ".join(_reasons(each.also)),
        )
        for each in BROKEN
    ]
    return table(("The connector", "Fails by", "The suite says", "Fails too"), rows)


def _reasons(also: Mapping[str, str]) -> Iterator[str]:
    """
    Guarantees with one reason stand together.
    """
    for reason in dict.fromkeys(also.values()):
        names = ", ".join(code(name) for name, each in also.items() if each == reason)
        yield f"{names}: {reason}"


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
