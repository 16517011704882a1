"""
The blocks of a page that the code stands for, and which function writes what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from ._answers import answers
from ._classes import classes
from ._commands import commands, exit_codes
from ._configuration import configuration, workflow
from ._errors import errors
from ._hooks import hooks
from ._json import json_keys
from ._settings import abilities, readme, settings
from ._states import diagram, transitions
from ._testing import broken, faults, guarantees

__all__ = ["GENERATORS", "Generator", "replaced"]

Generator = Callable[[list[str], Mapping[str, str]], str]
"""Takes a block's arguments and its body, and returns Markdown, its headings from one # on."""

GENERATORS: dict[str, Generator] = {
    "abilities": abilities,
    "answers": answers,
    "broken": broken,
    "classes": classes,
    "commands": commands,
    "configuration": configuration,
    "diagram": diagram,
    "errors": errors,
    "exit-codes": exit_codes,
    "faults": faults,
    "guarantees": guarantees,
    "hooks": hooks,
    "json": json_keys,
    "readme": readme,
    "settings": settings,
    "transitions": transitions,
    "workflow": workflow,
}

_BLOCK = re.compile(
    r"^```\{generated\} (?P<head>[^\n]+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_EMPTY = re.compile(r"\n{3,}")
_CODE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def replaced(page: str) -> str:
    """
    A page with its blocks written out.
    """
    return _BLOCK.sub(partial(_written, page), page)


def _written(page: str, block: re.Match[str]) -> str:
    name, *arguments = block["head"].split()
    text = GENERATORS[name](arguments, _named_texts(block["body"]))
    headings = _HEADING.findall(_CODE.sub("", page[: block.start()]))
    level = headings[-1] if headings else ""
    parts = [part if _CODE.fullmatch(part) else _placed(part, level) for part in _CODE.split(text)]
    return "\n\n".join(part for part in parts if part)


def _placed(text: str, level: str) -> str:
    """
    Text between blocks of code: its headings below the page's, one empty line between its parts.
    """
    return _EMPTY.sub("\n\n", _HEADING.sub(rf"{level}\1 ", text.strip("\n")))


def _named_texts(body: str) -> dict[str, str]:
    """
    The lines `name: text` of a body; a line that begins with a space goes on with the one before.
    """
    found: dict[str, str] = {}
    name = ""
    for line in body.splitlines():
        if line.startswith(" "):
            found[name] += " " + line.strip()
        elif line:
            name, _, text = line.partition(": ")
            found[name] = text
    return found
