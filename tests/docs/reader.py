"""
Somebody who reads a page of the site from its top, and does what it shows, in a folder of its own.

A block under a line that ends with a file's name in backticks and a colon is that file. A block of
Python that is no file is run, in the folder. Of a console block each command is run, and prints
what stands under it; one that ends with & goes on until the page is through. A block of a diff is
applied. JSON and TOML that are no files are only read.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import define, field
from sybil import Example
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.myst import CodeBlockParser

from orderferry_wms_manhattan.simulator import ManhattanSimulator
from tests.e2e.markdown import alike, as_shown, blocks, session
from tests.e2e.place import Place
from tests.forked import program_folder

WAREHOUSE = "https://wms.example.com"
"""Where the warehouse of a page is that has none of its own; a simulator stands in for it."""

PORT = "8075"
"""The port of a page's own simulator; the test takes a free one."""

_SETTINGS = {"WMS_CLIENT_SECRET": "client_secret"}
_python = PythonEvaluator()


@define
class Reader:
    """
    Somebody who does what a page says.

    Attributes:
        named: What the page has in place of the test's addresses.
    """

    place: Place
    stack: ExitStack
    named: dict[str, str] = field(factory=dict)

    def written(self, name: str, text: str) -> None:
        """
        Write a file of the page.
        """
        if WAREHOUSE in text and WAREHOUSE not in self.named.values():
            warehouse = ManhattanSimulator()
            warehouse.start()
            self.stack.callback(warehouse.stop)
            self.named[str(warehouse.settings["base_url"])] = WAREHOUSE
            for variable, setting in _SETTINGS.items():
                self.place.environment[variable] = str(warehouse.settings[setting])
        path = self.place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.as_here(text), encoding="utf-8")

    def as_here(self, text: str) -> str:
        """
        With the test's addresses in place of the page's.
        """
        for here, there in self.named.items():
            text = text.replace(there, here)
        return text

    def follow(self, command: str, output: str) -> None:
        """
        Run a command, and hold what it prints against the page.
        """
        if command.startswith("pip install ./"):
            printed = self._installed(command.removeprefix("pip install "))
        elif command.endswith(" &"):
            printed = self._beside(command.removesuffix(" &"), len(output.splitlines()))
        else:
            printed = self.place.run(self.as_here(command), expected=None)
        for here, there in self.named.items():
            printed = printed.replace(here, there)
        shown = alike(output)
        assert shown == as_shown(alike(printed), shown)

    def _installed(self, folder: str) -> str:
        """
        Install a distribution for this page only, without what it requires.
        """
        self.place.environment["PYTHONPATH"] = str(self.place.folder / "installed")
        return self.place.run(
            f"uv pip install -q --offline --no-deps --no-build-isolation --reinstall "
            f"--python {sys.executable} --target installed {folder}"
        )

    def patched(self, text: str) -> None:
        """
        Change files as the page shows it.
        """
        (self.place.folder / "page.diff").write_text(text, encoding="utf-8")
        self.place.run("git apply -p0 page.diff")

    def _beside(self, command: str, lines: int) -> str:
        """
        Start a program that goes on, and give its first lines.
        """
        program, *arguments = command.split()
        assert program == "python"
        running = subprocess.Popen(
            [sys.executable, *arguments], cwd=self.place.folder, stdout=subprocess.PIPE, text=True
        )
        self.stack.enter_context(running)
        self.stack.callback(running.terminate)
        assert running.stdout is not None
        return "".join(running.stdout.readline() for _ in range(lines))


@cache
def programs() -> str:
    """
    Where the programs of the pages are, `orderferry` among them, until the tests have ended.
    """
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="orderferry-")))
    stack.enter_context(program_folder(folder))
    return os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])


def _reader(example: Example) -> Reader:
    """
    The page's reader, which comes with its first example.
    """
    namespace: dict[str, Any] = example.document.namespace
    if "reader" not in namespace:
        stack: ExitStack = namespace["stack"]
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="orderferry-docs-")))
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        environment = {"COLUMNS": "100", "LOGNAME": "you", "PATH": programs()}
        place = Place(example.document.text, folder, environment)
        named = {f"{each}{port}": f"{each}{PORT}" for each in (":", "port=")}
        namespace["reader"] = Reader(place, stack, named)
    found: Reader = namespace["reader"]
    return found


def _file(example: Example, language: str) -> str | None:
    """
    The name of the file that a block is, if it is one.
    """
    line = example.document.text.count("\n", 0, example.start)
    for block in blocks(example.document.text, language):
        at = example.document.text.find(f"```{language}\n{block.text}")
        if block.text == str(example.parsed) and line == example.document.text.count("\n", 0, at):
            return block.name
    return None


def _data(language: str, read: Callable[[str], object]) -> Callable[[Example], None]:
    def evaluate(example: Example) -> None:
        name = _file(example, language)
        assert read(example.parsed) is not None
        if name is not None:
            _reader(example).written(name, example.parsed)

    return evaluate


def _code(example: Example) -> None:
    name = _file(example, "python")
    reader = _reader(example)
    if name is not None:
        reader.written(name, example.parsed)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(reader.place.folder)
        for variable, value in reader.place.environment.items():
            patch.setenv(variable, value)
        _python(example)


def _console(example: Example) -> None:
    (block,) = blocks(f"```console\n{example.parsed}```\n", "console")
    for command, output in session(block):
        _reader(example).follow(command, output)


def _diff(example: Example) -> None:
    _reader(example).patched(example.parsed)


def begin(namespace: dict[str, Any]) -> None:
    """
    A page is opened.
    """
    namespace["stack"] = ExitStack()


def end(namespace: dict[str, Any]) -> None:
    """
    A page is through: all that it started is stopped.
    """
    stack: ExitStack = namespace["stack"]
    stack.close()


PARSERS = (
    CodeBlockParser("json", _data("json", json.loads)),
    CodeBlockParser("toml", _data("toml", tomllib.loads)),
    CodeBlockParser("python", _code),
    CodeBlockParser("console", _console),
    CodeBlockParser("diff", _diff),
)
"""What of a page is an example."""
