"""
What a settings class may be made of, and what the core makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import attrs
import msgspec
from attrs import Factory, field, frozen, validators

from orderferry.connectors import (
    Connector,
    InstanceConfig,
    Secret,
    setting_docs,
    settings_schema,
)
from orderferry.connectors.loading._discovery import Entry
from orderferry.connectors.settings._read import read_settings

__all__ = ["settings_contract"]


class Mode(Enum):
    """
    A closed set.
    """

    TEST = "test"
    LIVE = "live"


@frozen
class Inner:
    """
    A table in the settings.
    """

    name: str
    weight: float = 1.5


@frozen
class Sample:
    """
    Each kind of setting that a vendor may declare.
    """

    url: str = field(metadata={"description": "Where it answers.", "example": "https://a.invalid"})
    token: Secret
    retries: int = field(default=3, validator=[validators.ge(0), validators.le(9)])
    live: bool = False
    limit: Decimal = Decimal("10.50")
    since: datetime | None = None
    folder: Path = Path("orders")
    mode: Mode = Mode.TEST
    kind: Literal["B2B", "B2C"] = "B2C"
    bounded: Annotated[int, msgspec.Meta(ge=1, le=9)] = 5
    names: Sequence[str] = ()
    codes: Mapping[str, str] = Factory(dict)
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    code: str = field(default="A1", validator=validators.matches_re("[A-Z][0-9]"))


class Sampled(Connector):
    """
    Has them.
    """

    Settings = Sample


TABLE: Mapping[str, object] = {
    "url": "https://${env:HOST}/orders",
    "token": "${env:TOKEN}",
    "retries": 2,
    "live": True,
    "limit": "12345678901234567890.12",
    "since": "2026-11-24T12:00:00+00:00",
    "folder": "out",
    "mode": "live",
    "kind": "B2B",
    "bounded": 9,
    "names": ["a", "b"],
    "codes": {"NO": "4711"},
    "inner": {"name": "i", "weight": 2},
    "inners": [{"name": "j"}],
    "code": "B2",
}
ENVIRONMENT = {"HOST": "acme.invalid", "TOKEN": "a-long-enough-token"}


def settings_contract() -> dict[str, Any]:
    """
    The schema and documentation of the sample, and what is read from a table for it.
    """
    read = read_settings(
        Sample,
        InstanceConfig(name="sample", settings=TABLE),
        Entry("", "sample", "", "orderferry-sample", "1.0", None, None),  # type: ignore[arg-type]
        ENVIRONMENT,
    )
    schema = settings_schema(Sampled)
    return {
        "schema": schema,
        "docs": [attrs.asdict(doc) for doc in setting_docs(Sampled)],
        "read": {
            attribute.name: repr(getattr(read.value, attribute.name))
            for attribute in attrs.fields(Sample)
        },
        "secret": getattr(read.value, "token").reveal() == ENVIRONMENT["TOKEN"],  # noqa: B009
    }
