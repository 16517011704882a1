"""
The README describes the settings and the step's properties of the code.
"""

from pathlib import Path

import attrs

from orderferry_fulfillment_3pl import ThreePlSettings
from orderferry_fulfillment_3pl._warehouse_order import _PROPERTIES, Step

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_every_setting_is_documented() -> None:
    """
    The README's table of settings has a row for every setting.
    """
    names = [attribute.name for attribute in attrs.fields(ThreePlSettings)]

    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    assert [] == [name for name in names if not any(f"`{name}`" in row for row in rows)]


def test_every_property_of_the_step_is_documented() -> None:
    """
    The README names every property of a step that the connector reads.
    """
    assert set(_PROPERTIES) == {attribute.name for attribute in attrs.fields(Step)}
    assert [] == [name for name in _PROPERTIES.values() if f"`{name}`" not in README]
