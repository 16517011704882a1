"""
Finds installed connectors by the metadata of distributions; none is imported.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from orderferry.errors import DuplicateNameError, NotInstalledError

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint, IDistribution

__all__ = [
    "CONNECTOR_GROUP",
    "CORE",
    "GROUP_PREFIX",
    "Catalogue",
    "Distribution",
    "Entry",
    "installed_distributions",
]

GROUP_PREFIX: Final = "orderferry."
CONNECTOR_GROUP: Final = "orderferry.connectors"
CORE: Final = "orderferry"


@frozen(eq=False)
class Entry:
    """
    An entry point of an installed distribution.

    Attributes:
        group: The group of entry points.
        name: The connector's name.
        value: The object that it names, as `package.module:Class`.
        distribution: The distribution's name.
        version: The distribution's version.
    """

    group: str
    name: str
    value: str
    distribution: str
    version: str
    _point: EntryPoint = field(repr=False)
    _metadata: IDistribution = field(repr=False)

    @property
    def requirements(self) -> tuple[str, ...]:
        """
        The `Requires-Dist` fields of the distribution.
        """
        return tuple(self._metadata.requires or ())

    @property
    def origin(self) -> str:
        """
        The distribution and its version, for messages.
        """
        return f"{self.distribution} {self.version}"

    def load(self) -> Any:  # noqa: ANN401 - an entry point may name any object
        """
        Import the object that it names. What its module raises passes through.
        """
        return self._point.load()

    def missing_part(self, error: BaseException) -> str | None:
        """
        Say which module or attribute is missing, if that is why it cannot be loaded.

        Args:
            error: What loading it raised.
        """
        module, attribute = self._point.module, self._point.attr
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            return f"there is no module {error.name}"
        loaded = sys.modules.get(module)
        if not isinstance(error, AttributeError) or loaded is None or error.obj is not loaded:
            return None
        return f"{module} has no {attribute}"


class Catalogue:
    """
    The installed entry points of one group.

    Args:
        entries: The entries, in the order of `sys.path`.
        core_version: The version of orderferry that runs, if it is an installed distribution.
        unreadable: Distributions whose metadata cannot be read, each with the reason.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        core_version: str | None = None,
        unreadable: Sequence[str] = (),
    ) -> None:
        self._entries = tuple(entries)
        self.core_version = core_version
        self.unreadable = tuple(unreadable)

    @classmethod
    def installed(cls, group: str = CONNECTOR_GROUP) -> Catalogue:
        """
        Read the entry points of the installed distributions, once per process.

        Args:
            group: The group of entry points.
        """
        scans = [_scan(folder) for folder in dict.fromkeys(sys.path)]
        entries: dict[tuple[str, str], Entry] = {}
        for scan in scans:
            for entry in scan.entries:
                if entry.group == group:
                    key = (_normalize(entry.distribution), entry.name)
                    entries.setdefault(key, entry)
        versions = (scan.core_version for scan in scans if scan.core_version is not None)
        unreadable = [reason for scan in scans for reason in scan.unreadable]
        return cls(tuple(entries.values()), next(versions, None), unreadable)

    @staticmethod
    def forget(folder: str | None = None) -> None:
        """
        Read the metadata again when it is next needed: something was installed or removed.

        Args:
            folder: The folder of `sys.path` that changed; by default all.
        """
        if folder is None:
            _scans.clear()
        else:
            _scans.pop(folder, None)

    @property
    def names(self) -> tuple[str, ...]:
        """
        The names, sorted; a name that two distributions provide is listed once.
        """
        return tuple(sorted({entry.name for entry in self._entries}))

    def find(self, name: str) -> Entry:
        """
        Find the only entry of a name.

        Raises:
            NotInstalledError: No distribution provides the name.
            DuplicateNameError: Several distributions provide it.
        """
        entries = [entry for entry in self._entries if entry.name == name]
        if not entries:
            raise NotInstalledError(
                f"no installed distribution provides {name!r}; {self._remedy(name)}", connector=name
            )
        if len(entries) > 1:
            origins = " and ".join(sorted(entry.origin for entry in entries))
            raise DuplicateNameError(
                f"{origins} both provide {name!r}; uninstall one of them",
                connector=name,
                distribution=", ".join(sorted(entry.distribution for entry in entries)),
            )
        return entries[0]

    def find_in(self, name: str, distribution: str) -> Entry:
        """
        Find the entry of a name that one distribution provides, also if others provide it too.

        Raises:
            NotInstalledError: The distribution does not provide it.
        """
        for entry in self._entries:
            if entry.name == name and entry.distribution == distribution:
                return entry
        raise NotInstalledError(f"{distribution} does not provide {name!r}", connector=name)

    def _remedy(self, name: str) -> str:
        near = get_close_matches(name, self.names, 3)
        if near:
            remedy = f"did you mean {' or '.join(near)}?"
        else:
            remedy = f"installed connectors: {', '.join(self.names) or 'none'}"
        broken = "; ".join(self.unreadable)
        return f"{remedy} (unreadable: {broken})" if broken else remedy


