"""
Tests of `orderferry.doctor._requirements`.
"""

from __future__ import annotations

import pytest

from orderferry.connectors.loading._discovery import Distribution
from orderferry.doctor._requirements import dependencies, explain_unmet, transitive_dependencies


def install(*metadata: tuple[str, str, tuple[str, ...]]) -> dict[str, Distribution]:
    """
    Make distributions of names, versions and requirements; return them by key.
    """
    installed = [Distribution(name=n, version=v, requires=r) for n, v, r in metadata]
    return {distribution.key: distribution for distribution in installed}


def faults(installed: dict[str, Distribution], root: str) -> list[str]:
    """
    Explain each unmet requirement of a distribution and of what it requires.
    """
    explanations = [
        explain_unmet(installed, wish)
        for wish in transitive_dependencies(installed, installed[root])
    ]
    return [explanation for explanation in explanations if explanation is not None]


def test_requirements_are_followed_and_have_no_fault_where_they_are_met() -> None:
    """
    Requirements are followed through other distributions, in a circle, and in any spelling of a
    name.
    """
    installed = install(
        ("acme", "1.0", ("Mid.Lib>=1",)),
        ("mid-lib", "1.4", ("low_lib<3", "acme")),
        ("low-lib", "2.9", ()),
    )

    required = [
        str(requirement) for requirement in transitive_dependencies(installed, installed["acme"])
    ]

    assert ["acme 1.0 requires Mid.Lib>=1", "mid-lib 1.4 requires low_lib<3"] == required[:2]
    assert [] == faults(installed, "acme")


def test_a_missing_requirement_is_reported_with_all_that_require_it() -> None:
    """
    The message has a command that installs it within the bounds of all distributions.
    """
    installed = install(
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


def test_a_wrong_version_is_reported_with_all_that_require_it() -> None:
    """
    The message has a command that installs a version that satisfies all distributions.
    """
    installed = install(
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


def test_bounds_that_exclude_each_other_have_no_command() -> None:
    """
    The message states that no version satisfies all, and has no command to install one.
    """
    installed = install(
        ("acme", "1.2", ("urllib3<2",)),
        ("orderferry", "0.1.0", ("urllib3>=2.6.3",)),
        ("urllib3", "2.6.3", ()),
    )

    assert [
        (
            "acme 1.2 requires urllib3<2, but urllib3 2.6.3 is installed; orderferry 0.1.0 "
            "requires urllib3>=2.6.3; no version of urllib3 satisfies all of them: install "
            "versions of acme and orderferry that agree, or install them in separate environments"
        )
    ] == faults(installed, "acme")


@pytest.mark.parametrize(
    ("bound", "other", "agree"),
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
def test_whether_bounds_agree(bound: str, other: str, agree: bool) -> None:
    """
    Bounds agree if some version is within both.
    """
    installed = install(
        ("acme", "1", (f"low{bound}",)), ("beta", "1", (f"low{other}",)), ("low", "0.dev0", ())
    )
    text = " ".join(faults(installed, "acme") + faults(installed, "beta"))

    assert agree is ("no version of low" not in text)


def test_markers_and_extras_decide_what_is_required() -> None:
    """
    A requirement counts if its marker is true on this Python and system, or with a chosen extra.
    """
    installed = install(
        ("acme", "1", ("old; python_version < '3'", "low[fast]>=1", "dev; extra == 'test'", "@@")),
        ("low", "1", ("speed; extra == 'fast'", "slow; extra == 'slow'")),
    )
    acme = installed["acme"]

    assert ["low[fast]>=1", "speed"] == [
        requirement.text for requirement in transitive_dependencies(installed, acme)
    ]
    assert ["low[fast]>=1", "dev"] == [
        requirement.text for requirement in dependencies(acme, ["test"])
    ]
    assert "speed" in faults(installed, "acme")[0]


def test_requirements_of_other_roots_are_left_out() -> None:
    """
    The requirements of a distribution in `beyond` are not followed.
    """
    installed = install(("acme", "1", ("orderferry",)), ("orderferry", "0.1.0", ("gone",)))

    required = transitive_dependencies(
        installed, installed["acme"], beyond=frozenset({"orderferry"})
    )

    assert ["orderferry"] == [requirement.text for requirement in required]


def test_a_version_that_cannot_be_compared_is_no_fault() -> None:
    """
    An installed version that is no valid version meets every requirement.
    """
    installed = install(("acme", "1", ("low>=1",)), ("low", "as-of-monday", ()))

    assert [] == faults(installed, "acme")
