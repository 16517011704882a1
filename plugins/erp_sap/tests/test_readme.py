"""
The README describes what the code does.
"""

import re
import tomllib
from pathlib import Path

import pytest

from orderferry.connectors import setting_docs
from orderferry_erp_sap import SapConnector
from orderferry_erp_sap._assignments import STEP_PROPERTIES

README = Path(__file__).resolve().parent.parent / "README.md"


@pytest.fixture(scope="module")
def readme() -> str:
    """
    The text of the README.
    """
    return README.read_text("utf-8")


def _rows(readme: str) -> dict[str, str]:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| ([^|]+) \|", readme, re.MULTILINE)
    return {name: default.strip() for names, default in rows for name in re.findall(r"\w+", names)}


def test_every_setting_is_described(readme: str) -> None:
    """
    The table has exactly the settings of the connector.
    """
    assert {doc.name for doc in setting_docs(SapConnector)} == set(_rows(readme))


def test_defaults_are_described(readme: str) -> None:
    """
    The table has the default of every setting whose default is a value.
    """
    rows = _rows(readme)
    for doc in setting_docs(SapConnector):
        if isinstance(doc.default, bool):
            assert f"`{str(doc.default).lower()}`" == rows[doc.name], doc.name
        elif isinstance(doc.default, str) and doc.default:
            assert f"`{doc.default}`" == rows[doc.name], doc.name
        elif isinstance(doc.default, float):
            assert f"`{doc.default:g}`" == rows[doc.name], doc.name


def test_the_example_has_known_settings(readme: str) -> None:
    """
    The example configures the connector with settings that exist.
    """
    (example,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    (table,) = tomllib.loads(example)["connector"]
    assert table["name"] == "erp_sap"
    assert set(table["settings"]) <= {doc.name for doc in setting_docs(SapConnector)}


def test_step_properties_are_fields(readme: str) -> None:
    """
    The properties of the step in the README are fields that a step can set.
    """
    (named,) = re.findall(r"set it for that step: (.*?) and so on", readme, re.DOTALL)
    assert set(re.findall(r"\w+", named)) <= set(STEP_PROPERTIES)
