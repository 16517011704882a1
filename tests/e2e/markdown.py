"""
The code blocks of a page, and the console sessions among them.
"""

from __future__ import annotations

import re

from attrs import frozen

_BLOCK = re.compile(
    r"(?:^(?P<lead>[^\n]*)\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_FILE = re.compile(r"`(?P<name>[\w./-]+)`:$")
_GAP = "[...]"
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")
_DURATION = re.compile(r"\b\d+ (?:ms|s|min)\b")
_RANDOM = re.compile(r"\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b")


@frozen
class Block:
    """
    A fenced block.

    Attributes:
        language: What stands after its fence.
        text: Its text, each line with its end.
        name: The file that it is, which the line before it ends with, in backticks and with a
            colon; none for a block that is no file.
    """

    language: str
    text: str
    name: str | None


def blocks(page: str, *languages: str) -> list[Block]:
    """
    The blocks in these languages, from the top.
    """
    found = []
    for match in _BLOCK.finditer(page):
        if match["language"] in languages:
            file = _FILE.search(match["lead"] or "")
            found.append(Block(match["language"], match["text"], file and file["name"]))
    return found


def session(block: Block) -> list[tuple[str, str]]:
    """
    The commands of a console block, which stand after `$ `, each with the output under it.
    """
    commands: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        commands.append((command, output))
    return commands


def comparable(output: str) -> str:
    """
    Without what differs from run to run, UUIDs and ids like them, and with one line end at its end.
    """
    return _RANDOM.sub("<random>", output.rstrip()) + "\n"


def alike(output: str) -> str:
    """
    Without times, ages and ids, and however its lines are broken.
    """
    timeless = _DURATION.sub("<duration>", _TIME.sub("<time>", output))
    return " ".join(re.sub(r"-{3,}", "---", comparable(timeless)).split())


def as_shown(output: str, shown: str) -> str:
    """
    The output with what the page leaves out, `[...]`, left out; as it is where the rest differs.
    """
    pattern = ".*?".join(re.escape(part) for part in shown.split(_GAP))
    return shown if re.fullmatch(pattern, output, re.DOTALL) else output
