"""
Which connectors are installed, from the metadata of distributions; nothing is imported for it.
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
        value: What it names, as `package.module:Class`.
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
        Its `Requires-Dist` fields.
        """
        return tuple(self._metadata.requires or ())

    @property
    def origin(self) -> str:
        """
        Distribution and version, for messages.
        """
        return f"{self.distribution} {self.version}"

    def load(self) -> Any:  # noqa: ANN401 - it names whatever its author wants
        """
        Import what it names. Whatever its module raises passes through.
        """
        return self._point.load()

    def lacks(self, error: BaseException) -> str | None:
        """
        What it names and is not there, where that is why it cannot be loaded.

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
        core_version: The version of orderferry that runs, where it is an installed distribution.
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
        What is installed. The metadata is read once per process.

        Args:
            group: The group of entry points.
        """
        scans = [_scanned(folder) for folder in dict.fromkeys(sys.path)]
        entries: dict[tuple[str, str], Entry] = {}
        for scan in scans:
            for entry in scan.entries:
                if entry.group == group:
                    same = (_normalized(entry.distribution), entry.name)
                    entries.setdefault(same, entry)
        versions = (scan.core_version for scan in scans if scan.core_version is not None)
        unreadable = [reason for scan in scans for reason in scan.unreadable]
        return cls(tuple(entries.values()), next(versions, None), unreadable)

    @staticmethod
    def forget(folder: str | None = None) -> None:
        """
        Read the metadata afresh when it is next asked for: something was installed or removed.

        Args:
            folder: The folder of `sys.path` where that was; by default any.
        """
        if folder is None:
            _scans.clear()
        else:
            _scans.pop(folder, None)

    @property
    def names(self) -> tuple[str, ...]:
        """
        The names, sorted; one that two distributions bring stands there once.
        """
        return tuple(sorted({entry.name for entry in self._entries}))

    def find(self, name: str) -> Entry:
        """
        The one entry of a name.

        Raises:
            NotInstalledError: There is none.
            DuplicateNameError: There are several.
        """
        found = [entry for entry in self._entries if entry.name == name]
        if not found:
            raise NotInstalledError(
                f"no installed distribution brings {name!r}; {self._remedy(name)}", connector=name
            )
        if len(found) > 1:
            origins = " and ".join(sorted(entry.origin for entry in found))
            raise DuplicateNameError(
                f"{origins} both bring {name!r}; uninstall one of them",
                connector=name,
                distribution=", ".join(sorted(entry.distribution for entry in found)),
            )
        return found[0]

    def of(self, name: str, distribution: str) -> Entry:
        """
        The entry of a name that one distribution brings, whoever else brings it.

        Raises:
            NotInstalledError: It does not.
        """
        for entry in self._entries:
            if entry.name == name and entry.distribution == distribution:
                return entry
        raise NotInstalledError(f"{distribution} does not bring {name!r}", connector=name)

    def _remedy(self, name: str) -> str:
        near = get_close_matches(name, self.names, 3)
        if near:
            remedy = f"did you mean {' or '.join(near)}?"
        else:
            remedy = f"installed are: {', '.join(self.names) or 'none'}"
        broken = "; ".join(self.unreadable)
        return f"{remedy} (not readable: {broken})" if broken else remedy


@frozen(kw_only=True)
class Distribution:
    """
    Whatever is installed, with what it asks of others.

    Attributes:
        name: Its name.
        version: Its version.
        requires: Its `Requires-Dist` fields.
        python: Its `Requires-Python` field, or `None` where it has none.
        extras: Its `Provides-Extra` fields.
        entries: Its entry points in groups of ours.
        place: Where its metadata is.
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
        Its name as names are compared.
        """
        return _normalized(self.name)

    @property
    def origin(self) -> str:
        """
        Name and version, for messages.
        """
        return f"{self.name} {self.version}"


def installed_distributions() -> tuple[tuple[Distribution, ...], tuple[str, ...]]:
    """
    Every distribution, read afresh, and those of ours that cannot be read, each with the reason.

    They are in the order of `sys.path`: of two with one name, Python imports the first.
    """
    from importlib_metadata import distributions

    found: list[Distribution] = []
    unreadable: list[str] = []
    for distribution in distributions(path=list(sys.path)):
        try:
            found.append(_read(distribution))
        except Exception as error:  # noqa: BLE001 - a broken file breaks the parser in any way
            if _is_of_ours(distribution):
                unreadable.append(f"{_place(distribution)}: {type(error).__name__}: {error}")
    return tuple(found), tuple(unreadable)


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


def _is_of_ours(distribution: IDistribution) -> bool:
    try:
        return GROUP_PREFIX in (distribution.read_text("entry_points.txt") or "")
    except ValueError:  # not even text
        return True


@frozen
class _Scan:
    """
    Our groups in one folder of the import path.
    """

    entries: tuple[Entry, ...]
    unreadable: tuple[str, ...]
    core_version: str | None


_scans: Final[dict[str, _Scan]] = {}
"""What was read, by folder."""


def _scanned(folder: str) -> _Scan:
    """
    What is in a folder, read once.

    `importlib_metadata.entry_points` parses every group of every distribution, and fails for all
    where one cannot be read; here a file is parsed only where it names a group of ours.
    """
    found = _scans.get(folder)
    if found is not None:
        return found

    from importlib_metadata import distributions

    entries: list[Entry] = []
    unreadable: list[str] = []
    for distribution in distributions(path=[folder]):
        try:
            entries += list(_entries(distribution))
        except Exception as error:  # noqa: BLE001 - a broken file breaks the parser in any way
            unreadable.append(f"{_place(distribution)}: {type(error).__name__}: {error}")
    cores = (each.version for each in distributions(name=CORE, path=[folder]))
    found = _scans[folder] = _Scan(tuple(entries), tuple(unreadable), next(cores, None))
    return found


def _entries(distribution: IDistribution) -> Iterator[Entry]:
    text = distribution.read_text("entry_points.txt")
    if text is None or GROUP_PREFIX not in text:
        return
    metadata = distribution.metadata  # read and parsed each time that it is asked for
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


def _normalized(name: str) -> str:
    """
    A distribution's name as the packaging specification compares it (name normalization).
    """
    return re.sub(r"[-_.]+", "-", name).lower()
