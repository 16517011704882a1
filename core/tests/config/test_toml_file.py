"""
The configuration file alone, for commands that need no workflow.
"""

from __future__ import annotations

import pytest

from orderferry.config import read_config, read_toml_file
from orderferry.errors import ConfigurationError

from .conftest import STEPS, Files

WORKFLOW = {"name": "Online", "orderStatuses": []}


def test_the_configuration_file_can_be_read_alone(files: Files) -> None:
    """
    Commands that read the database only need nothing of the workflow file.
    """
    files.write("no order type", '[[connector]]\nname = "acme"')

    configuration = read_toml_file(files.path)

    assert ["acme"] == [connector.name for connector in configuration.connectors]


def test_all_faults_of_the_configuration_file_alone_are_reported(files: Files) -> None:
    """
    Reading the file without the workflow reports the faults that reading both reports of it.
    """
    files.write(WORKFLOW, "x = 1\n[[connector]]\nname = 1")

    with pytest.raises(ConfigurationError) as alone:
        read_toml_file(files.path)
    with pytest.raises(ConfigurationError) as both:
        read_config(files.path, steps=STEPS)

    assert 2 == len(alone.value.faults)
    assert both.value.faults == alone.value.faults
