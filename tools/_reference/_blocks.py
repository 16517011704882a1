"""
The generated blocks of a page, and their generators.
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

__all__ = ["GENERATORS", "Generator", "render"]

Generator = Callable[[list[str], Mapping[str, str]], str]
"""A function of a block's arguments and texts that returns Markdown, with headings from # on."""

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


def render(page: str) -> str:
    """
    Replace the blocks of a page by their text.
    """
    return _BLOCK.sub(partial(_render_block, page), page)


def _render_block(page: str, block: re.Match[str]) -> str:
    name, *arguments = block["head"].split()
    text = GENERATORS[name](arguments, _named_texts(block["body"]))
    headings = _HEADING.findall(_CODE.sub("", page[: block.start()]))
    level = headings[-1] if headings else ""
    parts = [part if _CODE.fullmatch(part) else _adapt(part, level) for part in _CODE.split(text)]
    return "\n\n".join(part for part in parts if part)


def _adapt(text: str, level: str) -> str:
    """
    Put the headings of a text below the page's, and one empty line between its parts.
    """
    return _EMPTY.sub("\n\n", _HEADING.sub(rf"{level}\1 ", text.strip("\n")))


def _named_texts(body: str) -> dict[str, str]:
    """
    The texts in a body's lines `name: text`; a line that begins with a space continues the last.
    """
    texts: dict[str, str] = {}
    name = ""
    for line in body.splitlines():
        if line.startswith(" "):
            texts[name] += " " + line.strip()
        elif line:
            name, _, text = line.partition(": ")
            texts[name] = text
    return texts
