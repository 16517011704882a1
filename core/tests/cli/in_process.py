"""
`orderferry` run in the process of the tests, as it would run in a process of its own.

What a process has for itself, a call has for itself too: the configuration of the log, the modules
of the connectors, the folder, the variables of the environment and the streams. What ends with a
process has to be ended by the command here, so a call also fails where anything is left open.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from orderferry.cli import main

DESCRIPTORS = Path("/proc/self/fd")
"""Where Linux lists what a process has open; no other system is looked at."""


def invoke(
    *arguments: str, folder: Path, site: Path, given: bytes = b"", variables: Mapping[str, str]
) -> Result:
    """
    Run the command line to its end.

    Args:
        arguments: What it is told.
        folder: The current folder meanwhile.
        site: Where the connectors are whose modules no other call must see.
        given: Standard input.
        variables: Environment variables, above those that the tests have.

    The test fails where something is left open, or changed for the whole process.
    """
    with pytest.MonkeyPatch.context() as patch, own_log(), own_modules(site):
        patch.chdir(folder)
        patch.setattr(sys, "dont_write_bytecode", True)  # a source may change within a second
        with nothing_left(), warnings.catch_warnings():
            return CliRunner(env=variables).invoke(
                main, arguments, input=given, catch_exceptions=False, prog_name="orderferry"
            )


@contextmanager
def own_log() -> Iterator[None]:
    """
    The log of a process that begins: no handlers, so pytest's see nothing of it.
    """
    root, own = logging.getLogger(), logging.getLogger("orderferry")
    handlers, levels = root.handlers[:], (root.level, own.level)
    root.handlers[:] = []
    root.setLevel(logging.WARNING)
    own.setLevel(logging.NOTSET)
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        own.setLevel(levels[1])


@contextmanager
def own_modules(site: Path) -> Iterator[None]:
    """
    Forget what was imported from a site; libraries stay, since importing them takes long.
    """
    before = set(sys.modules)
    try:
        yield
    finally:
        for name in set(sys.modules) - before:
            if site in Path(getattr(sys.modules[name], "__file__", None) or "/").parents:
                del sys.modules[name]


@contextmanager
def nothing_left() -> Iterator[None]:
    """
    Fail where what runs inside leaves threads, files or connections, or changes the process.
    """
    threads, files, state = set(threading.enumerate()), open_files(), process_state()
    yield
    left = [thread.name for thread in set(threading.enumerate()) - threads]
    left += sorted(open_files() - files)
    if left:
        pytest.fail(f"left behind by the command: {', '.join(left)}")
    for what, found in process_state().items():
        if found != state[what]:
            pytest.fail(f"changed by the command: {what}: {state[what]} is now {found}")


def open_files() -> set[str]:
    """
    Files, sockets and pipes that are open, each once.

    SQLite leaves a file open that another connection of the same process is using.
    """
    found: set[str] = set()
    for descriptor in DESCRIPTORS.iterdir() if DESCRIPTORS.is_dir() else ():
        with suppress(FileNotFoundError):  # the one with which they are listed
            found.add(str(descriptor.readlink()))
    return found


def process_state() -> dict[str, object]:
    """
    What a command shares with all that runs in its process.
    """
    return {
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "import path": sys.path[:],
        "signals": {each: signal.getsignal(each) for each in signal.valid_signals()},
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
        "structlog": structlog.get_config(),
    }
