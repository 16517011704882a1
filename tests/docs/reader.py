"""
Runs the examples of a page from its top, in a temporary folder.

A block below a line that ends with a file's name in backticks and a colon is that file. Other
blocks of Python are run in the folder. Each command of a console block is run, and must print the
text below it; a command that ends with & runs until the end of the page. A diff is applied. Other
blocks of JSON and TOML are only parsed.
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
from tests.e2e.markdown import blocks, elide, normalize, session
from tests.e2e.place import Place
from tests.forked import program_folder

WAREHOUSE = "https://wms.example.com"
"""The address of the warehouse on the pages; a simulator replaces it."""

PORT = "8075"
"""The port of a simulator that a page starts; the test uses a free port."""

_SETTINGS = {"WMS_CLIENT_SECRET": "client_secret"}
_python = PythonEvaluator()


@define
class Reader:
    """
    Runs the examples of one page.

    Attributes:
        place: The folder in which they run.
        stack: Stops what they started.
        addresses: The page's address for each of the test's.
    """

    place: Place
    stack: ExitStack
    addresses: dict[str, str] = field(factory=dict)

    def write(self, name: str, text: str) -> None:
        """
        Write a file of the page.
        """
        if WAREHOUSE in text and WAREHOUSE not in self.addresses.values():
            warehouse = ManhattanSimulator()
            warehouse.start()
            self.stack.callback(warehouse.stop)
            self.addresses[str(warehouse.settings["base_url"])] = WAREHOUSE
            for variable, setting in _SETTINGS.items():
                self.place.environment[variable] = str(warehouse.settings[setting])
        path = self.place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.localize(text), encoding="utf-8")

    def localize(self, text: str) -> str:
        """
        The text with the test's addresses instead of the page's.
        """
        for actual, on_page in self.addresses.items():
            text = text.replace(on_page, actual)
        return text

    def follow(self, command: str, page_output: str) -> None:
        """
        Run a command, and compare its output with the page.
        """
        if command.startswith("pip install ./"):
            output = self._install(command.removeprefix("pip install "))
        elif command.endswith(" &"):
            output = self._start(command.removesuffix(" &"), len(page_output.splitlines()))
        else:
            output = self.place.run(self.localize(command), expected=None)
        for actual, on_page in self.addresses.items():
            output = output.replace(actual, on_page)
        expected = normalize(page_output)
        assert expected == elide(normalize(output), expected)

    def _install(self, folder: str) -> str:
        """
        Install a distribution for this page only, without its dependencies.
        """
        self.place.environment["PYTHONPATH"] = str(self.place.folder / "installed")
        return self.place.run(
            f"uv pip install -q --offline --no-deps --no-build-isolation --reinstall "
            f"--python {sys.executable} --target installed {folder}"
        )

    def patch(self, text: str) -> None:
        """
        Apply the page's diff to its files.
        """
        (self.place.folder / "page.diff").write_text(text, encoding="utf-8")
        self.place.run("git apply -p0 page.diff")

    def _start(self, command: str, lines: int) -> str:
        """
        Start a program in the background, and return its first lines.
        """
        program, *arguments = command.split()
        assert program == "python"
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=self.place.folder, stdout=subprocess.PIPE, text=True
        )
        self.stack.enter_context(process)
        self.stack.callback(process.terminate)
        assert process.stdout is not None
        return "".join(process.stdout.readline() for _ in range(lines))


@cache
def programs() -> str:
    """
    The search path of the pages' programs, with a faster `orderferry`, until the tests end.
    """
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="orderferry-")))
    stack.enter_context(program_folder(folder))
    return os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])


def _reader(example: Example) -> Reader:
    """
    The page's reader, which its first example creates.
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
        addresses = {f"{prefix}{port}": f"{prefix}{PORT}" for prefix in (":", "port=")}
        namespace["reader"] = Reader(place, stack, addresses)
    reader: Reader = namespace["reader"]
    return reader


def _file(example: Example, language: str) -> str | None:
    """
    The name of the file that a block shows, or None.
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
            _reader(example).write(name, example.parsed)

    return evaluate


def _code(example: Example) -> None:
    name = _file(example, "python")
    reader = _reader(example)
    if name is not None:
        reader.write(name, example.parsed)
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
    _reader(example).patch(example.parsed)


def begin(namespace: dict[str, Any]) -> None:
    """
    Prepare the examples of a page.
    """
    namespace["stack"] = ExitStack()


def end(namespace: dict[str, Any]) -> None:
    """
    Stop everything that the examples of a page started.
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
"""The kinds of blocks that are examples."""
