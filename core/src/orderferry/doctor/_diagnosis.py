"""
Whether what is installed fits together, told also where connectors are broken.
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
    Distribution,
    Entry,
    hook_api_text,
    installed_distributions,
)
from orderferry.doctor._probe import SIMULATORS, Probed, probe
from orderferry.doctor._requirements import closure, unmet, wishes

__all__ = ["Brought", "Diagnosis", "Examined", "Extra", "diagnose"]

KINDS: Final = {
    CONNECTOR_GROUP: "connector",
    f"{GROUP_PREFIX}steps": "step",
    SIMULATORS: "simulator",
}
"""What the entry points of a group are called."""

NEEDED_FOR: Final = {
    "postgres": "databases in PostgreSQL",
    "scaffold": "orderferry new-connector",
    "testing": "orderferry certify, and a connector's own tests",
}
"""What each extra of the core is for."""

AT_ONCE: Final = 4
"""Child processes at a time."""


@frozen(kw_only=True)
class Brought:
    """
    What a distribution names.

    Attributes:
        kind: Connector, step or simulator.
        name: Its name.
        value: What the entry point names.
        probed: What came of loading it.
    """

    kind: str
    name: str
    value: str
    probed: Probed


@frozen(kw_only=True)
class Examined:
    """
    The core, or a distribution that names something for it.

    Attributes:
        name: The distribution's name.
        version: Its version; `None` where the core is not installed as a distribution.
        hook_api: The hook API that the core serves, or that its connectors declare.
        brings: What it names.
        faults: What is wrong with it, and what to do.
        notes: What is to be known of it, and is no fault.
    """

    name: str
    version: str | None
    hook_api: str | None = None
    brings: tuple[Brought, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Extra:
    """
    An extra of the core.

    Attributes:
        name: Its name.
        purpose: What it is for.
        missing: What of it is not installed, or not as it requires.
    """

    name: str
    purpose: str
    missing: tuple[str, ...]


@frozen(kw_only=True)
class Diagnosis:
    """
    What was found.

    Attributes:
        python: The version of Python.
        examined: The core, and then the others by name.
        faults: What is wrong, and belongs to none of them.
        extras: The core's extras.
    """

    python: str
    examined: tuple[Examined, ...]
    faults: tuple[str, ...]
    extras: tuple[Extra, ...]

    @property
    def sound(self) -> bool:
        """
        Whether nothing is wrong.
        """
        return not self.faults and not any(each.faults for each in self.examined)


def diagnose(load: Callable[[Entry], Probed] = probe) -> Diagnosis:
    """
    Examine the core and every distribution that names connectors, steps or simulators.

    Nothing of theirs is imported into this process: each entry point is loaded in one of its own.

    Args:
        load: Says what comes of loading an entry point; it is called from several threads.
    """
    found, unreadable = installed_distributions()
    first: dict[str, Distribution] = {}
    for each in found:
        first.setdefault(each.key, each)
    # What an interrupted upgrade left may come first, and name nothing.
    ours = {CORE, *(each.key for each in found if each.entries)}
    roots = [each for key, each in sorted(first.items()) if key in ours]
    roots.sort(key=lambda each: each.key != CORE)
    entries = [entry for root in roots for entry in root.entries if entry.group in KINDS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        probed = dict(zip(entries, pool.map(load, entries), strict=True))
    examined = [_examined(root, roots, first, found, probed) for root in roots]
    if CORE not in first:
        note = "is no installed distribution, so what it requires is not known"
        examined.insert(
            0, Examined(name=CORE, version=None, hook_api=hook_api_text(), notes=(note,))
        )
    return Diagnosis(
        python=platform.python_version(),
        examined=tuple(examined),
        faults=tuple(f"cannot be read: {each}; reinstall it" for each in unreadable),
        extras=tuple(_extras(first)),
    )


def _examined(
    root: Distribution,
    roots: Sequence[Distribution],
    first: Mapping[str, Distribution],
    found: Sequence[Distribution],
    probed: Mapping[Entry, Probed],
) -> Examined:
    brings = tuple(
        Brought(kind=KINDS[each.group], name=each.name, value=each.value, probed=probed[each])
        for each in root.entries
        if each.group in KINDS
    )
    broken = [
        f"{each.kind} {each.name} {each.probed.reason}"
        for each in brings
        if each.probed.reason is not None
    ]
    twice, elsewhere = _copies(root, found)
    wanted = closure(first, root, beyond=frozenset(each.key for each in roots))
    deprecated = [
        f"{each.kind} {each.name}: {told}" for each in brings for told in each.probed.deprecated
    ]
    apis = sorted({each.probed.hook_api for each in brings} - {None}, key=str)
    return Examined(
        name=root.name,
        version=root.version,
        hook_api=hook_api_text() if root.key == CORE else ", ".join(map(str, apis)) or None,
        brings=brings,
        faults=(
            *broken,
            *_python(root),
            *(told for each in wanted if (told := unmet(first, each)) is not None),
            *_brought_twice(root, roots),
            *twice,
        ),
        notes=(*deprecated, *_unbound(root), *_unknown_groups(root), *elsewhere),
    )


def _python(root: Distribution) -> Iterator[str]:
    """
    Whether it is meant for this Python.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    running = platform.python_version()
    try:
        fits = SpecifierSet(root.python or "").contains(running, prereleases=True)
    except InvalidSpecifier:
        return
    if not fits:
        yield f"{root.origin} requires Python {root.python}, and this is Python {running}"


