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
        language: The word after its opening fence.
        text: Its text, with line ends.
        name: The file that it shows, which the line above ends with, in backticks and with a
            colon; None for a block that shows no file.
    """

    language: str
    text: str
    name: str | None


def blocks(page: str, *languages: str) -> list[Block]:
    """
    The blocks in these languages, in the page's order.
    """
    selected = []
    for match in _BLOCK.finditer(page):
        if match["language"] in languages:
            file = _FILE.search(match["lead"] or "")
            selected.append(Block(match["language"], match["text"], file and file["name"]))
    return selected


def session(block: Block) -> list[tuple[str, str]]:
    """
    The commands of a console block, which follow `$ `, each with the output below it.
    """
    commands: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        commands.append((command, output))
    return commands


def mask_ids(output: str) -> str:
    """
    The output with placeholders for UUIDs and similar ids, and with one line end at its end.
    """
    return _RANDOM.sub("<random>", output.rstrip()) + "\n"


def normalize(output: str) -> str:
    """
    The output with placeholders for times, ages and ids, and on one line.
    """
    timeless = _DURATION.sub("<duration>", _TIME.sub("<time>", output))
    return " ".join(re.sub(r"-{3,}", "---", mask_ids(timeless)).split())


def elide(output: str, page_text: str) -> str:
    """
    The text that the page shows if the output matches it except at `[...]`, else the output.
    """
    pattern = ".*?".join(re.escape(part) for part in page_text.split(_GAP))
    return page_text if re.fullmatch(pattern, output, re.DOTALL) else output
