"""
Whether the installed distributions fit together, even if connectors are broken.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from attrs import frozen

from orderferry.connectors import (
    CONNECTOR_GROUP,
    CORE,
    GROUP_PREFIX,
    HOOK_API,
    Distribution,
    Entry,
    installed_distributions,
)
from orderferry.doctor._probe import SIMULATORS, ProbeResult, probe
from orderferry.doctor._requirements import dependencies, explain_unmet, transitive_dependencies

__all__ = ["Diagnosis", "DistributionReport", "EntryPointReport", "Extra", "diagnose"]

KINDS: Final = {
    CONNECTOR_GROUP: "connector",
    f"{GROUP_PREFIX}steps": "step",
    SIMULATORS: "simulator",
}
"""What messages call the entry points of a group."""

PURPOSES: Final = {
    "postgres": "databases in PostgreSQL",
    "scaffold": "orderferry new-connector",
    "testing": "orderferry certify, and a connector's own tests",
}
"""What each extra of the core is for."""

MAX_PROCESSES: Final = 4
"""How many child processes run at a time."""

_CORE_API = ".".join(map(str, HOOK_API))
"""The version of the hooks that the core supports."""


@frozen(kw_only=True)
class EntryPointReport:
    """
    An entry point of a distribution, and whether it loads.

    Attributes:
        kind: `connector`, `step` or `simulator`.
        name: Its name.
        value: The object that it names, as `package.module:Class`.
        result: The result of loading it.
    """

    kind: str
    name: str
    value: str
    result: ProbeResult


@frozen(kw_only=True)
class DistributionReport:
    """
    The core, or a distribution that provides connectors, steps or simulators.

    Attributes:
        name: The distribution's name.
        version: Its version; `None` if the core is not installed as a distribution.
        hook_api: The hook API that the core supports, or that its connectors declare.
        entry_points: Its connectors, steps and simulators.
        faults: What is wrong with it, and what to do, a sentence each.
        notes: What is worth knowing, but not wrong, a sentence each.
    """

    name: str
    version: str | None
    hook_api: str | None = None
    entry_points: tuple[EntryPointReport, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Extra:
    """
    An extra of the core.

    Attributes:
        name: Its name.
        purpose: What it is for.
        missing: Its requirements that are not installed, or not in a required version.
    """

    name: str
    purpose: str
    missing: tuple[str, ...]


@frozen(kw_only=True)
class Diagnosis:
    """
    Reports of everything that is installed for orderferry.

    Attributes:
        python: The version of Python.
        distributions: The core, and then the other distributions by name.
        faults: Faults that belong to no readable distribution.
        extras: The core's extras.
    """

    python: str
    distributions: tuple[DistributionReport, ...]
    faults: tuple[str, ...]
    extras: tuple[Extra, ...]

    @property
    def sound(self) -> bool:
        """
        Whether nothing is wrong.
        """
        return not self.faults and not any(report.faults for report in self.distributions)


def diagnose(load: Callable[[Entry], ProbeResult] = probe) -> Diagnosis:
    """
    Examine the core and every distribution that provides connectors, steps or simulators.

    Nothing of them is imported into this process: each entry point is loaded in a child process.

    Args:
        load: Loads an entry point; called from several threads.
    """
    installed, unreadable = installed_distributions()
    first: dict[str, Distribution] = {}
    for distribution in installed:
        first.setdefault(distribution.key, distribution)
    # What an interrupted upgrade left may come first, and have no entry points.
    keys = {CORE, *(distribution.key for distribution in installed if distribution.entries)}
    roots = [distribution for key, distribution in sorted(first.items()) if key in keys]
    roots.sort(key=lambda distribution: distribution.key != CORE)
    entries = [entry for root in roots for entry in root.entries if entry.group in KINDS]
    with ThreadPoolExecutor(MAX_PROCESSES) as pool:
        results = dict(zip(entries, pool.map(load, entries), strict=True))
    reports = [_report(root, roots, first, installed, results) for root in roots]
    if CORE not in first:
        note = "is not an installed distribution, so its requirements are unknown"
        core = DistributionReport(name=CORE, version=None, hook_api=_CORE_API, notes=(note,))
        reports.insert(0, core)
    return Diagnosis(
        python=platform.python_version(),
        distributions=tuple(reports),
        faults=tuple(f"cannot be read: {reason}; reinstall it" for reason in unreadable),
        extras=tuple(_extras(first)),
    )


def _report(
    root: Distribution,
    roots: Sequence[Distribution],
    first: Mapping[str, Distribution],
    installed: Sequence[Distribution],
    results: Mapping[Entry, ProbeResult],
) -> DistributionReport:
    entry_points = tuple(
        EntryPointReport(
            kind=KINDS[entry.group], name=entry.name, value=entry.value, result=results[entry]
        )
        for entry in root.entries
        if entry.group in KINDS
    )
    broken = [
        f"{report.kind} {report.name} {report.result.reason}"
        for report in entry_points
        if report.result.reason is not None
    ]
    deprecated = [
        f"{report.kind} {report.name}: {text}"
        for report in entry_points
        for text in report.result.deprecated
    ]
    required = transitive_dependencies(first, root, beyond=frozenset(other.key for other in roots))
    unmet = [explain_unmet(first, dependency) for dependency in required]
    leftovers, shadowed = _copies(root, installed)
    apis = sorted({report.result.hook_api for report in entry_points} - {None}, key=str)
    return DistributionReport(
        name=root.name,
        version=root.version,
        hook_api=_CORE_API if root.key == CORE else ", ".join(map(str, apis)) or None,
        entry_points=entry_points,
        faults=(
            *broken,
            *_wrong_python(root),
            *(text for text in unmet if text is not None),
            *_duplicate_names(root, roots),
            *leftovers,
        ),
        notes=(*deprecated, *_missing_core_requirement(root), *_unknown_groups(root), *shadowed),
    )


def _wrong_python(root: Distribution) -> Iterator[str]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    running = platform.python_version()
    try:
        fits = SpecifierSet(root.python or "").contains(running, prereleases=True)
    except InvalidSpecifier:
        return
    if not fits:
        yield f"{root.origin} requires Python {root.python}, but this is Python {running}"


def _duplicate_names(root: Distribution, roots: Sequence[Distribution]) -> Iterator[str]:
    for entry in root.entries:
        others = sorted(
            other.origin
            for other in roots
            if other is not root
            for same in other.entries
            if (same.group, same.name) == (entry.group, entry.name)
        )
        if others:
            kind = KINDS.get(entry.group, entry.group)
            yield (
                f"{kind} {entry.name} is also provided by {' and '.join(others)}; uninstall all "
                "but one"
            )


def _copies(root: Distribution, installed: Sequence[Distribution]) -> tuple[list[str], list[str]]:
    """
    Find other metadata of the same distribution.

    Returns:
        Faults for metadata in the same folder, and notes for metadata further along the path.
    """
    leftovers: list[str] = []
    shadowed: list[str] = []
    for copy in installed:
        if copy.key != root.key or copy is root or copy.place == root.place:
            continue
        path = Path(copy.place)
        if path.parent == Path(root.place).parent:
            leftovers.append(
                f"{copy.origin} is also in {path.parent}, as {path.name}; remove it, and reinstall "
                f"{root.name}"
            )
        else:
            shadowed.append(f"{copy.origin} at {copy.place} is hidden by {root.place}")
    return leftovers, shadowed


def _missing_core_requirement(root: Distribution) -> Iterator[str]:
    needs_core = root.key != CORE and any(entry.group in KINDS for entry in root.entries)
    if needs_core and all(dependency.key != CORE for dependency in dependencies(root)):
        yield (
            f"declares no dependency on {CORE}, so pip installs it with any version; ask the "
            "vendor to add one"
        )


def _unknown_groups(root: Distribution) -> Iterator[str]:
    for group in sorted({entry.group for entry in root.entries} - set(KINDS)):
        near = get_close_matches(group, KINDS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield f"has entry points in the group {group}, which {CORE} does not know{hint}"


def _extras(first: Mapping[str, Distribution]) -> Iterator[Extra]:
    core = first.get(CORE)
    if core is None:
        return
    without = {
        (dependency.by.key, str(dependency.requirement))
        for dependency in transitive_dependencies(first, core)
    }
    for name in core.extras:
        own = [
            dependency
            for dependency in transitive_dependencies(first, core, extras=[name])
            if (dependency.by.key, str(dependency.requirement)) not in without
        ]
        if own:
            missing = tuple(
                dependency.text
                for dependency in own
                if explain_unmet(first, dependency) is not None
            )
            yield Extra(name=name, purpose=PURPOSES.get(name, ""), missing=missing)
