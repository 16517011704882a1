"""
The database of a configuration, for commands that only read it.

These commands load no connector, run no lane and read only the configuration file, so they also
work with an invalid workflow file, and do not search for installed distributions.
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

__all__ = ["open_reader", "open_store", "read_configuration"]


def read_configuration(path: Path) -> Config:
    """
    Read a configuration file, and the workflow file that it names.

    Raises:
        ConfigurationError: One of the files is invalid.
    """
    from orderferry.config import read_config
    from orderferry.connectors import Catalogue
    from orderferry.steps import load_steps

    return read_config(path, steps=load_steps(Catalogue.installed("orderferry.steps")))


@contextmanager
def open_reader(path: Path) -> Iterator[tuple[TomlFile, Reader]]:
    """
    Open the database that a configuration file names, for lists.

    Raises:
        ConfigurationError: The file is invalid, or the database's schema is not this program's.
    """
    with _open(path) as (file, engine):
        yield file, Reader(engine)


@contextmanager
def open_store(path: Path) -> Iterator[tuple[TomlFile, Store]]:
    """
    Open the database that a configuration file names, to read whole orders and exports.

    Raises:
        ConfigurationError: As for `open_reader`.
    """
    from orderferry.storage import Store

    with _open(path) as (file, engine):
        yield file, Store(engine)


@contextmanager
def _open(path: Path) -> Iterator[tuple[TomlFile, Engine]]:
    file = read_toml_file(path)
    engine = open_engine(file.runtime.database_url)
    try:
        prepare(engine)
        yield file, engine
    finally:
        engine.dispose()
