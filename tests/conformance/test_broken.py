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

EACH = pytest.mark.parametrize("broken", BROKEN, ids=lambda each: each.name)
FOLDER = Path(table.__file__).parent


@EACH
def test_it_fails_by_the_right_test(runs: Runs, broken: Broken) -> None:
    """
    By the guarantee that it breaks, and by no other of those that were tried but those that the
    table gives a reason for.
    """
    run = runs.of(broken.name)
    tried = set(guarantees_of(broken) or GUARANTEES)

    assert {broken.guarantee, *broken.also} == run.with_result("failed"), run.output
    assert set(GUARANTEES) - tried == run.with_result("not tried"), run.output
    assert 1 == run.code


@EACH
def test_it_is_told_what_is_wrong(runs: Runs, broken: Broken) -> None:
    """
    In words that its vendor understands.
    """
    assert broken.says in runs.of(broken.name).details[broken.guarantee]


def test_what_is_drawn_can_be_drawn_again() -> None:
    """
    One seed draws the same guarantees, each connector its own, and another seed others.
    """
    drawn = {
        seed: [guarantees_of(each, seed=seed, whole=False) for each in BROKEN]
        for seed in ("one", "two")
    }

    assert drawn["one"] == [guarantees_of(each, seed="one", whole=False) for each in BROKEN]
    assert drawn["one"] != drawn["two"]
    for broken, guarantees in zip(BROKEN, drawn["one"], strict=True):
        fails = (broken.guarantee, *broken.also)
        assert fails == guarantees[: len(fails)]
        assert len(fails) + 3 == len(set(guarantees))
    assert {()} == {guarantees_of(each, whole=True) for each in BROKEN}


def test_each_guarantee_is_broken() -> None:
    """
    So no test of the suite is one that nothing fails. `slow` is only among those that fail too:
    what fails by slowness alone would fail anywhere on a busy machine.
    """
    failed = {name for each in BROKEN for name in (each.guarantee, *each.also)}

    assert set(GUARANTEES) == failed


def test_the_table_has_every_connector() -> None:
    """
    Each class of the package that extends one that is good.
    """
    good = {place.partition(":")[2] for place in GOOD}
    written = {
        f"{path.stem}:{node.name}"
        for path in FOLDER.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in good for base in node.bases)
    }

    assert written - set(GOOD) == {each.place for each in BROKEN}
    assert len(BROKEN) == len({each.name for each in BROKEN})


def test_the_table_is_in_the_order_of_the_guarantees() -> None:
    """
    And names no other.
    """
    order = list(GUARANTEES)

    assert sorted(BROKEN, key=lambda each: order.index(each.guarantee)) == list(BROKEN)
    assert set() == {name for each in BROKEN for name in each.also} - set(order)


def test_each_fault_is_one_sentence() -> None:
    """
    As the documentation shows it.
    """
    faults = [each.fault for each in BROKEN]

    assert [] == [each for each in faults if not each.endswith(".") or "\n\n" in each]
