"""
Runs `orderferry` in the process of the tests, isolated as in a separate process.

Each call has its own log configuration, modules of connectors, folder, environment variables and
streams. The end of a process would end threads and close files; here the command must do so, and a
call fails if anything is left open.
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
"""The folder in which Linux lists a process's open files; other systems are not checked."""


def invoke(
    *arguments: str, folder: Path, site: Path, stdin: bytes = b"", variables: Mapping[str, str]
) -> Result:
    """
    Run the command line to its end.

    The test fails if the command leaves something open, or changes something for the process.

    Args:
        arguments: The arguments of the command.
        folder: The current folder of the command.
        site: The folder of the connectors, whose modules no other call may see.
        stdin: Standard input.
        variables: Environment variables, in addition to those of the tests.
    """
    with pytest.MonkeyPatch.context() as patch, own_log(), own_modules(site):
        patch.chdir(folder)
        patch.setattr(sys, "dont_write_bytecode", True)  # a source may change within a second
        with nothing_left(), warnings.catch_warnings():
            return CliRunner(env=variables).invoke(
                main, arguments, input=stdin, catch_exceptions=False, prog_name="orderferry"
            )


@contextmanager
def own_log() -> Iterator[None]:
    """
    The log configuration of a new process: no handlers, not even those of pytest.
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
    Forget the modules imported from a site, but keep libraries, which take long to import.
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
    Fail if the code inside leaves threads, files or connections behind, or changes the process.
    """
    threads, files, state = set(threading.enumerate()), open_files(), process_state()
    yield
    left = [thread.name for thread in set(threading.enumerate()) - threads]
    left += sorted(open_files() - files)
    if left:
        pytest.fail(f"left behind by the command: {', '.join(left)}")
    for name, value in process_state().items():
        if value != state[name]:
            pytest.fail(f"changed by the command: {name}: {state[name]} is now {value}")


def open_files() -> set[str]:
    """
    The open files, sockets and pipes, each once.

    SQLite leaves a file open that another connection of the same process is using.
    """
    paths: set[str] = set()
    for descriptor in DESCRIPTORS.iterdir() if DESCRIPTORS.is_dir() else ():
        with suppress(FileNotFoundError):  # the one with which they are listed
            paths.add(str(descriptor.readlink()))
    return paths


def process_state() -> dict[str, object]:
    """
    The state that a command shares with everything else in its process.
    """
    return {
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "import path": sys.path[:],
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
        "structlog": structlog.get_config(),
    }
