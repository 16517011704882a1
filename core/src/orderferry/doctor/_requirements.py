"""
What distributions require, held against what is installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from orderferry.connectors import Distribution

__all__ = ["Wish", "closure", "unmet", "wishes"]

LOWEST: Final = (Version("0"), Version("0.0.1"))
"""Tried for bounds that have no lower end."""


@frozen
class Wish:
    """
    One requirement of an installed distribution.

    Attributes:
        by: The distribution that has it.
        requirement: What it requires.
    """

    by: Distribution
    requirement: Requirement

    @property
    def key(self) -> str:
        """
        The distribution that it is about.
        """
        return canonicalize_name(self.requirement.name)

    @property
    def text(self) -> str:
        """
        Name and bounds, as pip takes them.
        """
        extras = ",".join(sorted(self.requirement.extras))
        return f"{self.requirement.name}{f'[{extras}]' if extras else ''}{self.specifier}"

    @property
    def specifier(self) -> SpecifierSet:
        """
        The bounds.
        """
        return self.requirement.specifier

    def __str__(self) -> str:
        return f"{self.by.origin} requires {self.text}"


def wishes(distribution: Distribution, extras: Iterable[str] = ()) -> Iterator[Wish]:
    """
    What a distribution requires here: on this Python and system, with these extras.

    A field that is no requirement is passed over, as pip's own check does.
    """
    environments = [{"extra": each} for each in ("", *extras)]
    for text in distribution.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        if marker is None or any(marker.evaluate(each) for each in environments):
            yield Wish(distribution, requirement)


def closure(
    installed: Mapping[str, Distribution],
    root: Distribution,
    *,
    extras: Iterable[str] = (),
    beyond: frozenset[str] = frozenset(),
) -> tuple[Wish, ...]:
    """
    What a distribution requires, and what that requires, and so on.

    Args:
        installed: What is installed, by the key of its name.
        root: The distribution.
        extras: Extras of it.
        beyond: Distributions whose own requirements are left out.
    """
    found: dict[tuple[str, str], Wish] = {}
    todo = [(root, frozenset(extras))]
    seen = set(todo)
    while todo:
        distribution, wanted = todo.pop()
        for wish in wishes(distribution, sorted(wanted)):
            found.setdefault((distribution.key, str(wish.requirement)), wish)
            target = installed.get(wish.key)
            following = (target, frozenset(wish.requirement.extras)) if target else None
            if following is not None and wish.key not in beyond and following not in seen:
                seen.add(following)
                todo.append(following)
    return tuple(found.values())


def unmet(installed: Mapping[str, Distribution], wish: Wish) -> str | None:
    """
    Why what is installed does not meet a requirement, and what to do; `None` where it does.
    """
    target = installed.get(wish.key)
    if target is not None and _holds(wish.specifier, target.version):
        return None
    seen = "is not installed" if target is None else f"{target.origin} is installed"
    told = f"{wish}, {'which' if target is None else 'but'} {seen}"
    others = [each for each in _others(installed, wish) if each.specifier]
    told += "".join(f"; {each}" for each in others)
    excluding = [each for each in others if not _agree(wish.specifier, each.specifier)]
    if excluding:
        *names, last = sorted({wish.by.name, *(each.by.name for each in excluding)})
        return (
            f"{told}; no version of {wish.requirement.name} serves all of them: install versions "
            f"of {', '.join(names)} and {last} that agree, or keep them in environments of their "
            "own"
        )
    bounds = wish.specifier
    for each in others:
        bounds &= each.specifier
    return f"{told}; pip install '{wish.requirement.name}{bounds}'"


def _others(installed: Mapping[str, Distribution], wish: Wish) -> Iterator[Wish]:
    for distribution in installed.values():
        if distribution.key != wish.by.key:
            yield from (each for each in wishes(distribution) if each.key == wish.key)


def _holds(specifier: SpecifierSet, version: str) -> bool:
    try:
        return specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:  # nothing to compare; pip would not have installed it
        return True


def _agree(one: SpecifierSet, other: SpecifierSet) -> bool:
    """
    Whether some version is within both.

    Both are unions of intervals, so if they meet they do at an end of one, or just above one.
    """
    both = one & other
    ends = [_version(each.version) for each in both]
    tried = [*LOWEST, *(found for end in ends if end is not None for found in (end, _above(end)))]
    return any(both.contains(each, prereleases=True) for each in tried)


def _version(text: str) -> Version | None:
    try:
        return Version(text.removesuffix(".*"))
    except InvalidVersion:  # `===` with anything behind it
        return None


def _above(version: Version) -> Version:
    release = ".".join(map(str, version.release))
    return Version(f"{version.epoch}!{release}.0.0.1")
