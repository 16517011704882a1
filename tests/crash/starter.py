"""
Starts the processes that the tests kill, by forking: what a process needs is loaded once.

Run as `python -m tests.crash.starter`. It reads one JSON object a line, `{"role", "given"}`, forks
a child that plays that role, and writes one a line: the child's start, what it says, and its end.
All children end with it, and it ends when its standard input does.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import select
import signal
import sys
import threading
import traceback
from typing import Any

from tests.crash import roles

PR_SET_PDEATHSIG = 1


def say(what: str, **more: Any) -> None:
    """
    Write one line about this process; short enough to be written whole.
    """
    os.write(1, json.dumps({"pid": os.getpid(), "what": what, **more}).encode() + b"\n")


def play(role: str, given: dict[str, Any], parent: int) -> None:
    """
    Be the child.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.close(0)
    threading.excepthook = lambda given: _tell(given.exc_value)
    code = 1
    try:
        getattr(roles, role)(say=say, **given)
        code = 0
    except BaseException as error:  # noqa: BLE001 - it is told, and the child ends
        _tell(error)
    finally:
        os._exit(code)


def _tell(error: BaseException | None) -> None:
    """
    Say how this process, or a thread of it, has failed.
    """
    told = "".join(traceback.format_exception(error))
    say("failed", traceback=told[-2500:])


def main() -> None:
    """
    Fork and watch until the input ends.
    """
    faulthandler.enable()
    roles.warm_up()
    poll = select.poll()
    poll.register(0, select.POLLIN)
    children: dict[int, int] = {}
    waiting = b""
    while True:
        for descriptor, _ in poll.poll():
            if descriptor in children:
                poll.unregister(descriptor)
                os.close(descriptor)
                pid = children.pop(descriptor)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                os.write(
                    1, json.dumps({"pid": pid, "what": "ended", "code": code}).encode() + b"\n"
                )
                continue
            data = os.read(0, 65536)
            if not data:
                sys.exit()
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                asked = json.loads(line)
                parent = os.getpid()
                pid = os.fork()
                if not pid:
                    play(asked["role"], asked["given"], parent)
                children[os.pidfd_open(pid)] = pid
                poll.register(next(reversed(children)), select.POLLIN)
                told = {"pid": pid, "what": "started", "number": asked["number"]}
                os.write(1, json.dumps(told).encode() + b"\n")


if __name__ == "__main__":
    main()
