"""
In which lane an export waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from attrs import field, frozen

from orderferry.connectors import InstanceName
from orderferry.exports import ExportKey

__all__ = ["Shards"]


@frozen
class Shards:
    """
    The lanes of each instance: one, or several among which its orders are spread.

    All exports of one order to one instance are in one lane, so that they keep their order.

    Attributes:
        counts: How many lanes an instance has, where it has more than one.
    """

    counts: Mapping[InstanceName, int] = field(factory=dict)

    def lanes(self, instance: InstanceName) -> tuple[str, ...]:
        """
        The names of an instance's lanes.
        """
        count = self.counts.get(instance, 1)
        if count == 1:
            return (str(instance),)
        return tuple(f"{instance}#{number}" for number in range(count))

    def lane(self, key: ExportKey) -> str:
        """
        The lane of an export.
        """
        names = self.lanes(key.instance)
        return names[crc32(key.order_id.encode()) % len(names)]
