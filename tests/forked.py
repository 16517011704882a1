"""
`orderferry` for tests that call it many times, without half a second of imports for each call.

A server imports the commands, and forks itself for each call. A command is its own process, with
its own arguments, folder, environment, streams and exit code; only the imports are shared. This
does not show the start-up time, nor that the installed entry point works: `tests/e2e` runs the real
program.

    python -m tests.forked SOCKET [MODULE ...]    the server, until its standard input ends
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from subprocess import PIPE, Popen

import click

from orderferry.cli import main
from orderferry.connectors import Catalogue
from orderferry.orders import read_order

__all__ = ["program_folder"]

ROOT = Path(__file__).resolve().parent.parent
_MOST_BYTES = 1_000_000
_CLIENT = """#!/bin/sh
exec "{python}" -I -S - "$@" 3<&0 <<'END'
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(call).to_bytes(4, "big")], [3, 1, 2])
    server.sendall(call)
    code = server.recv(1)
sys.exit(code[0] if code else 70)
END
"""
"""Passes arguments, folder, environment and streams to the server; exits with the call's code."""


@contextmanager
def program_folder(folder: Path, *modules: str) -> Iterator[Path]:
    """
    A folder with a program `orderferry`, while the server behind it runs.

    Args:
        folder: The folder for the program and the socket; its path must be short, as a socket's.
        modules: Modules that the server imports in addition to those of most commands.
    """
    address = folder / "calls"
    program = folder / "orderferry"
    program.write_text(_CLIENT.format(python=sys.executable, address=str(address)), "utf-8")
    program.chmod(0o755)
    command = [sys.executable, "-m", "tests.forked", str(address), *modules]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        assert b"ready\n" == server.stdout.readline()
        yield folder
        server.stdin.close()
        assert 0 == server.wait()


def _serve(address: str, *modules: str) -> None:
    """
    Fork for each call until standard input ends.
    """
    context = click.Context(main)
    for name in main.list_commands(context):
        main.get_command(context, name)
    # Fill the caches that a call uses: distributions, the readers of orders.
    Catalogue.installed()
    read_order('{"id": "A"}')
    rooms = ("runtime", "storage", "connectors.http", "delivery", "workflow")
    for module in (*(f"orderferry.{room}" for room in rooms), *modules):
        import_module(module)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as server, DefaultSelector() as selector:
        server.bind(address)
        server.listen()
        selector.register(server, EVENT_READ)
        selector.register(sys.stdin, EVENT_READ)
        signal.signal(
            signal.SIGCHLD, signal.SIG_IGN
        )  # the forks that wait for a call are not awaited
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while [key.fileobj for key, _ in selector.select()] == [server]:
            connection, _ = server.accept()
            with connection:
                if os.fork() == 0:
                    _answer(connection)


def _answer(connection: socket.socket) -> None:
    """
    Fork again for the call itself, and send its exit code to the client.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(connection, 4, 3)
    call = b""
    while len(call) < int.from_bytes(size, "big"):
        call += connection.recv(_MOST_BYTES)
    child = os.fork()
    if child == 0:
        connection.close()
        arguments, folder, environment = json.loads(call)
        _call(arguments, folder, environment, streams)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    connection.sendall(bytes([code if code >= 0 else 128 - code]))
    os._exit(0)


def _call(
    arguments: list[str], folder: str, environment: dict[str, str], streams: list[int]
) -> None:
    """
    Run the program as its console script does, with the caller's streams, folder and environment.
    """
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.argv = ["orderferry", *arguments]
    sys.exit(main(prog_name="orderferry"))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
