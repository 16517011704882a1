"""
The README describes what the code does.
"""

import re
import tomllib
from pathlib import Path

from attrs import fields

from orderferry.connectors import Catalogue, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client
from orderferry_wms_manhattan import ManhattanSettings
from orderferry_wms_manhattan._identity import _KEYS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def _first_cells(heading: str) -> list[str]:
    """
    Return the code in the first column of the table with that heading.
    """
    table = README.split(f"| {heading} |")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_setting_is_in_the_table() -> None:
    """
    The table names each setting once, and no other.
    """
    names = [attribute.name for attribute in fields(ManhattanSettings)]
    assert sorted(names) == sorted(_first_cells("Setting"))


def test_every_property_of_a_step_is_in_the_table() -> None:
    """
    The table names each property that the connector reads.
    """
    assert {*_KEYS, "keyGroup", "Extended"} == set(_first_cells("Property"))


def test_example_configuration_loads() -> None:
    """
    The example configures an instance that can be loaded.
    """
    text = README.split("```toml\n")[1].split("```")[0]
    (table,) = tomllib.loads(text)["connector"]
    secrets = {"MANHATTAN_CLIENT_SECRET": "client-secret", "MANHATTAN_PASSWORD": "user-password"}
    with Client(environment={}) as client:
        instances = Instances(
            [InstanceConfig(**table)],
            catalogue=Catalogue.installed(),
            environment=secrets,
            state=lambda name: MemoryState(),
            http=client,
        )
        exporter = instances.select("wms_manhattan", "main", None)
    assert exporter.offers("find_export")
    assert not exporter.literal_secrets
