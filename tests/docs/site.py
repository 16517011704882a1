"""
The built site, as a reader finds things in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from attrs import define, field, frozen

_LOADED = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}


@frozen
class Section:
    """
    A part of a page under a heading of its own.

    Attributes:
        codes: What stands in it as code, with that of the parts in it.
        text: All its text.
    """

    codes: frozenset[str]
    text: str


@define
class Page(HTMLParser):
    """
    One page.

    Attributes:
        ids: Every id that a link may go to.
        links: Where its links go.
        loaded: What a browser would fetch for it.
        sections: Its parts by id.
    """

    path: Path
    ids: set[str] = field(factory=set)
    links: list[str] = field(factory=list)
    loaded: list[str] = field(factory=list)
    sections: dict[str, Section] = field(factory=dict)
    _open: list[tuple[str | None, list[str], list[str]]] = field(factory=list)
    _code: list[str] | None = None

    def __attrs_post_init__(self) -> None:
        """
        Read it.
        """
        HTMLParser.__init__(self)
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """
        An element begins.
        """
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if given.get(_LOADED.get(tag, "")):
            self.loaded.append(given[_LOADED[tag]])
        if tag == "code":
            self._code = []
        if tag == "section":
            self._open.append((given.get("id"), [], []))

    def handle_data(self, data: str) -> None:
        """
        Text goes to every section that is open.
        """
        if self._code is not None:
            self._code.append(data)
        for _, _, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """
        An element ends.
        """
        if tag == "code" and self._code is not None:
            for _, codes, _ in self._open:
                codes.append("".join(self._code))
            self._code = None
        if tag == "section":
            name, codes, texts = self._open.pop()
            if name is not None:
                self.sections[name] = Section(frozenset(codes), " ".join("".join(texts).split()))


@frozen
class Site:
    """
    All pages, by their address below the site's.
    """

    folder: Path
    pages: dict[str, Page]

    @classmethod
    def read(cls, folder: Path) -> Site:
        """
        Read a built site.
        """
        found = {
            str(path.relative_to(folder)): Page(path)
            for path in sorted(folder.rglob("*.html"))
            if not path.name.startswith(("genindex", "search"))
        }
        return cls(folder, found)

    def section(self, page: str, name: str) -> Section:
        """
        A part of a page.
        """
        return self.pages[page].sections[name]

    def broken(self) -> Iterator[str]:
        """
        Each link within the site that goes nowhere.
        """
        for name, page in self.pages.items():
            for link in page.links:
                path, _, anchor = link.partition("#")
                if "://" in link or link.startswith("mailto:"):
                    continue
                target = (page.path.parent / path if path else page.path).resolve()
                if not target.is_relative_to(self.folder.resolve()):
                    yield f"{name}: {link}"
                    continue
                address = str(target.relative_to(self.folder.resolve()))
                ids = self.pages[address].ids if address in self.pages else {anchor}
                if not target.is_file() or (anchor and anchor not in ids):
                    yield f"{name}: {link}"
