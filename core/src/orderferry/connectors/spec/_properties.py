"""
The further properties of a step, as a connector reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

__all__ = ["Properties", "PropertyValue"]

PropertyValue = (
    str
    | int
    | bool
    | Decimal
    | date
    | datetime
    | list["PropertyValue"]
    | dict[str, "PropertyValue"]
    | None
)


class Properties(Mapping[str, PropertyValue]):
    """
    A read-only mapping, key to value, with groups.

    Keys are exactly as in the workflow. A property with a `keyGroup` is only in that group, under
    `properties.group(name)`.
    """

    __slots__ = ("_groups", "_values")

    def __init__(
        self,
        values: Mapping[str, PropertyValue] | None = None,
        groups: Mapping[str, Mapping[str, PropertyValue]] | None = None,
    ) -> None:
        self._values = dict(values or {})
        self._groups = {name: Properties(group) for name, group in (groups or {}).items()}

    def __getitem__(self, key: str) -> PropertyValue:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Properties):
            return NotImplemented
        return self._values == other._values and self._groups == other._groups

    def __hash__(self) -> int:
        return hash((tuple(sorted(self._values)), tuple(sorted(self._groups))))

    def __repr__(self) -> str:
        return f"Properties({self._values!r}, groups={self._groups!r})"

    @property
    def groups(self) -> tuple[str, ...]:
        """
        The names of the groups, in the order of the workflow.
        """
        return tuple(self._groups)

    def group(self, name: str) -> Properties:
        """
        Return the properties of one group; empty if there is no such group.
        """
        return self._groups.get(name, Properties())
