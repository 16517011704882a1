"""
Where a ferry looks for what its configuration refers to.
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
    A configuration whose database stands in a variable.
    """
    (tmp_path / "workflow.json").write_text('{"name": "Online"}')
    path = tmp_path / "orderferry.toml"
    path.write_text('[runtime]\ndatabase = "sqlite:///${env:ORDERS_DATABASE}"\n')
    return path


def test_the_database_may_stand_in_the_given_environment(config: Path) -> None:
    """
    Where the connectors' settings look too.
    """
    with Ferry.from_config(config, environment={"ORDERS_DATABASE": "here.db"}):
        assert (config.parent / "here.db").exists()


def test_a_variable_that_is_not_set_is_told(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Though the process itself has it: the caller gave another environment.
    """
    monkeypatch.setenv("ORDERS_DATABASE", "there.db")

    with pytest.raises(ConfigurationError, match="variable ORDERS_DATABASE is not set"):
        Ferry.from_config(config, environment={})


def test_what_opens_no_database_keeps_it_for_who_asks(config: Path) -> None:
    """
    The rest of the configuration holds.
    """
    with Configured.from_config(config, environment={}) as configured:
        missing = configured.config.runtime.missing_database

    assert missing is not None
    assert "variable ORDERS_DATABASE is not set" in missing
