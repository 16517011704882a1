"""
The suite fails each connector that breaks a guarantee, by that guarantee.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from orderferry.testing import GUARANTEES

from .draw import guarantees_of
from .orderferry_broken import table
from .orderferry_broken.table import BROKEN, GOOD, Broken
from .runs import Runs

EVERY_BROKEN = pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
FOLDER = Path(table.__file__).parent


@EVERY_BROKEN
def test_the_broken_guarantee_fails(runs: Runs, broken: Broken) -> None:
    """
    A broken connector fails the guarantee that it breaks and those that the table gives a reason
    for, and no other that is tested.
    """
    run = runs.of(broken.name)
    tested = set(guarantees_of(broken) or GUARANTEES)

    assert {broken.guarantee, *broken.also} == run.with_result("failed"), run.output
    assert set(GUARANTEES) - tested == run.with_result("not tried"), run.output
    assert 1 == run.code


@EVERY_BROKEN
def test_the_message_names_the_fault(runs: Runs, broken: Broken) -> None:
    """
    The message about the failed guarantee contains the table's text.
    """
    assert broken.says in runs.of(broken.name).details[broken.guarantee]


def test_a_seed_draws_the_same_guarantees_again() -> None:
    """
    The same seed draws the same guarantees for each connector, and another seed draws others.
    """
    drawn = {
        seed: [guarantees_of(broken, seed=seed, whole=False) for broken in BROKEN]
        for seed in ("one", "two")
    }

    assert drawn["one"] == [guarantees_of(broken, seed="one", whole=False) for broken in BROKEN]
    assert drawn["one"] != drawn["two"]
    for broken, guarantees in zip(BROKEN, drawn["one"], strict=True):
        fails = (broken.guarantee, *broken.also)
        assert fails == guarantees[: len(fails)]
        assert len(fails) + 3 == len(set(guarantees))
    assert {()} == {guarantees_of(broken, whole=True) for broken in BROKEN}


def test_each_guarantee_is_broken() -> None:
    """
    Each guarantee fails for at least one broken connector, so no test of the suite always passes.

    `slow` fails only along with others: a connector that is only slow would also be found on a
    busy machine.
    """
    failed = {name for broken in BROKEN for name in (broken.guarantee, *broken.also)}

    assert set(GUARANTEES) == failed


def test_the_table_has_every_connector() -> None:
    """
    The table lists each class of the package that extends a good connector.
    """
    good = {place.partition(":")[2] for place in GOOD}
    classes = {
        f"{path.stem}:{node.name}"
        for path in FOLDER.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in good for base in node.bases)
    }

    assert classes - set(GOOD) == {broken.place for broken in BROKEN}
    assert len(BROKEN) == len({broken.name for broken in BROKEN})


def test_the_table_is_in_the_order_of_the_guarantees() -> None:
    """
    The table is sorted by the suite's guarantees, and names no unknown guarantee.
    """
    order = list(GUARANTEES)

    assert sorted(BROKEN, key=lambda broken: order.index(broken.guarantee)) == list(BROKEN)
    assert set() == {name for broken in BROKEN for name in broken.also} - set(order)


def test_each_fault_is_one_sentence() -> None:
    """
    Each fault fits a cell of the documentation's table: one paragraph that ends with a full stop.
    """
    faults = [broken.fault for broken in BROKEN]

    assert [] == [fault for fault in faults if not fault.endswith(".") or "\n\n" in fault]