@frozen(kw_only=True)
class Distribution:
    """
    An installed distribution and its requirements.

    Attributes:
        name: Its name.
        version: Its version.
        requires: Its `Requires-Dist` fields.
        python: Its `Requires-Python` field, or `None` if it has none.
        extras: Its `Provides-Extra` fields.
        entries: Its entry points in the groups of orderferry.
        place: The path of its metadata.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    python: str | None = None
    extras: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    place: str = ""

    @property
    def key(self) -> str:
        """
        Its normalized name, for comparisons.
        """
        return _normalize(self.name)

    @property
    def origin(self) -> str:
        """
        Its name and version, for messages.
        """
        return f"{self.name} {self.version}"


def installed_distributions() -> tuple[tuple[Distribution, ...], tuple[str, ...]]:
    """
    Read the metadata of every installed distribution, without the cache.

    Returns:
        The distributions, in the order of `sys.path` (of two with one name, Python imports the
        first), and a sentence for each one with entry points of orderferry that cannot be read.
    """
    from importlib_metadata import distributions

    readable: list[Distribution] = []
    unreadable: list[str] = []
    for distribution in distributions(path=list(sys.path)):
        try:
            readable.append(_read(distribution))
        except Exception as error:  # noqa: BLE001 - a broken file breaks the parser in any way
            if _has_our_groups(distribution):
                unreadable.append(f"{_place(distribution)}: {type(error).__name__}: {error}")
    return tuple(readable), tuple(unreadable)


def _read(distribution: IDistribution) -> Distribution:
    metadata = distribution.metadata
    version = metadata["Version"]
    if not metadata["Name"] or not version:
        raise ValueError("its METADATA has no Name or no Version")
    python = metadata.get_all("Requires-Python", [])
    return Distribution(
        name=metadata["Name"],
        version=version,
        requires=tuple(distribution.requires or ()),
        python=str(python[0]) if python else None,
        extras=tuple(map(str, metadata.get_all("Provides-Extra", []))),
        entries=tuple(_entries(distribution)),
        place=_place(distribution),
    )


def _has_our_groups(distribution: IDistribution) -> bool:
    try:
        return GROUP_PREFIX in (distribution.read_text("entry_points.txt") or "")
    except ValueError:  # not even text
        return True


@frozen
class _Scan:
    """
    The entry points of orderferry in one folder of the import path.
    """

    entries: tuple[Entry, ...]
    unreadable: tuple[str, ...]
    core_version: str | None


_scans: Final[dict[str, _Scan]] = {}
"""The cache, by folder."""


def _scan(folder: str) -> _Scan:
    """
    Read the entry points in a folder, once per process.

    `importlib_metadata.entry_points` parses every group of every distribution, and fails for all
    if one cannot be read; here a file is parsed only if it has a group of orderferry.
    """
    cached = _scans.get(folder)
    if cached is not None:
        return cached

    from importlib_metadata import distributions

    entries: list[Entry] = []
    unreadable: list[str] = []
    for distribution in distributions(path=[folder]):
        try:
            entries += list(_entries(distribution))
        except Exception as error:  # noqa: BLE001 - a broken file breaks the parser in any way
            unreadable.append(f"{_place(distribution)}: {type(error).__name__}: {error}")
    cores = (core.version for core in distributions(name=CORE, path=[folder]))
    scan = _scans[folder] = _Scan(tuple(entries), tuple(unreadable), next(cores, None))
    return scan


def _entries(distribution: IDistribution) -> Iterator[Entry]:
    text = distribution.read_text("entry_points.txt")
    if text is None or GROUP_PREFIX not in text:
        return
    metadata = distribution.metadata  # parsed again by each access
    for point in distribution.entry_points:
        if point.group.startswith(GROUP_PREFIX):
            yield Entry(
                group=point.group,
                name=point.name,
                value=point.value,
                distribution=metadata["Name"],
                version=metadata["Version"],
                point=point,
                metadata=distribution,
            )


def _place(distribution: IDistribution) -> str:
    return str(getattr(distribution, "_path", distribution))


def _normalize(name: str) -> str:
    """
    Normalize a distribution's name as the packaging specification does (name normalization).
    """
    return re.sub(r"[-_.]+", "-", name).lower()
