"""
The database of a configuration, for commands that only read: no connector is loaded, no lane run.

They read the configuration file alone: what a database holds can be seen whatever the workflow file
says, and without looking for what is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orderferry.config import read_toml_file
from orderferry.storage import Reader, open_engine, prepare

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from orderferry.config import Config, TomlFile
    from orderferry.storage import Store

__all__ = ["opened_reader", "opened_store", "read_configuration"]


def read_configuration(path: Path) -> Config:
    """
    What a configuration file says, and the workflow file that it names.

    Raises:
        ConfigurationError: One of the files is invalid.
    """
    from orderferry.config import read_config
    from orderferry.connectors import Catalogue
    from orderferry.steps import load_steps

    return read_config(path, steps=load_steps(Catalogue.installed("orderferry.steps")))


@contextmanager
def opened_reader(path: Path) -> Iterator[tuple[TomlFile, Reader]]:
    """
    A configuration file, and the database that it names, for lists.

    Raises:
        ConfigurationError: The file is invalid, or the database has another schema than this
            program.
    """
    with _opened(path) as (file, engine):
        yield file, Reader(engine)


@contextmanager
def opened_store(path: Path) -> Iterator[tuple[TomlFile, Store]]:
    """
    A configuration file, and the database that it names, to read orders and exports whole.

    Raises:
        ConfigurationError: As for `opened_reader`.
    """
    from orderferry.storage import Store

    with _opened(path) as (file, engine):
        yield file, Store(engine)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[TomlFile, Engine]]:
    file = read_toml_file(path)
    engine = open_engine(file.runtime.database_url)
    try:
        prepare(engine)
        yield file, engine
    finally:
        engine.dispose()
