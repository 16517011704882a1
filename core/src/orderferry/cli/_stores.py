"""
The database of a configuration, for commands that only read: no connector is loaded, no lane run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orderferry.config import Config, read_config
from orderferry.connectors import Catalogue
from orderferry.steps import load_steps
from orderferry.storage import Store, open_engine, prepare

__all__ = ["opened_store", "read_configuration"]


def read_configuration(path: Path) -> Config:
    """
    What a configuration file says.

    Raises:
        ConfigurationError: It does not hold.
    """
    return read_config(path, steps=load_steps(Catalogue.installed("orderferry.steps")))


@contextmanager
def opened_store(path: Path) -> Iterator[tuple[Config, Store]]:
    """
    A configuration, and the database that it names.

    Raises:
        ConfigurationError: The configuration does not hold, or the database has another schema
            than this program.
    """
    config = read_configuration(path)
    engine = open_engine(config.runtime.database_url)
    try:
        prepare(engine)
        yield config, Store(engine)
    finally:
        engine.dispose()
