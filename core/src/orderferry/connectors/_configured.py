"""
What a configuration says of one connector: an instance, by name and id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import field, frozen

from orderferry.connectors._context import InstanceName

__all__ = ["InstanceConfig"]


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@frozen(kw_only=True)
class InstanceConfig:
    """
    One `[[connector]]` of `orderferry.toml`.

    Attributes:
        name: The connector's name.
        id: The instance's `ConnectorId`.
        markets: The markets that it serves; empty means all.
        disabled_markets: The markets that it does not serve, whatever `markets` says.
        settings: The values of `[connector.settings]`, as TOML has them. They may hold secrets
            in clear, and are left out of `repr`.
        path: Where it stands in the file, for messages.
        folder: Where the relative paths of `${file:PATH}` start.
    """

    name: str
    id: str = "default"
    markets: frozenset[str] = field(converter=_names, factory=frozenset)
    disabled_markets: frozenset[str] = field(converter=_names, factory=frozenset)
    settings: Mapping[str, object] = field(factory=dict, repr=False)
    path: str = "connector"
    folder: Path = field(factory=Path)

    @property
    def reference(self) -> InstanceName:
        """
        The instance's name.
        """
        return InstanceName(self.name, self.id)

    def enabled_for(self, market: str | None) -> bool:
        """
        Whether the instance serves a market; `None` is an order without one.
        """
        if market in self.disabled_markets:
            return False
        return not self.markets or market in self.markets
