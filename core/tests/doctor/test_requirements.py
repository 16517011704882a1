"""
What distributions require, held against what is installed.
"""

from __future__ import annotations

import pytest

from orderferry.connectors.loading._discovery import Distribution
from orderferry.doctor._requirements import closure, unmet, wishes


def distributions(*told: tuple[str, str, tuple[str, ...]]) -> dict[str, Distribution]:
    """
    They, by key: name, version, requirements.
    """
    made = [Distribution(name=n, version=v, requires=r) for n, v, r in told]
    return {each.key: each for each in made}


def faults(installed: dict[str, Distribution], root: str) -> list[str]:
    """
    What is wrong in the closure of one.
    """
    found = [unmet(installed, wish) for wish in closure(installed, installed[root])]
    return [each for each in found if each is not None]


def test_the_whole_closure_is_looked_at_and_what_fits_is_not_told() -> None:
    """
    Through others, in a circle, whatever way a name is written.
    """
    installed = distributions(
        ("acme", "1.0", ("Mid.Lib>=1",)),
        ("mid-lib", "1.4", ("low_lib<3", "acme")),
        ("low-lib", "2.9", ()),
    )

    wanted = [str(each) for each in closure(installed, installed["acme"])]

    assert ["acme 1.0 requires Mid.Lib>=1", "mid-lib 1.4 requires low_lib<3"] == wanted[:2]
    assert [] == faults(installed, "acme")


def test_what_is_missing_is_named_with_who_requires_it() -> None:
    """
    And how to get it, within the bounds of all who ask.
    """
    installed = distributions(
        ("acme", "1.2", ("mid",)),
        ("mid", "3", ("six>=1.16",)),
        ("other", "1", ("six<2", "six")),
    )

    assert [
        (
            "mid 3 requires six>=1.16, which is not installed; other 1 requires six<2; "
            "pip install 'six<2,>=1.16'"
        )
    ] == faults(installed, "acme")


def test_a_wrong_version_is_named_with_who_else_requires_it() -> None:
    """
    Where some version serves all, pip is told which.
    """
    installed = distributions(
        ("acme", "1.2", ("urllib3<3",)),
        ("orderferry", "0.1.0", ("urllib3>=2.6.3",)),
        ("urllib3", "3.0", ()),
    )

    assert [
        (
            "acme 1.2 requires urllib3<3, but urllib3 3.0 is installed; orderferry 0.1.0 requires "
            "urllib3>=2.6.3; pip install 'urllib3<3,>=2.6.3'"
        )
    ] == faults(installed, "acme")


def test_bounds_that_exclude_each_other_are_told_as_such() -> None:
    """
    No command would help.
    """
    installed = distributions(
        ("acme", "1.2", ("urllib3<2",)),
        ("orderferry", "0.1.0", ("urllib3>=2.6.3",)),
        ("urllib3", "2.6.3", ()),
    )

    assert [
        (
            "acme 1.2 requires urllib3<2, but urllib3 2.6.3 is installed; orderferry 0.1.0 "
            "requires urllib3>=2.6.3; no version of urllib3 serves all of them: install versions "
            "of acme and orderferry that agree, or keep them in environments of their own"
        )
    ] == faults(installed, "acme")


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("<2", ">=2", False),
        ("<=2", ">=2", True),
        (">1", "<1.1", True),
        ("==1.*", ">=1.5", True),
        ("==1.*", ">=2", False),
        ("~=1.4", "<1.4", False),
        ("~=1.4", "!=1.4,<2", True),
        ("==1.5", "!=1.5", False),
        ("<3", "!=2", True),
        ("<1", "<2", True),
        (">=1!0", "<2", False),
        ("===odd", ">=1", False),
        ("<2.0b1", ">=2.0a1", True),
    ],
)
def test_whether_bounds_agree(one: str, other: str, agree: bool) -> None:
    """
    By their ends, and just above them.
    """
    installed = distributions(
        ("acme", "1", (f"low{one}",)), ("beta", "1", (f"low{other}",)), ("low", "0.dev0", ())
    )
    told = " ".join(faults(installed, "acme") + faults(installed, "beta"))

    assert agree is ("no version of low" not in told)


def test_markers_and_extras_decide_what_is_required() -> None:
    """
    On this Python and system; an extra that somebody asks for counts.
    """
    installed = distributions(
        ("acme", "1", ("old; python_version < '3'", "low[fast]>=1", "dev; extra == 'test'", "@@")),
        ("low", "1", ("speed; extra == 'fast'", "slow; extra == 'slow'")),
    )
    acme = installed["acme"]

    assert ["low[fast]>=1", "speed"] == [each.text for each in closure(installed, acme)]
    assert ["low[fast]>=1", "dev"] == [each.text for each in wishes(acme, ["test"])]
    assert "speed" in faults(installed, "acme")[0]


def test_what_lies_beyond_is_somebody_else_s() -> None:
    """
    Each root is told of its own faults only.
    """
    installed = distributions(("acme", "1", ("orderferry",)), ("orderferry", "0.1.0", ("gone",)))

    wanted = closure(installed, installed["acme"], beyond=frozenset({"orderferry"}))

    assert ["orderferry"] == [each.text for each in wanted]


def test_a_version_that_cannot_be_compared_is_left_alone() -> None:
    """
    Somebody built it by hand.
    """
    installed = distributions(("acme", "1", ("low>=1",)), ("low", "as-of-monday", ()))

    assert [] == faults(installed, "acme")
