"""
The requirements of installed distributions, compared with what is installed.
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

__all__ = ["Dependency", "dependencies", "explain_unmet", "transitive_dependencies"]

LOWEST: Final = (Version("0"), Version("0.0.1"))
"""Versions to try for bounds without a lower end."""


@frozen
class Dependency:
    """
    One requirement of an installed distribution.

    Attributes:
        by: The distribution that has it.
        requirement: The requirement.
    """

    by: Distribution
    requirement: Requirement

    @property
    def key(self) -> str:
        """
        The normalized name of the required distribution.
        """
        return canonicalize_name(self.requirement.name)

    @property
    def text(self) -> str:
        """
        Name, extras and bounds, as pip accepts them.
        """
        extras = ",".join(sorted(self.requirement.extras))
        return f"{self.requirement.name}{f'[{extras}]' if extras else ''}{self.specifier}"

    @property
    def specifier(self) -> SpecifierSet:
        """
        The bounds of the version.
        """
        return self.requirement.specifier

    def __str__(self) -> str:
        return f"{self.by.origin} requires {self.text}"


def dependencies(distribution: Distribution, extras: Iterable[str] = ()) -> Iterator[Dependency]:
    """
    Yield what a distribution requires on this Python and system, with some extras.

    An invalid requirement is skipped, as `pip check` does.

    Args:
        distribution: The distribution.
        extras: Its extras.
    """
    environments = [{"extra": extra} for extra in ("", *extras)]
    for text in distribution.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        if marker is None or any(marker.evaluate(environment) for environment in environments):
            yield Dependency(distribution, requirement)


def transitive_dependencies(
    installed: Mapping[str, Distribution],
    root: Distribution,
    *,
    extras: Iterable[str] = (),
    beyond: frozenset[str] = frozenset(),
) -> tuple[Dependency, ...]:
    """
    Return what a distribution requires, what that requires, and so on.

    Args:
        installed: The installed distributions, by the key of their names.
        root: The distribution.
        extras: Its extras.
        beyond: Distributions whose own requirements are left out.
    """
    result: dict[tuple[str, str], Dependency] = {}
    todo = [(root, frozenset(extras))]
    seen = set(todo)
    while todo:
        distribution, chosen = todo.pop()
        for dependency in dependencies(distribution, sorted(chosen)):
            result.setdefault((distribution.key, str(dependency.requirement)), dependency)
            required = installed.get(dependency.key)
            following = (required, frozenset(dependency.requirement.extras)) if required else None
            if following is not None and dependency.key not in beyond and following not in seen:
                seen.add(following)
                todo.append(following)
    return tuple(result.values())


def explain_unmet(installed: Mapping[str, Distribution], dependency: Dependency) -> str | None:
    """
    Explain why a requirement is not met, and what to do; `None` if it is met.

    Args:
        installed: The installed distributions, by the key of their names.
        dependency: The requirement.
    """
    required = installed.get(dependency.key)
    if required is not None and _allows(dependency.specifier, required.version):
        return None
    if required is None:
        text = f"{dependency}, which is not installed"
    else:
        text = f"{dependency}, but {required.origin} is installed"
    others = [other for other in _others(installed, dependency) if other.specifier]
    text += "".join(f"; {other}" for other in others)
    conflicts = [other for other in others if not _overlap(dependency.specifier, other.specifier)]
    if conflicts:
        *names, last = sorted({dependency.by.name, *(other.by.name for other in conflicts)})
        return (
            f"{text}; no version of {dependency.requirement.name} satisfies all of them: install "
            f"versions of {', '.join(names)} and {last} that agree, or install them in separate "
            "environments"
        )
    bounds = dependency.specifier
    for other in others:
        bounds &= other.specifier
    return f"{text}; pip install '{dependency.requirement.name}{bounds}'"


def _others(installed: Mapping[str, Distribution], dependency: Dependency) -> Iterator[Dependency]:
    for distribution in installed.values():
        if distribution.key != dependency.by.key:
            for other in dependencies(distribution):
                if other.key == dependency.key:
                    yield other


def _allows(specifier: SpecifierSet, version: str) -> bool:
    try:
        return specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:  # nothing to compare; pip would not have installed it
        return True


def _overlap(bounds: SpecifierSet, other: SpecifierSet) -> bool:
    """
    Whether some version is within both.

    Both are unions of intervals, so if they overlap, they do at an end of one or just above one.
    """
    both = bounds & other
    ends = [end for bound in both if (end := _version(bound.version)) is not None]
    candidates = [*LOWEST, *(version for end in ends for version in (end, _above(end)))]
    return any(both.contains(version, prereleases=True) for version in candidates)


def _version(text: str) -> Version | None:
    try:
        return Version(text.removesuffix(".*"))
    except InvalidVersion:  # `===` with any text
        return None


def _above(version: Version) -> Version:
    release = ".".join(map(str, version.release))
    return Version(f"{version.epoch}!{release}.0.0.1")
