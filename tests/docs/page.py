"""
The source of a page: blocks of code, and spans of code in its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from tests.e2e.markdown import Block, blocks

__all__ = ["ROOT", "PageSource", "Sentence", "is_generated", "pages"]

ROOT = Path(__file__).resolve().parent.parent.parent

_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNIT = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.) ?)|\n(?=#)")
_END = re.compile(r"(?<=[.;!?])\s+(?=[^a-z\s]|[`\[])")
_SPAN = re.compile(r"(`+)(?P<text>.+?)(?<!`)\1(?!`)", re.DOTALL)
_LANGUAGES = ("console", "diff", "json", "python", "sh", "toml")


def pages() -> list[Path]:
    """
    Every page of the repository.
    """
    own = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "core/README.md")]
    return [*own, *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("plugins/*/README.md"))]


def is_generated(path: Path) -> bool:
    """
    Whether a page is written by `tools/reference.py`.
    """
    return path.read_text(encoding="utf-8").startswith("<!-- Generated")


@frozen
class Sentence:
    """
    A sentence, a row of a table, or an item of a list.

    Attributes:
        spans: Its spans of code, without the backticks.
        before: The spans before it in the same paragraph, the nearest last.
        heading: The spans of the heading above it.
    """

    spans: tuple[str, ...]
    before: tuple[str, ...]
    heading: tuple[str, ...]


@frozen
class PageSource:
    """
    A page.

    Attributes:
        name: Its path from the root.
        text: Its whole text.
        plugin: The name of the connector that it describes, or None.
    """

    name: str
    text: str
    plugin: str | None

    @classmethod
    def read(cls, path: Path) -> PageSource:
        """
        Read a page of the repository.
        """
        name = path.relative_to(ROOT).as_posix()
        match = re.fullmatch(r"(?:plugins/(\w+)/README|docs/reference/connectors/(\w+))\.md", name)
        plugin = None if match is None else match[1] or match[2]
        return cls(name, path.read_text(encoding="utf-8"), plugin)

    def blocks(self, *languages: str) -> list[Block]:
        """
        The fenced blocks in these languages; by default in all languages that have names.
        """
        return blocks(self.text, *(languages or _LANGUAGES))

    def sentences(self) -> Iterator[Sentence]:
        """
        The page's sentences, in order.
        """
        heading: tuple[str, ...] = ()
        for unit in _UNIT.split(_COMMENT.sub("", _FENCED.sub("\n\n", self.text))):
            spans = _spans(unit)
            if unit.startswith("#"):
                heading = spans
            before: tuple[str, ...] = ()
            for part in _parts(unit):
                yield Sentence(part, before, heading)
                before += part

    def words(self) -> set[str]:
        """
        The words that the page defines: values in its files, output of its programs, its diffs.
        """
        words: set[str] = set()
        for block in self.blocks("console", "diff"):
            names = re.findall(r"[A-Za-z_][\w-]*", block.text)
            words |= {word for word in names if block.language == "diff" or word.islower()}
        for block in self.blocks("json", "toml"):
            for value in re.findall(r"""[=:\[{,]\s*"([^"\n]*)"(?!\s*[:=])""", block.text):
                words |= {value, *re.findall(r"[A-Za-z_][\w-]*", value)}
        for block in self.blocks("python"):
            words |= {name for pair in _DEFINED.findall(block.text) for name in pair if name}
        return words


_DEFINED = re.compile(r"(?:class|def|as) (\w+)|^\s*\(?(\w+),?\)?(?:: [^=\n]+)? =", re.MULTILINE)


def _spans(text: str) -> tuple[str, ...]:
    return tuple(" ".join(match["text"].split()) for match in _SPAN.finditer(text))


def _parts(unit: str) -> Iterator[tuple[str, ...]]:
    """
    The spans of each sentence; a row of a table is one sentence.
    """
    if unit.lstrip().startswith("|"):
        yield _spans(unit.replace(r"\|", "|"))
        return
    hidden: list[str] = []

    def hide(match: re.Match[str]) -> str:
        hidden.append(match["text"])
        return f"`{len(hidden) - 1}`"

    for sentence in _END.split(_SPAN.sub(hide, unit)):
        numbers = re.findall(r"`(\d+)`", sentence)
        yield tuple(" ".join(hidden[int(number)].split()) for number in numbers)
