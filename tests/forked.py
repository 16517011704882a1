"""
`orderferry` for tests that call it many times, without half a second of imports for each.

A server has imported the commands, and forks itself for each call. So a command is a process of its
own, with its own arguments, folder, environment and streams, and ends with its own exit code; only
what it imports is shared. What it costs to start and that the installed entry point works is not
shown here, but by `tests/e2e`, whose pages are run with the real program.

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
"""Hands its arguments, folder, environment and streams to the server, and ends as the call does."""


@contextmanager
def program_folder(folder: Path, *modules: str) -> Iterator[Path]:
    """
    A folder with a program `orderferry`, as long as the server behind it runs.

    Args:
        folder: Where to put both; its path is short, as that of a socket has to be.
        modules: What the server imports too, besides what most commands do.
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
    Fork for each call, until standard input ends.
    """
    context = click.Context(main)
    for name in main.list_commands(context):
        main.get_command(context, name)
    # Once, so that what a call looks up is there: distributions, the readers of orders.
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
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while [key.fileobj for key, _ in selector.select()] == [server]:
            connection, _ = server.accept()
            with connection:
                if os.fork() == 0:
                    _answer(connection)


def _answer(connection: socket.socket) -> None:
    """
    Fork again for the call itself, and tell the client how that ended.
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
    Be the program: as its console script would, with everything that is the caller's.
    """
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.path[:0] = [each for each in environment.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.argv = ["orderferry", *arguments]
    sys.exit(main(prog_name="orderferry"))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
