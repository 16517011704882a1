"""
Tests of `in_process`: a command may leave nothing behind that the next one would see.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from .conftest import Workplace
from .in_process import DESCRIPTORS, nothing_left, own_log

linux = pytest.mark.skipif(
    not DESCRIPTORS.is_dir(), reason="only Linux lists what a process has open"
)


def test_a_thread_that_is_left_is_a_failure() -> None:
    """
    A command must end the threads that it starts, and the failure names those that still run.
    """
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="a lane's")

    with pytest.raises(pytest.fail.Exception, match="a lane's"), nothing_left():
        thread.start()

    end.set()
    thread.join()


@linux
def test_a_file_that_is_left_open_is_a_failure(tmp_path: Path) -> None:
    """
    The failure names a file that is still open.
    """
    with (tmp_path / "one").open("w"):
        pass
    with pytest.raises(pytest.fail.Exception, match="one"), nothing_left():
        left = (tmp_path / "one").open("w")

    left.close()


@linux
def test_a_connection_that_is_left_open_is_a_failure() -> None:
    """
    A socket that is still open is a failure.
    """
    with pytest.raises(pytest.fail.Exception, match="socket"), nothing_left():
        left = socket.socket()

    left.close()


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("folder", lambda: os.chdir("/")),
        ("environment", lambda: os.environ.update(ORDERFERRY_LEFT="1")),
        ("import path", lambda: sys.path.append("/nowhere")),
        ("signals", lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN)),
        ("structlog", lambda: structlog.configure(cache_logger_on_first_use=True)),
    ],
)
def test_what_is_changed_for_the_process_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, what: str, change: Callable[[], object]
) -> None:
    """
    The failure names what the command changed for the process.
    """
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("ORDERFERRY_LEFT", "0")
    monkeypatch.setattr(sys, "path", sys.path[:])
    handler = signal.getsignal(signal.SIGTERM)

    with pytest.raises(pytest.fail.Exception, match=what), nothing_left():
        change()

    signal.signal(signal.SIGTERM, handler)
    structlog.reset_defaults()


def test_the_log_is_the_commands_own() -> None:
    """
    A command starts without log handlers, and its handlers are removed afterwards.
    """
    root, own = logging.getLogger(), logging.getLogger("orderferry")
    before = (root.handlers[:], root.level, own.level)

    with own_log():
        inside = root.handlers[:]
        logging.basicConfig(level=logging.INFO)
        own.setLevel(logging.DEBUG)

    assert [] == inside
    assert before == (root.handlers, root.level, own.level)


def test_a_connector_is_imported_by_each_command(workplace: Workplace) -> None:
    """
    Each command imports the connector's present source.
    """
    source = workplace.site / "orderferry_acme.py"
    workplace.call("preview", "--connector", "acme", workplace.order())
    source.write_text(source.read_text().replace("application/x-acme", "application/x-ecma"))

    ran = workplace.call("preview", "--connector", "acme", workplace.order())

    assert "application/x-ecma, A1.acme\n" == ran.err
    assert "orderferry_acme" not in sys.modules
