"""
The guarantees of the conformance suite, its faults, and the broken connectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ._markdown import code, table

__all__ = ["broken", "faults", "guarantees"]


def broken(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of the broken connectors of the suite's own tests.
    """
    from tests.conformance.orderferry_broken.table import BROKEN

    rows = [
        (
            connector.fault,
            code(connector.guarantee),
            code(connector.says),
            "; ".join(_reasons(connector.also)),
        )
        for connector in BROKEN
    ]
    return table(("Fault", "Failed guarantee", "Text in the message", "Consequences"), rows)


def _reasons(also: Mapping[str, str]) -> Iterator[str]:
    """
    Join the guarantees that have the same reason.
    """
    for reason in dict.fromkeys(also.values()):
        names = ", ".join(code(name) for name, cause in also.items() if cause == reason)
        yield f"{names}: {reason}"


def guarantees(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of the guarantees.
    """
    from orderferry.testing import GUARANTEES

    rows = [
        (code(g.name), g.sentence, code(g.needs) if g.needs else "every connector")
        for g in GUARANTEES.values()
    ]
    return table(("Guarantee", "Meaning", "Applies to"), rows)


def faults(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of the proxy's faults.
    """
    from orderferry.testing import Fault

    rows = [
        (code(fault.name), fault.sentence, "yes" if fault.forwards else "no", fault.way.value)
        for fault in Fault
    ]
    return table(("Fault", "Effect", "Forwarded to the target", "Applies to"), rows)