def _brought_twice(root: Distribution, roots: Sequence[Distribution]) -> Iterator[str]:
    for entry in root.entries:
        others = sorted(
            other.origin
            for other in roots
            if other is not root
            for each in other.entries
            if (each.group, each.name) == (entry.group, entry.name)
        )
        if others:
            kind = KINDS.get(entry.group, entry.group)
            yield f"{kind} {entry.name} is brought by {' and '.join(others)} too; uninstall one"


def _copies(root: Distribution, found: Sequence[Distribution]) -> tuple[list[str], list[str]]:
    """
    Other metadata of the same distribution: beside it as a fault, further along the path as a note.
    """
    beside: list[str] = []
    elsewhere: list[str] = []
    for each in found:
        if each.key != root.key or each is root or each.place == root.place:
            continue
        if Path(each.place).parent == Path(root.place).parent:
            beside.append(
                f"{each.origin} is in {Path(each.place).parent} too, as {Path(each.place).name}; "
                f"remove what is left of it, and reinstall {root.name}"
            )
        else:
            elsewhere.append(f"{each.origin} at {each.place} is hidden by {root.place}")
    return beside, elsewhere


def _unbound(root: Distribution) -> Iterator[str]:
    """
    Whether pip knows with which cores it works.
    """
    needs_core = root.key != CORE and any(each.group in KINDS for each in root.entries)
    if needs_core and all(each.key != CORE for each in wishes(root)):
        yield f"does not require {CORE}, so pip puts it beside any version; its vendor has to say"


def _unknown_groups(root: Distribution) -> Iterator[str]:
    for group in sorted({each.group for each in root.entries} - set(KINDS)):
        near = get_close_matches(group, KINDS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield f"names entry points under {group}, a group that {CORE} does not know{hint}"


def _extras(first: Mapping[str, Distribution]) -> Iterator[Extra]:
    core = first.get(CORE)
    if core is None:
        return
    plain = {(each.by.key, str(each.requirement)) for each in closure(first, core)}
    for name in core.extras:
        wanted = closure(first, core, extras=[name])
        own = [each for each in wanted if (each.by.key, str(each.requirement)) not in plain]
        if own:
            missing = tuple(each.text for each in own if unmet(first, each) is not None)
            yield Extra(name=name, purpose=NEEDED_FOR.get(name, ""), missing=missing)
