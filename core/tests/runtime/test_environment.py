"""
The variables that a ferry reads for its configuration.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orderferry import Ferry
from orderferry.errors import ConfigurationError
from orderferry.runtime import Configured


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """
    A configuration whose database URL is in a variable.
    """
    (tmp_path / "workflow.json").write_text('{"name": "Online"}')
    path = tmp_path / "orderferry.toml"
    path.write_text('[runtime]\ndatabase = "sqlite:///${env:ORDERS_DATABASE}"\n')
    return path


def test_the_database_may_be_in_the_given_environment(config: Path) -> None:
    """
    The database URL is read from the environment in which settings are read.
    """
    with Ferry.from_config(config, environment={"ORDERS_DATABASE": "here.db"}):
        assert (config.parent / "here.db").exists()


def test_a_variable_that_is_not_set_is_an_error(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A variable of the process is not read where the caller gave another environment.
    """
    monkeypatch.setenv("ORDERS_DATABASE", "there.db")

    with pytest.raises(ConfigurationError, match="variable ORDERS_DATABASE is not set"):
        Ferry.from_config(config, environment={})


def test_a_configuration_is_valid_without_the_variable_of_its_database(config: Path) -> None:
    """
    A command that opens no database can read the rest of the configuration.
    """
    with Configured.from_config(config, environment={}) as configured:
        missing = configured.config.runtime.missing_database

    assert missing is not None
    assert "variable ORDERS_DATABASE is not set" in missing
